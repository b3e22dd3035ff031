"""A person's decision about each measure: mark, edit, accept (one, or a whole section), reject, and take it back.

The same manners as the gate: one transaction, lock, permission, freshness, input, facts, event. A document's decisions
are in its own stream; a pledge's stream begins with its drafting.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Stale, WrongState
from pledges.models import Document, Fate, Measure, Pledge
from workflow import assignees, audit, links
from workflow import measure_manners as manners
from workflow.context import day_of
from workflow.effects import consulting
from workflow.measure_edits import as_measure, demand_sound_targets, read_edits
from workflow.models import Task
from workflow.signals import Mark, changed

PRINCIPLE = "principle"
FOR_ALL = ("lead_unit", "leader")  # what the measures of a section can be given together


def add_measure(document_id: int, *, actor: Actor, start: int, end: int, at: datetime.datetime) -> Measure:
    """Mark a passage that extraction overlooked; it then waits for a decision like any other."""
    with transaction.atomic():
        document = manners.locked_document(document_id, actor)
        return _add(document, actor, start, end, at)


def add_passage(document_id: int, *, actor: Actor, passage: str, at: datetime.datetime) -> Measure:
    """The same for a passage given by its words, which must stand in the text exactly once, spaces apart."""
    with transaction.atomic():
        document = manners.locked_document(document_id, actor)
        start, end = _place(document.text, passage)
        return _add(document, actor, start, end, at)


def _add(document: Document, actor: Actor, start: int, end: int, at: datetime.datetime) -> Measure:
    if not 0 <= start < end <= len(document.text):
        raise BadInput({"span": _("请在原文中选中一句话(不超过 400 字)。")})
    start, end = manners.trimmed(document.text, start, end)
    title = manners.title_of(document.text[start:end])
    if not title or len(title) > manners.LONGEST_TITLE:
        raise BadInput({"span": _("请在原文中选中一句话(不超过 400 字)。")})
    known = document.measures.filter(start=start, end=end).exclude(fate=Fate.MERGED).first()
    if known is not None:
        raise BadInput({"span": _("这一句已经是条目:%(title)s") % {"title": known.title}})
    measure = services.add_measure(document=document, start=start, end=end, title=title)
    manners.record(measure, "add_measure", actor, at, {"start": start, "end": end})
    manners.open_review(document, actor, at)
    return measure


def _place(text: str, passage: str) -> tuple[int, int]:
    words = "".join(passage.split())
    if not words or len(words) > manners.LONGEST_TITLE:
        raise BadInput({"passage": _("请照原文抄一句话(不超过 400 字)。")})
    found = re.finditer(r"\s*".join(map(re.escape, words)), text)
    place = next(found, None)
    if place is None:
        raise BadInput({"passage": _("原文中没有这句话,请照原文逐字填写。")})
    if next(found, None) is not None:
        raise BadInput({"passage": _("这句话在原文中不止一处,请多填几个字。")})
    return place.span()


def edit_measure(
    measure_id: int, *, actor: Actor, version: int, payload: Mapping[str, Any], at: datetime.datetime
) -> Measure:
    """Correct a pending measure. Provenance (span and quote) stays; what only a pledge has (leader, deliverable, tags)
    is given when accepting."""
    with transaction.atomic():
        measure = manners.pending(measure_id, actor, version)
        edits = as_measure(read_edits(payload, measure=measure, actor=actor, at=at))
        services.save_measure(measure, **edits)
        manners.record(measure, "edit_measure", actor, at, edits)
    return measure


def accept_measure(
    measure_id: int, *, actor: Actor, version: int, payload: Mapping[str, Any], at: datetime.datetime
) -> Pledge:
    """Make a draft pledge of a pending measure, with what was edited on the way; opens the task to assign it."""
    with transaction.atomic():
        measure = manners.pending(measure_id, actor, version)
        pledge = _accept(measure, actor, payload, at)
        manners.close_review_when_done(measure.document, at)
    return pledge


def accept_section(
    document_id: int,
    *,
    actor: Actor,
    section: str,
    versions: Mapping[int, int],
    payload: Mapping[str, Any],
    at: datetime.datetime,
) -> list[Pledge]:
    """Accept every pending trackable measure of a section as a single accept would: all of them, or none.

    ``versions`` are the measures that the person saw, by id; ``payload`` may name a ``lead_unit`` and a ``leader`` for
    all. Stale names the first that another has changed, added or decided meanwhile, BadInput the first that cannot be
    accepted (``measures.<id>``).
    """
    given = {name: payload[name] for name in FOR_ALL if name in payload}
    with transaction.atomic():
        document = manners.locked_document(document_id, actor)
        measures = waiting_in_section(document, section, lock=True)
        for measure in measures:
            if measure.pk not in versions:
                raise Stale([_("这一节多了一条待核定的:%(title)s") % {"title": measure.title}])
            manners.demand_fresh(measure, versions[measure.pk])
        gone = sorted(set(versions) - {measure.pk for measure in measures})
        if gone:
            raise _not_waiting(document, gone)
        if not measures:
            raise WrongState(_("这一节没有待核定的条目。"))
        read_edits(given, measure=measures[0], actor=actor, at=at)  # what is wrong for all is said of all
        pledges = []
        for measure in measures:
            try:
                pledges.append(_accept(measure, actor, given, at))
            except BadInput as refusal:
                raise in_the_way(measure, refusal) from refusal
        manners.close_review_when_done(document, at)
    return pledges


def waiting_in_section(document: Document, section: str, *, lock: bool = False) -> list[Measure]:
    """The section's pending trackable measures in the order of the text."""
    waiting = document.measures.filter(section=section, fate=Fate.PENDING, trackable=True).order_by("start", "pk")
    found = list(waiting.select_for_update() if lock else waiting)
    for measure in found:
        measure.document = document
    return found


