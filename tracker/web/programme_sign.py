"""签收清单: a unit signs for everything that was assigned to it, with one button."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Pledge, Programme
from tracker.web.fields import Field
from tracker.web.programme import visible
from tracker.web.programme_answers import versions_in
from tracker.web.requests import PageRequest
from workflow import permissions, programmes


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: PageRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    reason = permissions.is_lead_unit(request.actor, Pledge(programme=found, lead_unit=request.actor.unit))
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return _page(request, found)
    person = request.POST.get("person", "")
    try:
        count = programmes.sign_list(
            pk, actor=request.actor, at=clock.now(), person=person, versions=versions_in(request.POST)
        )
    except BadInput as refusal:
        return _page(request, found, person=person, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, found, person=person, refusal=refusal, status=409)
    messages.success(request, ngettext("已签收 %(count)d 项。", "已签收 %(count)d 项。", count) % {"count": count})
    is_left = programmes.rows_to_sign(found, request.actor.unit).exists() if request.actor.unit else False
    return redirect("web:programme-sign" if is_left else "web:programme", pk=pk)


def _page(
    request: PageRequest,
    found: Programme,
    *,
    person: str = "",
    faults: dict[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    unit, faults = request.actor.unit, faults or {}
    assert unit is not None  # noqa: S101  who may sign acts from a unit
    rows = list(programmes.rows_to_sign(found, unit).for_list().order_by(Length("number"), "number"))
    unnamed = sum(not row.person for row in rows)
    field = Field(
        name="person",
        label=_("责任人"),
        widget="text",
        value=person,
        fault=faults.get("person", ""),
        hint=_("用于还没有责任人的事项;不填时,这些事项留待以后签收。"),
        required=unnamed == len(rows),
    )
    context = {
        "programme": found,
        "unit": unit,
        "rows": rows,
        "why": _why(len(rows), unnamed),
        "field": field if unnamed else None,
        "general": [fault for name, fault in faults.items() if name != "person"],
        "refusal": refusal,
    }
    return render(request, "tracker/programme/sign.html", context, status=status)


def _why(rows: int, unnamed: int) -> str:
    if not rows:
        return _("没有等待本单位签收的事项。")
    words = ngettext("%(count)d 项由本单位牵头,等待签收", "%(count)d 项由本单位牵头,等待签收", rows) % {"count": rows}
    if not unnamed:
        return _("%(words)s。") % {"words": words}
    left = ngettext("其中 %(count)d 项还没有责任人", "其中 %(count)d 项还没有责任人", unnamed) % {"count": unnamed}
    return _("%(words)s,%(left)s。") % {"words": words, "left": left}
