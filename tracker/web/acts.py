"""Acts: one page for every row of the table of transitions. What may be done, and with what, the gate decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction as database
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Report, ReportStatus, Role, State
from tracker.web import figures, forms, report_questions, signed_page_boxes
from tracker.web.accounts import local_address
from tracker.web.context import DRAFT_KEY
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from workflow import permissions, services, story
from workflow.consistency import Question
from workflow.context import Context
from workflow.transitions import BY_NAME, Transition

SHOWN_HISTORY = 4
# Acts that judge what others sent, and the act that sends it back: one decides on the same page, after reading.
SENT_BACK = {
    "accept": "return_report",
    "approve": "return_report",
    "claim": "return_proposal",
    "draft_verification": "return_claim",
    "verify": "return_claim",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PageRequest, pk: int, act: str) -> HttpResponse:
    transition = BY_NAME.get(act)
    if transition is None:
        raise Invisible()
    if request.method == "POST":
        return _perform(request, pk, transition)
    pledge = visible(pk, request.actor)
    _demand_allowed(transition, pledge, request)
    context = _context(request, pledge)
    values = forms.first_values(transition, context, _returned(pledge))
    return _page(request, transition, context, forms.build(transition, context, values))


def _perform(request: PageRequest, pk: int, transition: Transition) -> HttpResponse:
    typed = forms.typed_in(request.POST, transition)
    try:
        if transition.name == "report":
            questions = report_questions.unanswered(request, pk, typed, _version(request), clock.now())
            if questions:
                return _again(request, pk, transition, typed, questions=questions, status=200)
        pledge = _carry_out(request, pk, transition, typed)
    except BadInput as refusal:
        return _again(request, pk, transition, typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        changes = refusal.changes if isinstance(refusal, Stale) else []
        return _again(request, pk, transition, typed, refusal=refusal, changes=changes, status=409)
    messages.success(request, _("%(number)s 的“%(act)s”已记录。") % {"number": pledge.number, "act": transition.label})
    request.session[DRAFT_KEY] = _draft_name(request, pk, transition)
    return redirect(_next(request, pk))


def _carry_out(request: PageRequest, pk: int, transition: Transition, typed: Mapping[str, Any]) -> Pledge:
    at, payload = clock.now(), dict(typed)
    faults: dict[str, Any] = {}
    with database.atomic():
        if signed_page_boxes.is_asked(transition):
            kept, faults = signed_page_boxes.keep(request, transition, typed[signed_page_boxes.NAME], at)
            payload[signed_page_boxes.NAME] = kept
        try:
            pledge = services.perform(
                transition.name,
                pledge_id=pk,
                actor=request.actor,
                payload=payload,
                version=_version(request),
                at=at,
            )
        except BadInput as refusal:
            others = {name: words for name, words in refusal.fields.items() if name != signed_page_boxes.NAME}
            raise BadInput({**others, **faults} if faults else refusal.fields) from None
        if faults:
            raise BadInput(faults)
    return pledge


def _version(request: PageRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None


def _again(
    request: PageRequest,
    pk: int,
    transition: Transition,
    typed: Mapping[str, Any],
    *,
    status: int,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    changes: list[str] | None = None,
    questions: Sequence[Question] = (),
) -> HttpResponse:
    """The same form with everything typed, the version of now, and what is in the way or to be looked at once more."""
    context = _context(request, visible(pk, request.actor))
    if "seen" in typed and refusal is not None:
        typed = {**typed, "seen": forms.newest_report_id(context.pledge)}
    return _page(
        request,
        transition,
        context,
        forms.build(transition, context, typed, faults, questions),
        status=status,
        is_first_time=False,
        questions=questions,
        refusal=refusal,
        changes=changes or [],
    )


def _page(
    request: PageRequest,
    transition: Transition,
    context: Context,
    form: forms.ActForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    pledge = context.pledge
    returned = _returned(pledge)
    newest = next(iter(pledge.newest_reports), None)  # type: ignore[attr-defined]
    allowed = list(services.allowed(pledge, request.actor))
    page = {
        "transition": transition,
        "pledge": pledge,
        "form": form,
        "is_allowed": transition in allowed,
        "reads_first": transition.name in SENT_BACK,
        "sends_back": next((act for act in allowed if act.name == SENT_BACK.get(transition.name)), None),
        "is_report": transition.name == "report",
        "submit": _submit_label(transition, pledge, request.actor),
        "next": local_address(request, _asked_next(request), otherwise=""),
        "back": _next(request, pledge.pk),
        "draft": _draft_name(request, pledge.pk, transition),
        "is_first_time": True,
        "prepared": forms.prepared(transition, pledge),
        "returned": returned if transition.name == "report" else None,
        "newest": newest,
        "newest_values": [figures.figure_of(value.target, value.value) for value in newest.values.all()]
        if newest
        else [],
        "history": list(reversed(story.of_pledge(pledge)))[:SHOWN_HISTORY],
        **more,
    }
    return render(request, "tracker/acts/act.html", page, status=status)


def _submit_label(transition: Transition, pledge: Pledge, actor: Actor) -> Any:
    """A coordinator's report goes to the head first, and the button says so."""
    goes_to_head = transition.name == "report" and not actor.has_role(Role.HEAD)
    if goes_to_head and pledge.lead_unit is not None and permissions.has_head(pledge.lead_unit):
        return _("提交审签")
    return transition.label


def _demand_allowed(transition: Transition, pledge: Pledge, request: PageRequest) -> None:
    """The gate's own order: who, then when."""
    reason = permissions.first_refusal(transition.who, request.actor, pledge)
    if reason is not None:
        raise Forbidden(reason)
    if pledge.state not in transition.sources:
        raise WrongState(
            _("事项现为“%(state)s”,不能%(act)s。") % {"state": State(pledge.state).label, "act": transition.label}
        )
    untimely = transition.untimely(pledge) if transition.untimely else None
    if untimely is not None:
        raise WrongState(untimely)


def _context(request: PageRequest, pledge: Pledge) -> Context:
    return Context(actor=request.actor, pledge=pledge, at=clock.now(), calendar=calendars.current())


def _returned(pledge: Pledge) -> Report | None:
    """The newest report when it was sent back and nothing has replaced it."""
    newest: Report | None = (
        pledge.reports.select_related("period")
        .prefetch_related("values", "stages")
        .order_by("-period__start_date", "-revision")
        .first()
    )
    return newest if newest is not None and newest.status == ReportStatus.RETURNED else None


def _asked_next(request: PageRequest) -> str:
    return request.POST.get("next", "") or request.GET.get("next", "")


def _next(request: PageRequest, pk: int) -> str:
    return local_address(request, _asked_next(request), otherwise=reverse("web:pledge", args=[pk]))


def _draft_name(request: PageRequest, pk: int, transition: Transition) -> str:
    return f"{request.user.pk}:{pk}:{transition.name}"
