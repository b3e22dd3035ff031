"""核对: a unit sees its items' figures, lights and sentences as they would be printed, and answers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges import sentences
from pledges.errors import BadInput, Forbidden, WrongState
from pledges.models import Period, Pledge
from tracker import snapshots
from tracker.web import figures, quarter
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import period_closing
from workflow.models import PeriodCheck

BOXES = ("words", "evidence")


@dataclass(frozen=True)
class Item:
    """One pledge as it would be printed, with the boxes for an objection."""

    pledge: Pledge
    values: list[figures.Figure]
    light: str
    why: str
    sentence: str
    fields: list[Field]

    @property
    def is_open(self) -> bool:
        return any(field.value or field.fault for field in self.fields)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PageRequest, programme: int, period: str) -> HttpResponse:
    chosen, this = quarter.found(request.actor, programme, period)
    reason = period_closing.may_answer(request.actor, this)
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return _page(request, this, {})
    typed = {
        name: value
        for name, value in request.POST.items()
        if name.partition(".")[0] in BOXES and isinstance(value, str) and value.strip()
    }
    objections = _objections(typed)
    if request.POST.get("answer") == "agree" and objections:
        return _page(request, this, typed, faults={"": _("已填写异议,请用“提交异议”答复,或先清空。")}, status=422)
    if request.POST.get("answer") != "agree" and not objections:
        return _page(request, this, typed, faults={"": _("请在有异议的事项下填写异议和依据。")}, status=422)
    try:
        answered = period_closing.answer(this.pk, actor=request.actor, objections=objections, at=clock.now())
    except BadInput as refusal:
        return _page(request, this, typed, faults=refusal.fields, status=422)
    except WrongState as refusal:
        return _page(request, this, typed, refusal=refusal, status=409)
    count = len(objections)
    words = ngettext("已对 %(count)d 项提出异议。", "已对 %(count)d 项提出异议。", count) % {"count": count}
    messages.success(request, words if answered.answer == "object" else _("已答复无异议。"))
    return redirect("web:period-check", programme=chosen.pk, period=this.key)


def _objections(typed: dict[str, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        box, _dot, number = name.partition(".")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            found.setdefault(int(number), {})[box] = value
    return found


def _page(
    request: PageRequest,
    period: Period,
    typed: dict[str, str],
    *,
    faults: dict[str, Any] | None = None,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    unit, faults = request.actor.unit, faults or {}
    assert unit is not None  # noqa: S101  who may answer acts from a unit
    untimely = period_closing.not_to_answer(period, unit, clock.today())
    given = PeriodCheck.objects.filter(period=period, unit=unit).prefetch_related("objections__pledge").first()
    items = [
        _item(pledge, period, typed, faults)
        for pledge in snapshots.frozen_pledges(period, period_closing.items_of(period, unit))
    ]
    shown = {field.name for item in items for field in item.fields}
    page = {
        "programme": period.programme,
        "period": period,
        "unit": unit,
        "items": items,
        "given": given,
        "is_open": untimely is None,
        "why": _why(period, given, untimely, len(items)),
        "general": [fault for name, fault in faults.items() if name not in shown],
        "summary": [(name, fault) for name, fault in faults.items() if name in shown],
        "refusal": refusal,
    }
    return render(request, "tracker/periods/check.html", page, status=status)


def _item(pledge: Pledge, period: Period, typed: dict[str, str], faults: dict[str, Any]) -> Item:
    reports = pledge.newest_reports  # type: ignore[attr-defined]
    labels = {"words": _("异议"), "evidence": _("依据")}
    return Item(
        pledge=pledge,
        values=figures.figures_of(pledge, today=snapshots.judged_on(period)),
        light=sentences.light_words(pledge) or str(pledge.get_state_display()),
        why=sentences.of(pledge, today=snapshots.judged_on(period)),
        sentence=reports[0].sentence if reports else "",
        fields=[
            Field(
                name=f"{box}.{pledge.pk}",
                label=labels[box],
                widget="area",
                required=True,
                value=typed.get(f"{box}.{pledge.pk}", ""),
                fault=faults.get(f"{box}.{pledge.pk}", ""),
            )
            for box in BOXES
        ],
    )


def _why(period: Period, given: PeriodCheck | None, untimely: Any | None, count: int) -> str:
    if given is not None:
        return _("本单位已于 %(day)s 答复:%(answer)s。") % {
            "day": given.at.date().isoformat(),
            "answer": given.get_answer_display(),
        }
    if untimely is not None:
        return str(untimely)
    told = {"count": count, "day": period.check_due_date, "period": period.key}
    return ngettext(
        "%(period)s 的 %(count)d 项将按下列内容印发,请在 %(day)s 前核对;逾期未答复视为无异议。",
        "%(period)s 的 %(count)d 项将按下列内容印发,请在 %(day)s 前核对;逾期未答复视为无异议。",
        count,
    ) % {**told, "day": period.check_due_date.isoformat() if period.check_due_date else ""}
