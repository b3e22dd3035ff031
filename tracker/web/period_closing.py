"""核对与结账: what the units answered, the office's settlements, the director's close, a leader's reopening."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.errors import BadInput, Forbidden, WrongState
from pledges.models import Period, PeriodState
from pledges.querysets import WHOLE_PROGRAMME
from tracker import snapshots
from tracker.models import Snapshot
from tracker.web import quarter, signed_page_boxes
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import period_closing
from workflow.models import Objection, PeriodCheck


@dataclass(frozen=True)
class Line:
    """One objection; ``field`` is the box for its settlement where this person may settle it now."""

    check: PeriodCheck
    objection: Objection
    field: Field | None


@login_required
@require_safe
def closing(request: PageRequest, programme: int, period: str) -> HttpResponse:
    return _page(request, _found(request, programme, period))


@login_required
@require_POST
def settle(request: PageRequest, programme: int, period: str, pk: int) -> HttpResponse:
    this = _found(request, programme, period)
    typed = request.POST.get("settlement", "")
    name = f"settlement.{pk}"
    try:
        period_closing.settle(this.pk, pk, actor=request.actor, payload={"settlement": typed}, at=clock.now())
    except BadInput as refusal:
        return _page(request, this, {name: typed}, {name: refusal.fields["settlement"]}, status=422)
    except WrongState as refusal:
        return _page(request, this, {name: typed}, refusal=refusal, status=409)
    messages.success(request, _("异议已处理。"))
    return _back(this)


@login_required
@require_POST
def close(request: PageRequest, programme: int, period: str) -> HttpResponse:
    this = _found(request, programme, period)
    try:
        snapshot = snapshots.close(this.pk, actor=request.actor, at=clock.now())
    except WrongState as refusal:
        this.refresh_from_db()
        return _page(request, this, refusal=refusal, status=409)
    told = {"period": this.key, "version": snapshot.version}
    messages.success(request, _("%(period)s 已结账,版本 %(version)d。") % told)
    return _back(this)


@login_required
@require_POST
def reopen(request: PageRequest, programme: int, period: str) -> HttpResponse:
    this = _found(request, programme, period)
    names = ("words", "document_number", "signed_page.signer", "signed_page.signed_date")
    typed = {name: request.POST.get(name, "") for name in names}
    boxes = {name: typed[f"signed_page.{name}"] for name in ("signer", "signed_date")}
    try:
        with transaction.atomic():
            page, faults = _kept(request, boxes)
            if faults:
                raise BadInput(faults)
            period_closing.reopen(this.pk, actor=request.actor, payload={**typed, "signed_page": page}, at=clock.now())
    except BadInput as refusal:
        return _page(request, this, typed, refusal.fields, status=422)
    except WrongState as refusal:
        this.refresh_from_db()
        return _page(request, this, typed, refusal=refusal, status=409)
    messages.success(request, _("%(period)s 已重新开账。") % {"period": this.key})
    return _back(this)


def _kept(request: PageRequest, boxes: Mapping[str, str]) -> tuple[int | None, dict[str, Any]]:
    """The signed page that a secretary gives; a leader needs none."""
    reason = period_closing.may_reopen(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    if request.actor.acting_for is None:
        return None, {}
    return signed_page_boxes.keep(request, REOPENING, boxes, clock.now())


@dataclass(frozen=True)
class _Asking:
    """What `signed_page_boxes.keep` asks of a row of the table."""

    needs: tuple[Any, ...]


REOPENING: Any = _Asking(period_closing.demanded_of_secretary())


def _found(request: PageRequest, programme: int, period: str) -> Period:
    _chosen, this = quarter.found(request.actor, programme, period)
    if request.actor.role not in WHOLE_PROGRAMME:
        raise Forbidden(_("您的岗位不办理结账。"))
    return this


def _back(period: Period) -> HttpResponse:
    return redirect("web:period-closing", programme=period.programme_id, period=period.key)


def _page(
    request: PageRequest,
    period: Period,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Any] | None = None,
    *,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, typed, faults = request.actor, typed or {}, faults or {}
    may_settle = period_closing.may_settle(actor) is None
    checks = list(period_closing.checks_of(period))
    waiting = period_closing.waiting_units(period)
    held_up = period_closing.not_to_close(period, clock.today())
    may_reopen = period_closing.may_reopen(actor) is None and period_closing.not_to_reopen(period) is None
    fields = _reopening(typed, faults, is_recorded=actor.acting_for is not None) if may_reopen else []
    shown = {field.name for field in fields} | {name for name in faults if name.startswith("settlement.")}
    page = {
        "programme": period.programme,
        "period": period,
        "why": _why(period, checks, waiting),
        "checks": checks,
        "waiting": waiting,
        "lines": [
            Line(check, one, _settlement(one, typed, faults) if may_settle and one.settled_at is None else None)
            for check in checks
            for one in check.objections.all()
        ],
        "may_close": period_closing.may_close(actor) is None and period.state != PeriodState.CLOSED,
        "held_up": held_up,
        "reopening": fields,
        "snapshots": Snapshot.objects.filter(period=period)
        .select_related("taken_by")
        .prefetch_related("erasures")
        .defer("text"),
        "pages": period.reopening_pages.defer("content").order_by("pk"),
        "general": [fault for name, fault in faults.items() if name not in shown],
        "summary": [(name, fault) for name, fault in faults.items() if name in shown],
        "refusal": refusal,
    }
    return render(request, "tracker/periods/closing.html", page, status=status)


def _settlement(objection: Objection, typed: Mapping[str, str], faults: Mapping[str, Any]) -> Field:
    """Every form posts ``settlement``; the page tells them apart."""
    name = f"settlement.{objection.pk}"
    return Field(
        name=name, label=_("处理"), widget="area", required=True, value=typed.get(name, ""), fault=faults.get(name, "")
    )


def _reopening(typed: Mapping[str, str], faults: Mapping[str, Any], *, is_recorded: bool) -> list[Field]:
    plain = [
        Field(name="words", label=_("决定内容"), widget="area", required=True),
        Field(name="document_number", label=_("文号"), widget="text", required=True),
        *(signed_page_boxes.fields() if is_recorded else []),
    ]
    return [
        Field(
            name=one.name,
            label=one.label,
            widget=one.widget,
            required=True,
            hint=one.hint,
            value=typed.get(one.name, ""),
            fault=faults.get(one.name, ""),
        )
        for one in plain
    ]


def _why(period: Period, checks: list[PeriodCheck], waiting: list[Any]) -> str:
    if period.state == PeriodState.CLOSED:
        return _("已结账,数字已冻结。")
    if period.state == PeriodState.OPEN:
        return _("已重新开账,更正后再次结账。") if period.version > 1 else _("填报窗口截止后进入核对期。")
    left = len(waiting)
    day = period.check_due_date.isoformat() if period.check_due_date else ""
    return ngettext(
        "核对期至 %(day)s:%(answered)d 个单位已答复,%(left)d 个未答复。",
        "核对期至 %(day)s:%(answered)d 个单位已答复,%(left)d 个未答复。",
        left,
    ) % {"day": day, "answered": len(checks), "left": left}
