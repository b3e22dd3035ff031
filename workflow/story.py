"""Events told in plain sentences: the pledge page's history, and what a stale form is shown."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.models import Pledge, State
from workflow.models import Event
from workflow.transitions import BY_NAME


@dataclass(frozen=True)
class Line:
    """One event: when, who, a sentence, the words given (reason, sentence, finding), and the version it led to."""

    at: datetime.datetime
    who: str
    act: str
    words: str
    version: int

    @property
    def text(self) -> str:
        told = _("%(who)s %(act)s") % {"who": self.who, "act": self.act}
        return _("%(told)s:%(words)s") % {"told": told, "words": self.words} if self.words else told


# Acts outside the table of transitions.
OTHER_ACTS = {"draft": gettext_lazy("立项"), "plan": gettext_lazy("编制序时计划")}
WORDS = ("sentence", "reason", "finding", "evidence", "basis", "title")


def recorded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as an event keeps them: rows by id, keys as text."""
    return {key: _recorded(value) for key, value in values.items()}


def _recorded(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Mapping):
        return {str(key.pk if isinstance(key, Model) else key): _recorded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_recorded(one) for one in value]
    return value


def of_pledge(pledge: Pledge) -> list[Line]:
    """The pledge's history, oldest first."""
    events = (
        Event.objects.filter(stream__name=f"pledge:{pledge.pk}")
        .select_related("user", "post__unit", "acting_for__unit", "payload")
        .order_by("sequence")
    )
    return [tell(event) for event in events]


def tell(event: Event) -> Line:
    """One event as a line, in the reader's language."""
    payload = payload_of(event)
    given = payload.get("input", {})
    words = next((str(given[name]) for name in WORDS if given.get(name)), "")
    return Line(at=event.at, who=who(event), act=_act(event, payload), words=words, version=payload.get("version", 0))


def payload_of(event: Event) -> dict[str, Any]:
    """What an event kept; nothing where it has been erased."""
    return dict(json.loads(event.payload.text)) if hasattr(event, "payload") else {}


def who(event: Event) -> str:
    """The person and the post that an event names."""
    if event.user is None:
        return _("自动")
    if event.acting_for is not None:
        return _("%(user)s(代%(post)s)") % {"user": event.user, "post": event.acting_for}
    return _("%(user)s(%(post)s)") % {"user": event.user, "post": event.post} if event.post else str(event.user)


def _act(event: Event, payload: Mapping[str, Any]) -> str:
    before, after = (payload.get(side, {}).get("state") for side in ("before", "after"))
    transition = BY_NAME.get(event.action)
    label = str(transition.label) if transition else str(OTHER_ACTS.get(event.action, event.action))
    if before and after and before != after:
        moved = {"act": label, "before": State(before).label, "after": State(after).label}
        return _("%(act)s(%(before)s → %(after)s)") % moved
    return label
