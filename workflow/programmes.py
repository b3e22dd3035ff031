"""The programme's life: drafted, put to the units, approved, issued; and what a unit does with its whole list.

The same manners as the gate: one transaction, locks, then invisible, forbidden, wrong state or stale, bad input, then
facts, tasks, event. `workflow.programme_table` says which act is possible when and for whom.

A pledge may be assigned by itself while its programme is still being drafted or consulted about (`assign` with a basis
of its own): what is urgent does not wait for the document. Issuing leaves such a pledge as it is.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Programme, ProgrammeState, State, Unit
from pledges.querysets import own_government
from workflow import audit, intake, list_tasks, needs, permissions, programme_story, story
from workflow import services as gate
from workflow.context import Context, day_of
from workflow.models import ConsultationAnswer, Task
from workflow.permissions import is_supervisor
from workflow.programme_effects import unanswered_in
from workflow.programme_table import ACTS, BY_NAME, ProgrammeAct
from workflow.transitions import BY_NAME as ROWS

LISTS = (Task.Kind.CONSULT, Task.Kind.SETTLE_ANSWERS)
Versions = Mapping[int, int]


def perform(
    name: str,
    *,
    programme_id: int,
    actor: Actor,
    payload: Mapping[str, Any],
    version: int | None,
    at: datetime.datetime,
) -> Programme:
    """Perform one act of the table on one programme and return it as it stands afterwards.

    Raises Invisible, Forbidden, WrongState, Stale or BadInput, having changed nothing.
    """
    act = BY_NAME.get(name)
    if act is None:
        raise Invisible()
    with transaction.atomic():
        programme = locked(programme_id, actor)
        context = _context(programme, actor, at)
        _check(act, programme, actor, version, day_of(at))
        data = needs.read_all(act.needs, payload, context)
        fields, told = act.effect(context, data)
        before = {"state": programme.state, **{field: getattr(programme, field) for field in fields}}
        services.change_programme(programme, state=act.destination, **fields)
        list_tasks.close_done(LISTS, programme=programme, at=at)
        audit.append(
            stream=audit.stream_of(programme),
            action=act.name,
            actor=actor,
            at=at,
            payload={
                "input": story.recorded(data),
                "before": story.recorded(before),
                "after": story.recorded({"state": programme.state, **fields}),
                "told": told,
                "version": programme.version,
            },
        )
    return programme


def allowed(programme: Programme, actor: Actor, *, today: datetime.date) -> Iterator[ProgrammeAct]:
    """The acts that this actor may perform on this programme now."""
    for act in ACTS:
        if programme.state not in act.sources or act.who(actor) is not None:
            continue
        if act.untimely is None or act.untimely(programme, today) is None:
            yield act


def locked(programme_id: int, actor: Actor) -> Programme:
    """The programme under a row lock; Invisible where the actor may not know of it."""
    found: Programme | None = (
        Programme.objects.visible_to(actor)
        .select_for_update(of=("self",), no_key=True)  # rows that name the programme may still be written
        .select_related("government")
        .filter(pk=programme_id)
        .first()
    )
    if found is None:
        raise Invisible()
    return found


def _context(programme: Programme, actor: Actor, at: datetime.datetime) -> Context:
    return Context(actor=actor, pledge=Pledge(programme=programme), at=at, calendar=calendars.current())


def _check(act: ProgrammeAct, programme: Programme, actor: Actor, version: int | None, today: datetime.date) -> None:
    reason = act.who(actor)
    if reason is not None:
        raise Forbidden(reason)
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if version != programme.version:
        raise Stale([line.text for line in programme_story.of(programme) if line.version > version])
    if programme.state not in act.sources:
        raise WrongState(
            _("年度台账现为“%(state)s”,不能%(act)s。")
            % {"state": ProgrammeState(programme.state).label, "act": act.label}
        )
    untimely = act.untimely(programme, today) if act.untimely else None
    if untimely is not None:
        raise WrongState(untimely)


def create(*, actor: Actor, year: int | None, at: datetime.datetime) -> Programme:
    """The year's programme of the actor's government, in drafting, before its first document arrives."""
    reason = is_supervisor(actor)
    if reason is not None:
        raise Forbidden(reason)
    if year is None or not 1990 <= year <= 2200:
        raise BadInput({"year": _("请填写四位数的计划年度,例如 2020。")})
    with transaction.atomic():
        # The lock of `intake.programme_for`, taken first: of two people who ask at once, one is told of the other's.
        government = Unit.objects.select_for_update().get(pk__in=own_government(actor))
        if Programme.objects.filter(government=government, year=year).exists():
            raise BadInput({"year": _("%(year)d 年度的台账已经建立。") % {"year": year}})
        programme = intake.programme_for(actor, year)
        audit.append(
            stream=audit.stream_of(programme),
            action="create_programme",
            actor=actor,
            at=at,
            payload={"input": {"year": year}, "after": {"state": programme.state}, "version": programme.version},
        )
    return programme


# What a unit does with its whole list


def rows_to_answer(programme: Programme, unit: Unit) -> Any:
    """The drafts of a programme that a unit, as their proposed lead, has not answered, by id."""
    return unanswered_in(programme).filter(lead_unit=unit)


def rows_to_sign(programme: Programme, unit: Unit) -> Any:
    """The pledges of a programme that a unit leads and has not signed for, by id."""
    return Pledge.objects.filter(programme=programme, lead_unit=unit, state=State.ASSIGNED).order_by("pk")


def answer_rows(
    programme_id: int,
    *,
    actor: Actor,
    given: Mapping[int, Mapping[str, Any]],
    rest: Versions | None,
    at: datetime.datetime,
) -> int:
    """Answer several rows: each of ``given`` (by pledge id: answer, words, version) as it says, and, unless ``rest`` is
    None, 同意 to every other row that waits. All or nothing; returns how many.

    BadInput names the fields of all rows as ``answer.<id>`` and ``words.<id>``.
    """
    faults: dict[str, Any] = {}
    count = 0
    with transaction.atomic():
        _demand_answering(programme_id, actor)
        for pledge_id in sorted(given):
            row = given[pledge_id]
            try:
                gate.perform(
                    "answer_row",
                    pledge_id=pledge_id,
                    actor=actor,
                    payload=row,
                    version=row.get("version"),
                    at=at,
                )
            except BadInput as refusal:
                faults |= {f"{name}.{pledge_id}": fault for name, fault in refusal.fields.items()}
            count += 1
        if faults:
            raise BadInput(faults)
        if rest is not None:
            count += agree_to_rest(programme_id, actor=actor, at=at, versions=rest, may_be_none=count > 0)
        elif not count:
            raise BadInput({"": _("请先选择要答复的事项。")})
    return count


def agree_to_rest(
    programme_id: int,
    *,
    actor: Actor,
    at: datetime.datetime,
    versions: Versions | None = None,
    may_be_none: bool = False,
) -> int:
    """同意 to every row of the actor's unit that has no answer yet, with one event each: all of them, or none.

    ``versions``, where given, are the rows that the person saw, by id: one that is new or has changed is Stale.
    Returns how many; with none to answer WrongState, unless ``may_be_none``.
    """
    with transaction.atomic():
        programme = _demand_answering(programme_id, actor)
        assert actor.unit is not None  # noqa: S101  who may answer acts from a unit
        rows = _locked_rows(rows_to_answer(programme, actor.unit), versions)
        if not rows and not may_be_none:
            raise WrongState(_("没有等待本单位答复的事项。"))
        data = {"answer": ConsultationAnswer.Answer.AGREE, "words": None}
        return _carry_out_all("answer_row", rows, actor, at, lambda pledge: dict(data))


def _demand_answering(programme_id: int, actor: Actor) -> Programme:
    """The programme, while it is out for comment and the actor answers for a unit."""
    programme = _seen(programme_id, actor)
    _demand_role(permissions.is_lead_head, programme, actor)
    if programme.state != ProgrammeState.CONSULTING:
        raise WrongState(_("年度台账现为“%(state)s”,不在征求意见。") % {"state": ProgrammeState(programme.state).label})
    return programme


def sign_list(
    programme_id: int,
    *,
    actor: Actor,
    at: datetime.datetime,
    person: Any = None,
    versions: Versions | None = None,
) -> int:
    """Sign for the unit's whole list: every assigned pledge that has a responsible person, and, with ``person``, those
    that have none yet. All of these or none, one event each; returns how many. ``versions`` as in `agree_to_rest`."""
    with transaction.atomic():
        programme = _seen(programme_id, actor)
        _demand_role(permissions.is_lead_unit, programme, actor)
        assert actor.unit is not None  # noqa: S101  who may sign acts from a unit
        rows = _locked_rows(rows_to_sign(programme, actor.unit), versions)
        if not rows:
            raise WrongState(_("没有等待本单位签收的事项。"))
        asked = next(need for need in ROWS["sign"].needs if need.name == "person")
        optional = needs.Need(asked.name, asked.label, asked.read)
        name = needs.read_all((optional,), {"person": person}, _context(programme, actor, at))["person"]
        ready = [row for row in rows if row.person or name]
        if not ready:
            raise BadInput({"person": _("这些事项还没有责任人,请填写。")})
        return _carry_out_all("sign", ready, actor, at, lambda pledge: {"person": pledge.person or name})


def _seen(programme_id: int, actor: Actor) -> Programme:
    programme: Programme | None = Programme.objects.visible_to(actor).filter(pk=programme_id).first()
    if programme is None:
        raise Invisible()
    return programme


def _demand_role(predicate: permissions.Predicate, programme: Programme, actor: Actor) -> None:
    """As for a pledge that the actor's own unit leads."""
    reason = predicate(actor, Pledge(programme=programme, lead_unit=actor.unit))
    if reason is not None:
        raise Forbidden(reason)


def _locked_rows(rows: Any, versions: Versions | None) -> list[Pledge]:
    """The rows under their locks; Stale where one of them is not as the person saw it."""
    found: list[Pledge] = list(rows.select_for_update(of=("self",)))
    if versions is not None:
        changed = [row for row in found if versions.get(row.pk) != row.version]
        if changed:
            raise Stale([str(_("%(row)s 有变化,请核对。") % {"row": row}) for row in changed])
    return found


def _carry_out_all(name: str, rows: list[Pledge], actor: Actor, at: datetime.datetime, data_of: Any) -> int:
    calendar, transition = calendars.current(), ROWS[name]
    for row in rows:
        pledge = services.with_facts(row.pk)
        untimely = transition.untimely(pledge) if transition.untimely else None
        if untimely is not None:  # the programme moved on while the rows were waited for
            raise WrongState(untimely)
        gate.carry_out(transition, Context(actor=actor, pledge=pledge, at=at, calendar=calendar), data_of(pledge))
    return len(rows)
