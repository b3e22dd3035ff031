"""What the process tells those to its right: `changed` is sent inside the transaction of every change to a pledge."""

from dataclasses import dataclass

from django.dispatch import Signal

from pledges.models import Pledge


@dataclass(frozen=True)
class Mark:
    """What decides where a pledge is counted. ``section`` None: anywhere in the unit."""

    programme_id: int
    lead_unit_id: int | None
    state: str
    section: str | None = None
    leader_id: int | None = None
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, pledge: Pledge) -> "Mark":
        return cls(
            programme_id=pledge.programme_id,
            lead_unit_id=pledge.lead_unit_id,
            state=pledge.state,
            section=pledge.section,
            leader_id=pledge.leader_id,
            tags=tuple(pledge.tags),
        )


# Sent with pledge_id: int, before: Mark, after: Mark, and by the gate with at: the moment. A receiver only writes rows;
# it publishes after the commit.
changed = Signal()

# Sent with scope (`workflow.erasure_scope.Scope`) and actor, before an erasure blanks anything and for its preview.
# Each receiver returns a list of the `Copy` that it keeps of the subject's words.
erasing_copies = Signal()

# Sent with marks: the places of many pledges that stand differently without having been acted on.
moved = Signal()
