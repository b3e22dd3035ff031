"""核对期 and 结账: units check a period's figures, the office settles their objections, the director closes.

    begin_checks()  hourly: a period whose window has closed goes to its check; a check that is over is the director's
    answer()        a unit: 无异议, or 有异议 to named items with words and evidence
    settle()        the office: what becomes of one objection
    close()         the director: the figures are frozen in the same transaction; `freeze` is the interface's part
    reopen()        a leader: the period is open for corrections; closing it again makes the next version

One period of a programme is at hand at a time, the earliest first. A unit that does not answer in time has agreed.
The programme's row is the lock of them all.
"""

import datetime
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Period, PeriodState, Pledge, Programme, Role, Unit
from pledges.working_days import Calendar, add_workdays
from workflow import assignees, audit, needs, permissions, story
from workflow.context import Context, day_of
from workflow.models import Objection, PeriodCheck, Task
from workflow.needs import Need, read_all

log = logging.getLogger(__name__)

CHECK_DAYS = 2  # domain: The quarter
SETTLE_DAYS = 2
CLOSE_DAYS = 2
REOPENED_DAYS = 5
Kind = Task.Kind
Answer = PeriodCheck.Answer
Freeze = Callable[[Period, Actor, datetime.datetime], str]
OBJECTION = (
    Need("words", _("异议"), needs.text(500), required=True),
    Need("evidence", _("依据"), needs.text(1000), required=True),
)
SETTLEMENT = (Need("settlement", _("处理"), needs.text(500), required=True),)
REOPENING = (
    Need("words", _("决定内容"), needs.text(500), required=True),
    Need("document_number", _("文号"), needs.text(60), required=True),
    Need("signed_page", _("签字页"), needs.signed_page),
)


def demanded_of_secretary() -> tuple[Need, ...]:
    """What a leader's deputy gives: the signed page too (代录)."""
    return tuple(Need(need.name, need.label, need.read, required=True) for need in REOPENING)


# Predicates


def may_answer(actor: Actor, period: Period) -> Any | None:
    """The head of a unit, or its coordinator where it has none."""
    return permissions.is_lead_head(actor, Pledge(programme=period.programme, lead_unit=actor.unit))


def may_settle(actor: Actor) -> Any | None:
    return None if actor.has_role(Role.SUPERVISOR, Role.DIRECTOR) else _("异议由督查室处理。")


def may_close(actor: Actor) -> Any | None:
    return None if actor.has_role(Role.DIRECTOR) else _("只有督查室主任可以结账。")


def may_reopen(actor: Actor) -> Any | None:
    return None if actor.has_role(Role.LEADER) else _("重新开账由市领导决定。")


# What is asked and what waits


def items_of(period: Period, unit: Unit) -> Any:
    """What a unit leads in this period's programme, shares of others' items among it."""
    return Pledge.objects.filter(programme=period.programme_id, lead_unit=unit).in_force()


def waiting_units(period: Period) -> list[Unit]:
    """Those that were asked and have not answered."""
    asked = Task.objects.open().filter(kind=Kind.CHECK_FIGURES, period=period, post__unit=OuterRef("pk"))
    return list(Unit.objects.filter(Exists(asked)).order_by("position", "pk"))


def unsettled(period: Period) -> Any:
    return Objection.objects.filter(check_row__period=period, settled_at=None)


def not_to_answer(period: Period, unit: Unit | None, today: datetime.date) -> Any | None:
    """None while a unit may answer, else why not."""
    if period.state != PeriodState.CHECKING or period.check_due_date is None or today > period.check_due_date:
        return _("%(period)s 现在不在核对期。") % {"period": period.key}
    if PeriodCheck.objects.filter(period=period, unit=unit).exists():
        return _("本单位已经答复。")
    if unit is None or not items_of(period, unit).exists():
        return _("本期没有由本单位牵头的事项。")
    return None


def not_to_close(period: Period, today: datetime.date) -> Any | None:
    """None when the director may close a period, else what is missing."""
    if period.state == PeriodState.CLOSED:
        return _("%(period)s 已经结账。") % {"period": period.key}
    if period.state == PeriodState.OPEN and period.version == 1:
        return _("%(period)s 还没有进入核对期。") % {"period": period.key}
    if unsettled(period).exists():
        return _("还有异议没有处理。")
    if not _is_over(period, today):
        return _("核对期 %(day)s 截止,还有单位没有答复。") % {"day": period.check_due_date}
    return None


def not_to_reopen(period: Period) -> Any | None:
    if period.state != PeriodState.CLOSED:
        return _("%(period)s 还没有结账。") % {"period": period.key}
    other = _at_hand(period.programme)
    return _("%(period)s 正在核对或更正,请先结账。") % {"period": other.key} if other else None


def _is_over(period: Period, today: datetime.date) -> bool:
    if period.state != PeriodState.CHECKING:
        return True  # reopened: nobody is asked again
    is_due = period.check_due_date is None or today > period.check_due_date
    return is_due or not Task.objects.open().filter(kind=Kind.CHECK_FIGURES, period=period).exists()


