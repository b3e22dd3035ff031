"""答复征求意见: a unit answers for the rows it is to lead, one by one, and agrees to the rest with one button."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models.functions import Length
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Pledge, Programme, ProgrammeState, State
from tracker.web.context import DRAFT_KEY
from tracker.web.programme import visible
from tracker.web.requests import PageRequest
from workflow import permissions, programmes
from workflow.effects.consulting import Answer
from workflow.models import ConsultationAnswer, Task


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: PageRequest, pk: int) -> HttpResponse:
    found = visible(request, pk)
    reason = permissions.is_lead_head(request.actor, Pledge(programme=found, lead_unit=request.actor.unit))
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return _page(request, found, {})
    typed = _typed(request.POST)
    versions = versions_in(request.POST)
    is_rest = request.POST.get("do") == "rest"
    given = {
        pledge_id: {**row, "version": versions.get(pledge_id)}
        for pledge_id, row in typed.items()
        if row["answer"] or row["words"].strip()
    }
    try:
        count = programmes.answer_rows(
            found.pk, actor=request.actor, given=given, rest=versions if is_rest else None, at=clock.now()
        )
    except BadInput as refusal:
        return _page(request, found, typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, visible(request, pk), typed, refusal=refusal, status=409)
    request.session[DRAFT_KEY] = draft_name(request, found)
    messages.success(request, ngettext("已答复 %(count)d 项。", "已答复 %(count)d 项。", count) % {"count": count})
    is_left = programmes.rows_to_answer(found, request.actor.unit).exists() if request.actor.unit else False
    return redirect("web:programme-answers" if is_left else "web:programme", pk=pk)


def draft_name(request: PageRequest, found: Programme) -> str:
    """Under which name the browser keeps what is being typed."""
    return f"{request.user.pk}:programme-{found.pk}:answers"


def _typed(data: QueryDict) -> dict[int, dict[str, str]]:
    """What stands in the boxes of each row, by the pledge's id."""
    found: dict[int, dict[str, str]] = {}
    for name, value in data.items():
        part, _dot, number = name.partition(".")
        if part in ("answer", "words") and number.isdecimal() and len(number) < 19:
            found.setdefault(int(number), {"answer": "", "words": ""})[part] = str(value)
    return found


def versions_in(data: QueryDict) -> dict[int, int]:
    """The versions of the rows that the person saw, by the pledge's id."""
    found = {}
    for name, value in data.items():
        part, _dot, number = name.partition(".")
        is_number = number.isdecimal() and len(number) < 19 and str(value).isdecimal() and len(str(value)) < 10
        if part == "version" and is_number:
            found[int(number)] = int(str(value))
    return found


def _page(
    request: PageRequest,
    found: Programme,
    typed: Mapping[int, Mapping[str, str]],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults or {}
    unit = request.actor.unit
    assert unit is not None  # noqa: S101  who may answer acts from a unit
    by_number = (Length("number"), "number")
    is_open = found.state == ProgrammeState.CONSULTING
    waiting = (
        programmes.rows_to_answer(found, unit).for_list().order_by(*by_number) if is_open else Pledge.objects.none()
    )
    rows = [
        {
            "pledge": pledge,
            "support": [party.unit for party in pledge.parties.all() if party.part == "support"],
            "answer": typed.get(pledge.pk, {}).get("answer", ""),
            "words": typed.get(pledge.pk, {}).get("words", ""),
            "faults": [faults[name] for name in _names(pledge.pk) if name in faults],
        }
        for pledge in waiting
    ]
    known = {name for pledge in waiting for name in _names(pledge.pk)}
    given = ConsultationAnswer.objects.filter(pledge__programme=found, unit=unit, pledge__state=State.DRAFT)
    task = Task.objects.open().visible_to(request.actor).filter(programme=found, kind=Task.Kind.CONSULT).first()
    context = {
        "programme": found,
        "unit": unit,
        "why": _why(found, len(rows), task),
        "rows": rows,
        "choices": Answer.choices,
        "given": given.select_related("pledge").order_by(Length("pledge__number"), "pledge__number"),
        "is_open": is_open,
        "faults": [(name, fault) for name, fault in faults.items() if name in known],
        "general": [fault for name, fault in faults.items() if name not in known],
        "refusal": refusal,
        "draft": draft_name(request, found),
    }
    return render(request, "tracker/programme/answers.html", context, status=status)


def _names(pledge_id: int) -> tuple[str, ...]:
    return (f"answer.{pledge_id}", f"words.{pledge_id}", f"version.{pledge_id}")


def _why(found: Programme, left: int, task: Task | None) -> str:
    if found.state != ProgrammeState.CONSULTING:
        return _("台账现为“%(state)s”,不在征求意见。") % {"state": found.get_state_display()}
    if not left:
        return _("本单位的事项都已答复。")
    said = ngettext("%(count)d 项拟由本单位牵头,请逐项答复。", "%(count)d 项拟由本单位牵头,请逐项答复。", left)
    words = said % {"count": left}
    if task is None:
        return words
    return _("%(words)s答复期限 %(day)s,逾期未答复的视为同意。") % {"words": words, "day": task.due_date.isoformat()}
