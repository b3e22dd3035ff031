"""申请: asking, answering, deciding, taking back, and passing on what nobody answered.

The manners are the gate's: one transaction, the pledge locked first and the request after it, then visible, allowed,
right state and fresh, complete. A granted request carries its row of the table out in the same transaction, with
whoever decided as the actor.
"""

import datetime
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges import services as facts
from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Outcome, Pledge, Role, State
from workflow import needs, permissions, request_ladder, request_posts, services
from workflow.context import Context, day_of
from workflow.models import Request, RequestStep
from workflow.needs import Need, read_all
from workflow.request_needs import kept, read_back
from workflow.requests_table import BY_KIND, KINDS, REOPENING, RequestKind
from workflow.transitions import BY_NAME, Transition

log = logging.getLogger(__name__)
Status, Step = Request.Status, RequestStep.Name
WORDS = Need("words", _("意见"), needs.text(500))
DECISION = (
    WORDS,
    Need("document_number", _("文号"), needs.text(100)),
    Need("signed_page", _("签字页"), needs.signed_page),
)
REVIEW = (
    Need("outcome", _("新的结论"), needs.choice(Outcome)),
    Need("reopen", _("重新交办"), needs.flag),
    Need("due_date", _("新的完成时限"), needs.day),
)


def ask(
    kind: str,
    *,
    pledge_id: int,
    actor: Actor,
    payload: Mapping[str, Any],
    version: int | None,
    at: datetime.datetime,
) -> Request:
    """One request of a kind about a pledge; ``version`` is that of the pledge. Asking changes nothing of the pledge."""
    row = BY_KIND.get(kind)
    if row is None:
        raise Invisible()
    with transaction.atomic():
        pledge = services.locked(pledge_id, actor)
        context = Context(actor=actor, pledge=pledge, at=at, calendar=calendars.current())
        _demand_may_ask(row, context, version)
        given = read_all(row.needs, payload, context)
        row.settle(context, given)
        reason = given.pop("reason")
        to = request_ladder.first(row, pledge, given)
        request = Request.objects.create(
            pledge=pledge,
            kind=row.kind,
            reason=reason,
            given=kept(given),
            asked_by=actor.user,
            post=actor.duty,
            asked_at=at,
            asked_late=_is_late(pledge, context.today),
            due_date=request_ladder.decided_by(row, pledge, given, context.today, context.calendar),
        )
        due = request_ladder.days_of(to.rung, context.today, context.calendar)
        request_ladder.open_step(request, pledge, to, min(due, request.due_date), at)
        told = {"reason": reason, "asked_late": request.asked_late or None, **request.given}
        request_ladder.record(request, pledge, "ask_request", actor, at, told)
    return request


def answer_step(
    request_id: int,
    *,
    actor: Actor,
    version: int | None,
    words: Any,
    agrees: Any = None,
    at: datetime.datetime,
) -> Request:
    """会商 and 督查室协调: what the unit or the office has to say before the decision. The next rung follows."""
    with transaction.atomic():
        request, pledge = _locked(request_id, actor)
        step = _demand_turn(request, actor, version, (Step.CONSULTATION, Step.COORDINATION))
        context = Context(actor=actor, pledge=pledge, at=at, calendar=calendars.current())
        said: str = read_all((WORDS,), {"words": words}, context)["words"] or ""
        agreed = None if agrees is None or agrees == "" else needs.flag(agrees, context)
        faults: dict[str, Any] = {}
        if step.name == Step.CONSULTATION and agreed is None:
            faults["agrees"] = _("请选择同意或不同意。")
        if not said and not agreed:
            faults["words"] = _("请填写意见。")
        if faults:
            raise BadInput(faults)
        request_ladder.answer(step, actor=actor, words=said, agrees=agreed, at=at)
        to = request_ladder.following(request, pledge, step)
        if to is None:
            raise WrongState(_("现在没有可以决定这一申请的市领导,请先在组织机构中设立。"))
        request_ladder.go_on(request, pledge, to, at, context.calendar)
        _raise_version(request)
        told = {"words": said, "step": step.name, "agrees": agreed}
        request_ladder.record(request, pledge, "answer_request", actor, at, told)
    return request