def _at_hand(programme: Programme) -> Period | None:
    """The period that is being checked, or was reopened."""
    found: Period | None = (
        programme.periods.filter(state=PeriodState.CHECKING).first()
        or programme.periods.filter(state=PeriodState.OPEN, version__gt=1).first()
    )
    return found


# The calendar's part


def begin_checks(*, at: datetime.datetime) -> int:
    """Open the check of every period whose turn it is, and pass on the checks that are over. Returns how many began.

    Does nothing twice.
    """
    began, calendar = 0, calendars.current()
    for pk in Programme.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            period = _at_hand(programme)
            if period is not None:
                _pass_on(period, at, calendar)
            else:
                began += _begin(programme, at, calendar)
    return began


def _begin(programme: Programme, at: datetime.datetime, calendar: Calendar) -> bool:
    today = day_of(at)
    due = programme.periods.filter(state=PeriodState.OPEN, closes_date__lt=today).order_by("start_date").first()
    leading = Pledge.objects.filter(programme=programme, lead_unit__isnull=False).in_force()
    if due is None or not leading.exists():
        return False
    yesterday = today - datetime.timedelta(days=1)
    ends = add_workdays(max(due.closes_date, yesterday), CHECK_DAYS, calendar)
    services.change_period(due, state=PeriodState.CHECKING, check_due_date=ends)
    units = Unit.objects.filter(pk__in=leading.order_by().values("lead_unit"))
    for unit in units.order_by("pk"):
        try:
            post = assignees.head_of(unit)
        except BadInput:
            log.warning("nobody in %s can check the figures of %s", unit, due)
            continue
        _open(Kind.CHECK_FIGURES, due, post, ends, at)
    _record("begin_check", due, SYSTEM, at, {"check_due_date": ends})
    _pass_on(due, at, calendar)
    return True


def _pass_on(period: Period, at: datetime.datetime, calendar: Calendar) -> None:
    """Once the check is over nobody is asked any more; with every objection settled it is the director's turn."""
    if not _is_over(period, day_of(at)):
        return
    _close_tasks(period, at, Kind.CHECK_FIGURES)
    if unsettled(period).exists():
        return
    due = add_workdays(day_of(at), CLOSE_DAYS, calendar)
    _open(Kind.CLOSE_PERIOD, period, assignees.director_of(period.programme), due, at)


# What people do


def answer(
    period_id: int, *, actor: Actor, objections: Mapping[int, Mapping[str, Any]], at: datetime.datetime
) -> PeriodCheck:
    """A unit's answer: 有异议 to the pledges named, each with ``words`` and ``evidence``; 无异议 to all others.

    Raises Invisible, Forbidden, WrongState, or BadInput with fields such as ``words.12``; a refusal changes nothing.
    """
    with transaction.atomic():
        period = _locked(period_id, actor)
        _demand(may_answer(actor, period))
        _demand_moment(not_to_answer(period, actor.unit, day_of(at)))
        assert actor.unit is not None  # noqa: S101  who may answer acts from a unit
        items = {pledge.pk: pledge for pledge in items_of(period, actor.unit).filter(pk__in=list(objections))}
        given = _read_each(period, objections, items, actor, at)
        check = PeriodCheck.objects.create(
            period=period,
            unit=actor.unit,
            answer=Answer.OBJECT if given else Answer.AGREE,
            by=actor.user,
            post=actor.duty,
            at=at,
        )
        Objection.objects.bulk_create(
            Objection(check_row=check, pledge=items[pk], words=data["words"], evidence=data["evidence"])
            for pk, data in given.items()
        )
        calendar = calendars.current()
        Task.objects.open().filter(kind=Kind.CHECK_FIGURES, period=period, post__unit=actor.unit).update(closed_at=at)
        if given:
            post = assignees.supervisor_of(period.programme, actor.unit)
            _open(Kind.SETTLE_OBJECTIONS, period, post, add_workdays(day_of(at), SETTLE_DAYS, calendar), at)
        told = {items[pk].number: data["words"] for pk, data in given.items()}
        _record("check_figures", period, actor, at, {"unit": actor.unit.pk, "answer": check.answer, "items": told})
        _pass_on(period, at, calendar)
    return check


def _read_each(
    period: Period,
    objections: Mapping[int, Mapping[str, Any]],
    items: Mapping[int, Pledge],
    actor: Actor,
    at: datetime.datetime,
) -> dict[int, dict[str, Any]]:
    given, faults = {}, {}
    for pk in sorted(objections):
        if pk not in items:
            faults[f"words.{pk}"] = _("只能对本单位牵头的事项提出异议。")
            continue
        try:
            given[pk] = read_all(OBJECTION, objections[pk], _context(items[pk], actor, at))
        except BadInput as refusal:
            faults |= {f"{name}.{pk}": fault for name, fault in refusal.fields.items()}
    if faults:
        raise BadInput(faults)
    return given