def _not_waiting(document: Document, ids: list[int]) -> Stale | BadInput:
    first = document.measures.filter(pk__in=ids).order_by("start", "pk").first()
    if first is None:
        return BadInput({"versions": _("请求中有不属于这份文件的条目,请刷新页面后重试。")})
    return Stale([manners.stands(first)])


def obstacle(measure: Measure) -> BadInput | None:
    """What must be put right before this measure can be accepted as it stands."""
    try:
        _demand_acceptable(measure)
    except BadInput as refusal:
        return refusal
    return None


def in_the_way(measure: Measure, refusal: BadInput) -> BadInput:
    said = _("第 %(position)d 条“%(title)s”:%(fault)s")
    return BadInput(
        {
            f"measures.{measure.pk}": said
            % {"position": measure.position, "title": measure.title, "fault": refusal.message}
        }
    )


def _demand_acceptable(measure: Measure) -> None:
    demand_sound_targets(measure.targets)
    if measure.form == PRINCIPLE:
        raise BadInput({"form": _("原则性表述不能立项,请先改为量化、节点或持续。")})


def _accept(measure: Measure, actor: Actor, payload: Mapping[str, Any], at: datetime.datetime) -> Pledge:
    links.demand_not_same(measure)
    edits = read_edits(payload, measure=measure, actor=actor, at=at)
    lead_unit, leader = edits.pop("lead_unit", None), edits.pop("leader", None)
    due_date, deliverable = edits.pop("due_date", None), edits.pop("deliverable", "")
    support, tags = edits.pop("support_units", []), edits.pop("tags", [])
    if support and lead_unit is None:
        raise BadInput({"lead_unit": _("选了配合单位,请同时选定牵头单位。")})
    services.save_measure(measure, **edits, fate=Fate.ACCEPTED, reason="")
    _demand_acceptable(measure)
    programme = measure.document.programme
    pledge = services.create_pledge(
        measure=measure,
        title=measure.title,
        form=measure.form,
        firmness=measure.firmness,
        lead_unit=lead_unit,
        leader=leader,
        person="、".join(measure.person)[:60],
        due_date=due_date or measure.deadline or datetime.date(programme.year, 12, 31),
        deliverable=deliverable,
        basis=measure.document.title,
        tags=tags,
    )
    if lead_unit is not None:
        services.set_parties(pledge, lead=lead_unit, support=support)
    _draft(pledge, actor, at)
    manners.record(measure, "accept_measure", actor, at, {**edits, "pledge": pledge.pk})
    return pledge


def reject_measure(measure_id: int, *, actor: Actor, version: int, reason: str, at: datetime.datetime) -> Measure:
    """Decide that a measure becomes no pledge; the reason is kept."""
    with transaction.atomic():
        measure = manners.pending(measure_id, actor, version)
        reason = reason.strip()
        if not reason:
            raise BadInput({"reason": _("请填写不立项的理由。")})
        if len(reason) > 200:
            raise BadInput({"reason": _("理由最多 200 字。")})
        services.save_measure(measure, fate=Fate.REJECTED, reason=reason)
        manners.record(measure, "reject_measure", actor, at, {"reason": reason})
        manners.close_review_when_done(measure.document, at)
    return measure


def reopen_measure(measure_id: int, *, actor: Actor, version: int, at: datetime.datetime) -> Measure:
    """Take a rejection back."""
    with transaction.atomic():
        measure = manners.locked(measure_id, actor, version)
        if measure.fate != Fate.REJECTED:
            raise WrongState(_("只有不立项的条目可以恢复。"))
        services.save_measure(measure, fate=Fate.PENDING, reason="")
        manners.record(measure, "reopen_measure", actor, at, {})
        manners.open_review(measure.document, actor, at)
    return measure


def _draft(pledge: Pledge, actor: Actor, at: datetime.datetime) -> None:
    """The pledge's first event and its first task; the lead unit is asked too where the others are being asked."""
    Task.objects.create(
        kind=Task.Kind.ASSIGN,
        pledge=pledge,
        post=assignees.director(pledge),
        due_date=day_of(at) + datetime.timedelta(days=14),
        opened_at=at,
    )
    audit.append(
        stream=audit.stream_of(pledge),
        action="draft",
        actor=actor,
        at=at,
        payload={"input": {"title": pledge.title}, "number": pledge.number, "version": pledge.version},
    )
    calendar = calendars.current()
    consulting.ask(pledge, at=at, calendar=calendar)
    services.keep_standing(pledge.pk, calendar=calendar, today=day_of(at))
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=Mark.of(pledge), after=Mark.of(pledge))