def decide(
    request_id: int,
    *,
    actor: Actor,
    version: int | None,
    grant: Any,
    words: Any = "",
    document_number: Any = "",
    signed_page: Any = None,
    at: datetime.datetime,
    outcome: Any = "",
    reopen: Any = False,
    due_date: Any = None,
) -> Request:
    """Grant or refuse. ``signed_page`` is the id of a page this person has put on record; a leader's deputy always
    gives one. The last three are for the review of a conclusion: another outcome, or reopening, perhaps with a new due
    date."""
    typed = {
        "words": words,
        "document_number": document_number,
        "signed_page": signed_page,
        "outcome": outcome,
        "reopen": reopen,
        "due_date": due_date,
    }
    with transaction.atomic():
        request, pledge = _locked(request_id, actor)
        row = BY_KIND[request.kind]
        if row.is_review and (reason := request_posts.recusal_of(actor, pledge)) is not None:
            raise Forbidden(reason)
        step = _demand_turn(request, actor, version, (Step.DECISION,))
        if not isinstance(grant, bool):
            raise BadInput({"grant": _("请选择同意或不同意。")})
        context = Context(actor=actor, pledge=pledge, at=at, calendar=calendars.current())
        carried = _to_carry_out(row, pledge, is_reopening=needs.flag(reopen, context)) if grant else None
        data = read_all((*DECISION, *REVIEW) if row.is_review and grant else DECISION, typed, context)
        given = read_back(request.given, pledge)
        _demand_complete(row, context, data, given, grant=grant)
        request_ladder.answer(step, actor=actor, words=data["words"] or "", agrees=grant, at=at)
        request.words, request.document_number = data["words"] or "", data["document_number"] or ""
        request.signed_page = data["signed_page"]
        _end(request, Status.GRANTED if grant else Status.REFUSED, actor, at)
        action = "grant_request" if grant else "refuse_request"
        told = {name: getattr(request, name) for name in ("words", "document_number", "signed_page_id")}
        request_ladder.record(request, pledge, action, actor, at, told)
        if carried is not None:
            own = {name: data.get(name) for name in ("document_number", "outcome", "due_date")}
            more = {"request": request.pk, "asked_late": request.asked_late}
            services.carry_out(carried, context, own | given | more)
    return request


def take_back(request_id: int, *, actor: Actor, version: int | None, at: datetime.datetime) -> Request:
    """Whoever holds the post that asked may take the request back while it is open."""
    with transaction.atomic():
        request, pledge = _locked(request_id, actor)
        if actor.duty is None or actor.duty.pk != request.post_id:
            raise Forbidden(_("只有提出申请的岗位可以撤回。"))
        _demand_open(request, version)
        _end(request, Status.TAKEN_BACK, actor, at)
        request_ladder.record(request, pledge, "take_back_request", actor, at, {})
    return request


def pass_on(*, at: datetime.datetime) -> int:
    """Pass every step past its due date on to the next rung; returns how many. Doing it twice passes on once."""
    calendar, moved = calendars.current(), 0
    late = RequestStep.objects.filter(
        request__status=Status.OPEN, answered_at=None, passed_on_at=None, due_date__lt=day_of(at)
    )
    for request_id in list(late.order_by("due_date", "pk").values_list("request", flat=True)):
        try:
            with transaction.atomic():
                request, pledge = _locked(request_id, SYSTEM)
                moved += request_ladder.pass_on(request, pledge, at, calendar)
        except DomainError as refusal:
            log.warning("request %s not passed on: %s", request_id, refusal)
    return moved


def end_with_pledge(pledge_id: int, *, state: str, at: datetime.datetime) -> None:
    """A pledge that was closed, withdrawn or reopened leaves nothing to decide: its open requests end, saying why."""
    for request in Request.objects.open().select_for_update(of=("self",)).filter(pledge=pledge_id).order_by("pk"):
        request.words = ENDINGS[state]
        _end(request, Status.TAKEN_BACK, SYSTEM, at)
        request_ladder.record(request, request.pledge, "take_back_request", SYSTEM, at, {"words": request.words})


# What the record says, in the language of the record.
ENDINGS: dict[str, str] = {
    State.CLOSED: "事项已经销号或结账,申请不再办理。",
    State.WITHDRAWN: "事项已经撤销,申请不再办理。",
    State.IN_PROGRESS: "事项已经重新交办,申请不再办理。",
}


def askable(pledge: Pledge, actor: Actor, today: datetime.date) -> Iterator[RequestKind]:
    """The kinds that this actor may ask for now, for buttons and lists of actions."""
    waiting = set(Request.objects.open().filter(pledge=pledge).values_list("kind", flat=True))
    for row in KINDS:
        if (
            pledge.state in row.sources
            and row.kind not in waiting
            and row.untimely(pledge, today) is None
            and permissions.first_refusal(row.who, actor, pledge) is None
        ):
            yield row


def needs_document(request: Request) -> bool:
    """Whether granting it takes a document number."""
    row, pledge = BY_KIND[request.kind], request.pledge
    return request.status == Status.OPEN and row.needs_document(pledge, read_back(request.given, pledge))