def settle(
    period_id: int, objection_id: int, *, actor: Actor, payload: Mapping[str, Any], at: datetime.datetime
) -> Objection:
    """Say what becomes of one objection: ``{"settlement"}``. A report may be returned or corrected meanwhile."""
    with transaction.atomic():
        period = _locked(period_id, actor)
        objection = Objection.objects.select_related("pledge", "check_row").filter(
            pk=objection_id, check_row__period=period
        )
        found = objection.first()
        if found is None:
            raise Invisible()
        _demand(may_settle(actor))
        if found.settled_at is not None:
            raise WrongState(_("这条异议已经处理。"))
        data = read_all(SETTLEMENT, payload, _context(found.pledge, actor, at))
        found.settlement, found.settled_by, found.settled_at = data["settlement"], actor.user, at
        found.save(update_fields=["settlement", "settled_by", "settled_at"])
        _close_settled(period, at)
        told = {"words": found.settlement, "pledge": found.pledge.number, "objection": found.pk}
        _record("settle_objection", period, actor, at, told)
        _pass_on(period, at, calendars.current())
    return found


def _close_settled(period: Period, at: datetime.datetime) -> None:
    """A supervisor's task ends with the last objection of the units that are theirs (对口)."""
    left = Unit.objects.filter(pk__in=unsettled(period).order_by().values("check_row__unit"))
    busy = {assignees.supervisor_of(period.programme, unit).pk for unit in left}
    mine = Task.objects.open().filter(kind=Kind.SETTLE_OBJECTIONS, period=period)
    mine.exclude(post__in=busy).update(closed_at=at)


def close(period_id: int, *, actor: Actor, at: datetime.datetime, freeze: Freeze) -> Period:
    """Close a period. ``freeze`` keeps its figures, called inside the transaction, and returns their digest."""
    with transaction.atomic():
        period = _locked(period_id, actor)
        _demand(may_close(actor))
        _demand_moment(not_to_close(period, day_of(at)))
        Period.objects.select_for_update(of=("self",), no_key=True).get(pk=period.pk)  # lights are decided under it
        digest = freeze(period, actor, at)
        services.change_period(period, state=PeriodState.CLOSED, closed_at=at)
        _close_tasks(period, at, Kind.CHECK_FIGURES, Kind.SETTLE_OBJECTIONS, Kind.CLOSE_PERIOD)
        _record(audit.CLOSE_PERIOD, period, actor, at, {"snapshot": period.version, "digest": digest})
    return period


def reopen(period_id: int, *, actor: Actor, payload: Mapping[str, Any], at: datetime.datetime) -> Period:
    """A leader's decision: ``{"words", "document_number"}``, with ``signed_page`` where a secretary records it."""
    with transaction.atomic():
        period = _locked(period_id, actor)
        _demand(may_reopen(actor))
        _demand_moment(not_to_reopen(period))
        needed = demanded_of_secretary() if actor.acting_for is not None else REOPENING
        data = read_all(needed, payload, _context(Pledge(programme=period.programme), actor, at))
        services.change_period(period, state=PeriodState.OPEN, closed_at=None, version=period.version + 1)
        due = add_workdays(day_of(at), REOPENED_DAYS, calendars.current())
        _open(Kind.CLOSE_PERIOD, period, assignees.director_of(period.programme), due, at)
        if data.get("signed_page") is not None:
            data["signed_page"].reopened.add(period)
        _record("reopen_period", period, actor, at, data)
    return period


# Manners


def _locked(period_id: int, actor: Actor) -> Period:
    """The period, with its programme's row locked; Invisible where the actor may not know of it."""
    seen = Programme.objects.visible_to(actor).filter(periods=period_id)
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=seen.values("pk")).first()
    if programme is None:
        raise Invisible()
    found: Period = Period.objects.select_related("programme__government").get(pk=period_id)
    return found


def _demand(reason: Any | None) -> None:
    if reason is not None:
        raise Forbidden(reason)


def _demand_moment(reason: Any | None) -> None:
    if reason is not None:
        raise WrongState(reason)


def _context(pledge: Pledge, actor: Actor, at: datetime.datetime) -> Context:
    return Context(actor=actor, pledge=pledge, at=at, calendar=calendars.current())


def _open(kind: str, period: Period, post: Any, due: datetime.date, at: datetime.datetime) -> None:
    """Bound to the period and its programme; a post has one of a kind, which stays as it is."""
    Task.objects.get_or_create(
        kind=kind,
        programme=period.programme,
        post=post,
        closed_at=None,
        defaults={"period": period, "due_date": due, "opened_at": at},
    )


def _close_tasks(period: Period, at: datetime.datetime, *kinds: str) -> None:
    Task.objects.open().filter(kind__in=kinds, period=period).update(closed_at=at)


def _record(action: str, period: Period, actor: Actor, at: datetime.datetime, given: Mapping[str, Any]) -> None:
    audit.append(
        stream=audit.stream_of(period.programme),
        action=action,
        actor=actor,
        at=at,
        payload={"period": period.key, "input": story.recorded(dict(given)), "version": period.programme.version},
    )


def checks_of(period: Period) -> Iterable[PeriodCheck]:
    """Every answer with its objections, by unit, in a fixed number of queries."""
    found: Iterable[PeriodCheck] = (
        period.checks.select_related("unit", "by")
        .prefetch_related("objections__pledge", "objections__settled_by")
        .order_by("unit__position", "unit")
    )
    return found
