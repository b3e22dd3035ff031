"""A person's word that a measure is a pledge already (同一事项), or goes on from one of an earlier year (延续).

The same manners as every decision about a measure. What `pledges.duplicates` finds is only offered; nothing here is
called but for a person.
"""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Invisible, WrongState
from pledges.models import Fate, Measure, Pledge, PledgeLink, State
from workflow import measure_manners as manners

Kind = PledgeLink.Kind


def link(
    measure_id: int, pledge_id: int, kind: str, *, actor: Actor, version: int, at: datetime.datetime
) -> PledgeLink:
    """Link a measure to a pledge of its government.

    ``same`` while the measure is pending, to a pledge of its own year or an earlier one; ``continues`` also once it is
    accepted, to one of an earlier year. Raises Invisible for a pledge that the actor may not know of.
    """
    if kind not in Kind.values:
        raise BadInput({"kind": _("只能关联为同一事项或延续。")})
    with transaction.atomic():
        measure = manners.locked(measure_id, actor, version)
        pledge = Pledge.objects.visible_to(actor).select_related("programme").filter(pk=pledge_id).first()
        if pledge is None:
            raise Invisible()
        _demand_open(measure, kind)
        _demand_fitting(measure, pledge, kind)
        made = services.add_link(measure=measure, pledge=pledge, kind=kind, user=actor.user, at=at)
        manners.record(measure, "link", actor, at, {"pledge": pledge, "number": pledge.number, "kind": kind})
    return made


def unlink(measure_id: int, pledge_id: int, *, actor: Actor, version: int, at: datetime.datetime) -> None:
    """Take a link back; WrongState while a rejection rests on it."""
    with transaction.atomic():
        measure = manners.locked(measure_id, actor, version)
        made = measure.links.select_related("pledge").filter(pledge=pledge_id).first()
        if made is None:
            raise Invisible()
        if made.kind == Kind.SAME and measure.fate == Fate.REJECTED:
            raise WrongState(_("这一条因与 %(number)s 同一事项而不立项,请先恢复。") % {"number": made.pledge.number})
        made.measure = measure
        services.remove_link(made)
        manners.record(
            measure,
            "unlink",
            actor,
            at,
            {"pledge": made.pledge, "number": made.pledge.number, "kind": made.kind},
        )


def reason_of(measure: Measure) -> str:
    """The reason with which a measure linked as the same is rejected, in the language of the record. BadInput without
    such a link."""
    same = _same(measure)
    if same is None:
        raise BadInput({"reason": _("这一条还没有关联为同一事项。")})
    return f"与 {same.pledge.number} 同一事项"


def demand_not_same(measure: Measure) -> None:
    """BadInput for a measure that is a pledge already: it would be supervised twice."""
    same = _same(measure)
    if same is not None:
        said = _("已关联为与 %(number)s 同一事项。要立项,请先取消关联。")
        raise BadInput({"": said % {"number": same.pledge.number}})


def _same(measure: Measure) -> PledgeLink | None:
    found: PledgeLink | None = measure.links.select_related("pledge").filter(kind=Kind.SAME).first()
    return found


def _demand_open(measure: Measure, kind: str) -> None:
    fates = {Kind.SAME: (Fate.PENDING,), Kind.CONTINUES: (Fate.PENDING, Fate.ACCEPTED)}[Kind(kind)]
    if measure.fate not in fates:
        raise WrongState(_("这一条已经处理过了。"))


def _demand_fitting(measure: Measure, pledge: Pledge, kind: str) -> None:
    """BadInput for a pledge that the measure cannot be, or cannot go on from."""
    year, of_year = measure.document.programme.year, pledge.programme.year
    if pledge.programme.government_id != measure.document.programme.government_id:
        raise Invisible()
    fault: Any = None
    if pledge.measure_id == measure.pk:
        fault = _("%(number)s 就是由这一条立项的。")
    elif measure.links.filter(pledge=pledge).exists():
        fault = _("已经关联过 %(number)s。")
    elif kind == Kind.CONTINUES and of_year >= year:
        fault = _("%(number)s 不是以前年度的事项,不能延续。")
    elif kind == Kind.SAME and of_year > year:
        fault = _("%(number)s 属于以后的年度。")
    elif kind == Kind.SAME and pledge.state == State.WITHDRAWN:
        fault = _("%(number)s 已撤销,不能作为同一事项。")
    elif kind == Kind.SAME and _same(measure) is not None:
        fault = _("一条只能与一项事项相同。要改为 %(number)s,请先取消原来的关联。")
    if fault is not None:
        raise BadInput({"pledge": fault % {"number": pledge.number}})