def records_for_leader(actor: Actor) -> bool:
    """代录: a deputy of a leader puts on record what the leader signed."""
    return actor.acting_for is not None and actor.acting_for.role == Role.LEADER


def _demand_may_ask(row: RequestKind, context: Context, version: int | None) -> None:
    pledge = context.pledge
    reason = permissions.first_refusal(row.who, context.actor, pledge)
    if reason is not None:
        raise Forbidden(reason)
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if pledge.version != version:
        raise Stale(services.changes_since(pledge, version))
    if pledge.state not in row.sources:
        told = {"state": State(pledge.state).label, "kind": row.kind.label}
        raise WrongState(_("事项现为“%(state)s”,不能申请%(kind)s。") % told)
    untimely = row.untimely(pledge, context.today)
    if untimely is not None:
        raise WrongState(untimely)
    if Request.objects.open().filter(pledge=pledge, kind=row.kind).exists():
        raise WrongState(_("这一事项已有一件“%(kind)s”申请在办,办结以后才能再提。") % {"kind": row.kind.label})


def _is_late(pledge: Pledge, today: datetime.date) -> bool:
    return pledge.state != State.CLOSED and pledge.due_date is not None and today > pledge.due_date


def _locked(request_id: int, actor: Actor) -> tuple[Request, Pledge]:
    """The request and its pledge, locked in the order in which everybody locks them: the pledge first. Whoever has a
    step to answer sees the request even where the pledge is another unit's."""
    seen = Request.objects.visible_to(actor).filter(pk=request_id).values_list("pledge", flat=True).first()
    if seen is None:
        raise Invisible()
    Pledge.objects.select_for_update(of=("self",)).get(pk=seen)
    request = Request.objects.select_for_update(of=("self",)).get(pk=request_id)
    return request, facts.with_facts(seen)


def _demand_turn(request: Request, actor: Actor, version: int | None, names: tuple[str, ...]) -> RequestStep:
    """The step that waits, if it is this actor's turn and the step is of this sort."""
    step = request_ladder.current(request) or request.steps.select_related("post__unit").last()
    if step is None or actor.duty is None or actor.duty.pk != step.post_id:
        raise Forbidden(_("现在由%(post)s办理。") % {"post": step.post if step else ""})
    _demand_open(request, version)
    if step.name not in names:
        raise WrongState(_("这一环节是“%(step)s”,请按这一环节办理。") % {"step": Step(step.name).label})
    return step


def _demand_open(request: Request, version: int | None) -> None:
    if request.status != Status.OPEN:
        raise WrongState(_("这一申请已经办结:%(status)s。") % {"status": Status(request.status).label})
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if request.version != version:
        raise Stale([gettext("这一申请已有新的意见,或已转到下一环节。")])


def _to_carry_out(row: RequestKind, pledge: Pledge, *, is_reopening: bool) -> Transition | None:
    """The row of the table, if the pledge stands where it can be carried out."""
    if row.row is None:
        return None
    carried = BY_NAME[REOPENING if row.is_review and is_reopening else row.row]
    if pledge.state not in carried.sources:
        told = {"state": State(pledge.state).label, "kind": row.kind.label}
        raise WrongState(_("事项现为“%(state)s”,不能%(kind)s;可以不同意这一申请。") % told)
    untimely = carried.untimely(pledge) if carried.untimely else None
    if untimely is not None:
        raise WrongState(untimely)
    return carried


def _demand_complete(row: RequestKind, context: Context, data: Mapping[str, Any], given: Any, *, grant: bool) -> None:
    faults: dict[str, Any] = {}
    if not data["words"] and not grant:
        faults["words"] = _("不同意的,请写明理由。")
    elif not data["words"] and row.row is None:
        faults["words"] = _("请写明答复。")
    if grant and not data["document_number"] and row.needs_document(context.pledge, given):
        faults["document_number"] = _("请填写文号:这一类申请须经政府主要领导或常务会议批准。")
    if records_for_leader(context.actor) and data["signed_page"] is None:
        faults["signed_page"] = _("代录市领导的决定,请上传签字页。")
    if row.is_review and grant:
        if bool(data["outcome"]) == bool(data["reopen"]):
            faults["outcome"] = _("请选择新的结论,或者选择重新交办。")
        elif data["outcome"] == context.pledge.outcome:
            faults["outcome"] = _("与现在的结论相同;维持结论的,请选择不同意。")
    if faults:
        raise BadInput(faults)


def _end(request: Request, status: str, actor: Actor, at: datetime.datetime) -> None:
    request.status, request.decided_by, request.decided_post, request.decided_at = status, actor.user, actor.duty, at
    _raise_version(request)
    request_ladder.close_tasks(request, at)


def _raise_version(request: Request) -> None:
    request.version += 1
    request.save()
