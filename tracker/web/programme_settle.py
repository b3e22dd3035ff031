"""处理反馈意见: what units suggested about their rows, and the form in which the office says what becomes of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges import calendars
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Programme
from tracker.web import forms
from tracker.web import pledge as pledge_page
from tracker.web.programme import visible
from tracker.web.requests import PageRequest
from workflow import permissions, services
from workflow.context import Context
from workflow.effects import consulting
from workflow.programme_effects import unsettled_in
from workflow.programme_table import is_supervisor
from workflow.transitions import BY_NAME

SETTLE = BY_NAME["settle_row"]


@login_required
@require_safe
def waiting(request: PageRequest, pk: int) -> HttpResponse:
    """The suggestions that nobody has settled, by unit."""
    found = visible(request, pk)
    reason = is_supervisor(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    answers = list(
        unsettled_in(found)
        .select_related("pledge", "unit", "by")
        .order_by("unit__position", "unit", "pledge__number", "pk")
    )
    return render(
        request,
        "tracker/programme/settle_list.html",
        {"programme": found, "answers": answers, "why": _why(len(answers))},
    )


def _why(left: int) -> str:
    if not left:
        return _("没有等待处理的意见。")
    return ngettext("%(count)d 条建议调整等待处理。", "%(count)d 条建议调整等待处理。", left) % {"count": left}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: PageRequest, pk: int, pledge: int) -> HttpResponse:
    """The form for one suggestion, beginning with the row as it stands."""
    programme = visible(request, pk)
    if request.method == "POST":
        return _perform(request, programme, pledge)
    context = _context(request, programme, pledge)
    reason = permissions.first_refusal(SETTLE.who, request.actor, context.pledge)
    if reason is not None:
        raise Forbidden(reason)
    untimely = consulting.not_to_settle(context.pledge)
    if untimely is not None:
        raise WrongState(untimely)
    return _page(request, programme, context, forms.first_values(SETTLE, context, None))


def _perform(request: PageRequest, programme: Programme, pledge_id: int) -> HttpResponse:
    context = _context(request, programme, pledge_id)
    typed = forms.typed_in(request.POST, SETTLE)
    version = request.POST.get("version", "")
    try:
        pledge = services.perform(
            SETTLE.name,
            pledge_id=pledge_id,
            actor=request.actor,
            payload=typed,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            at=clock.now(),
        )
    except BadInput as refusal:
        return _page(request, programme, context, typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        context = _context(request, programme, pledge_id)
        return _page(request, programme, context, typed, refusal=refusal, status=409)
    messages.success(request, _("%(number)s 的意见已处理。") % {"number": pledge.number})
    is_left = unsettled_in(programme).exists()
    return redirect("web:programme-settle" if is_left else "web:programme", pk=programme.pk)


def _context(request: PageRequest, programme: Programme, pledge_id: int) -> Context:
    found = pledge_page.visible(pledge_id, request.actor)
    if found.programme_id != programme.pk:
        raise Invisible()
    return Context(actor=request.actor, pledge=found, at=clock.now(), calendar=calendars.current())


def _page(
    request: PageRequest,
    programme: Programme,
    context: Context,
    values: Mapping[str, Any],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    answer = consulting.unsettled(context.pledge)
    page = {
        "programme": programme,
        "pledge": context.pledge,
        "answer": answer,
        "form": forms.build(SETTLE, context, values, faults),
        "refusal": refusal,
        "is_possible": answer is not None,
    }
    return render(request, "tracker/programme/settle.html", page, status=status)
