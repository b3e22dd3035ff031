"""拟办: what one person prepares for another's decision."""

import datetime
from collections.abc import Iterable
from typing import Any

from pledges.models import Pledge
from workflow.context import Context
from workflow.models import Proposal


def standing(pledge: Pledge, act: str) -> Proposal | None:
    """The open proposal of an act, or None."""
    found = Proposal.objects.filter(pledge=pledge, act=act, closed_at__isnull=True)
    return found.select_related("by", "post__unit").first()


def propose(context: Context, act: str, given: dict[str, Any]) -> Proposal:
    """A proposal in the place of an earlier one."""
    close(context.pledge, act=act, at=context.at)
    return Proposal.objects.create(
        pledge=context.pledge,
        act=act,
        given={name: value for name, value in given.items() if value is not None},
        by=context.actor.user,
        post=context.actor.duty,
        at=context.at,
    )


def take_over(pledge: Pledge, act: str, data: dict[str, Any], names: Iterable[str]) -> None:
    """Fill what the deciding person left out with what was prepared."""
    proposal = standing(pledge, act)
    if proposal is not None:
        for name in names:
            data[name] = data[name] or proposal.given.get(name)


def close(pledge: Pledge, *, at: datetime.datetime, act: str | None = None) -> None:
    found = Proposal.objects.filter(pledge=pledge, closed_at__isnull=True)
    (found.filter(act=act) if act else found).update(closed_at=at)
