"""One page for each act on a programme: what it needs is asked for, and the process decides."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Programme, ProgrammeState
from tracker.web.fields import Field
from tracker.web.programme import visible
from tracker.web.requests import PageRequest
from workflow import programmes
from workflow.programme_table import BY_NAME, ProgrammeAct

WIDGETS = {"approved_date": "date", "issued_date": "date", "reason": "area"}
HINTS = {
    "approved_by": gettext_lazy("例如“市政府常务会议”。"),
    "approval_document": gettext_lazy("会议纪要或批示的名称和文号。"),
    "document_number": gettext_lazy("印发文件的文号,它是全部事项的交办依据。"),
}
ROW = "pledges."  # how faults name the drafts that keep the programme from being issued
# Why one is here, and what will happen.
WHY = {
    "begin_consulting": gettext_lazy("发给各牵头单位逐项答复,5 个工作日内答复同意或者建议调整。"),
    "approve_programme": gettext_lazy("记录由谁、以什么文件审定。逾期未答复的事项视为同意。"),
    "issue_programme": gettext_lazy("印发后,全部待交办的事项一次交办给牵头单位,每个单位签收一份清单。"),
    "back_to_drafting": gettext_lazy("退回后可以继续增减事项,再重新征求意见;已有的答复保留。"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PageRequest, pk: int, act: str) -> HttpResponse:
    row = BY_NAME.get(act)
    if row is None:
        raise Invisible()
    found = visible(request, pk)
    if request.method == "POST":
        return _perform(request, found, row)
    reason = row.who(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    _demand_moment(found, row)
    dates = {need.name: clock.today().isoformat() for need in row.needs if WIDGETS.get(need.name) == "date"}
    return _page(request, found, row, dates)


def _demand_moment(found: Programme, row: ProgrammeAct) -> None:
    if found.state not in row.sources:
        raise WrongState(
            _("年度台账现为“%(state)s”,不能%(act)s。") % {"state": ProgrammeState(found.state).label, "act": row.label}
        )
    untimely = row.untimely(found, clock.today()) if row.untimely else None
    if untimely is not None:
        raise WrongState(untimely)


def _perform(request: PageRequest, found: Programme, row: ProgrammeAct) -> HttpResponse:
    typed = {need.name: request.POST.get(need.name, "") for need in row.needs}
    version = request.POST.get("version", "")
    try:
        done = programmes.perform(
            row.name,
            programme_id=found.pk,
            actor=request.actor,
            payload=typed,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            at=clock.now(),
        )
    except BadInput as refusal:
        return _page(request, found, row, typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, visible(request, found.pk), row, typed, refusal=refusal, status=409)
    messages.success(
        request, _("“%(act)s”已记录,台账现为“%(state)s”。") % {"act": row.label, "state": done.get_state_display()}
    )
    return redirect("web:programme", pk=done.pk)


def _page(
    request: PageRequest,
    found: Programme,
    row: ProgrammeAct,
    values: Mapping[str, Any],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults or {}
    fields = [
        Field(
            name=need.name,
            label=need.label,
            widget=WIDGETS.get(need.name, "text"),
            required=need.required,
            value=values.get(need.name, ""),
            fault=faults.get(need.name, ""),
            hint=HINTS.get(need.name, ""),
        )
        for need in row.needs
    ]
    known = {field.name for field in fields}
    blocking = {name: words for name, words in faults.items() if name.startswith(ROW)}
    context = {
        "programme": found,
        "act": row,
        "why": WHY[row.name],
        "fields": fields,
        "general": [fault for name, fault in faults.items() if name not in known and name not in blocking],
        "blocking": [(int(name.removeprefix(ROW)), words) for name, words in blocking.items()],
        "summary": [(name, fault) for name, fault in faults.items() if name in known],
        "refusal": refusal,
        "is_possible": refusal is None or found.state in row.sources,
    }
    return render(request, "tracker/programme/act.html", context, status=status)
