"""年度台账: where the programme stands in its life, what is to be done next, and what the units said of each row."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.models import Pledge, Programme, ProgrammeState, Role
from tracker.web import programme_rows
from tracker.web.context import OFFICE, PROGRAMME_KEY
from tracker.web.requests import PageRequest
from workflow import permissions, programme_story, programmes
from workflow.programme_table import BY_NAME, is_supervisor

PAGE = 50
SHOWN_HISTORY = 8
MAIN_ACT = {
    ProgrammeState.DRAFTING: "begin_consulting",
    ProgrammeState.CONSULTING: "approve_programme",
    ProgrammeState.APPROVED: "issue_programme",
}


@dataclass(frozen=True)
class Next:
    """What is to be done next: a sentence, and the one primary action where it is this person's."""

    words: Any
    label: Any = ""
    address: str = ""


@login_required
@require_safe
def programme(request: PageRequest, pk: int) -> HttpResponse:
    today = clock.today()
    found = visible(request, pk)
    rows = programme_rows.of(found, request.actor)
    counts = programme_rows.counts(rows)
    units = programme_rows.units(rows)
    unit = next((one for one in units if str(one.pk) == request.GET.get("unit")), None)
    kind = request.GET.get("answer", "")
    wanted = programme_rows.chosen(rows, unit=unit, kind=kind)
    page = Paginator(wanted, PAGE).get_page(request.GET.get("page"))
    if request.actor.role in OFFICE:
        programme_rows.show_obstacles(page)
    allowed = {act.name for act in programmes.allowed(found, request.actor, today=today)}
    context = {
        "programme": found,
        "steps": steps(found),
        "counts": counts,
        "next": _next(found, request.actor, counts, allowed, today),
        "may_go_back": "back_to_drafting" in allowed,
        "may_create": request.actor.role in OFFICE,
        "units": units,
        "unit": unit,
        "kind": kind if kind in programme_rows.KINDS else "",
        "kinds": [{"name": name, "label": label, "count": counts[name]} for name, label in _kinds(found, counts)],
        "page": page,
        "history": list(reversed(programme_story.of(found)))[:SHOWN_HISTORY],
    }
    return render(request, "tracker/programme/page.html", context)


def visible(request: PageRequest, pk: int) -> Programme:
    """The programme, or Invisible; the pages around it are about the same one from then on."""
    found: Programme | None = (
        Programme.objects.visible_to(request.actor).select_related("government").filter(pk=pk).first()
    )
    if found is None:
        raise Invisible()
    if request.session.get(PROGRAMME_KEY) != str(found.pk):
        request.session[PROGRAMME_KEY] = str(found.pk)
    return found


def steps(found: Programme) -> list[dict[str, Any]]:
    """The four states in their order, and which of them it is in."""
    return [{"label": state.label, "is_now": state == found.state} for state in ProgrammeState]


def _kinds(found: Programme, counts: dict[str, int]) -> list[tuple[str, Any]]:
    """Nothing has been asked while it is drafted for the first time, and only drafts wait for an answer."""
    if found.state == ProgrammeState.DRAFTING and not any(counts[kind] for kind in ("adjust", "settled", "agree")):
        return []
    return [(name, label) for name, label in programme_rows.KINDS.items() if counts[name]]


def _next(found: Programme, actor: Actor, counts: dict[str, int], allowed: set[str], today: datetime.date) -> Next:
    """The first thing that is this person's to do; else what is being waited for."""
    mine = _of_unit(found, actor) or _of_office(found, actor, counts)
    if mine is not None:
        return mine
    act = BY_NAME.get(MAIN_ACT.get(ProgrammeState(found.state), ""))
    if act is not None and act.name in allowed:
        return Next(_ready(found, counts), act.label, reverse("web:programme-act", args=[found.pk, act.name]))
    if act is not None and act.untimely is not None:
        reason = act.untimely(found, today)
        if reason is not None and actor.role not in (Role.COORDINATOR, Role.HEAD):
            return Next(reason)
    return Next(_waiting(found, counts))


def _of_unit(found: Programme, actor: Actor) -> Next | None:
    if actor.unit is None or not actor.has_role(Role.COORDINATOR, Role.HEAD):
        return None
    own = Pledge(programme=found, lead_unit=actor.unit)
    if found.state == ProgrammeState.CONSULTING and permissions.is_lead_head(actor, own) is None:
        left = programmes.rows_to_answer(found, actor.unit).count()
        if left:
            words = ngettext("%(count)d 项等待本单位答复。", "%(count)d 项等待本单位答复。", left) % {"count": left}
            return Next(words, _("答复"), reverse("web:programme-answers", args=[found.pk]))
    left = programmes.rows_to_sign(found, actor.unit).count()
    if left:
        words = ngettext("%(count)d 项等待本单位签收。", "%(count)d 项等待本单位签收。", left) % {"count": left}
        return Next(words, _("签收清单"), reverse("web:programme-sign", args=[found.pk]))
    return None


def _of_office(found: Programme, actor: Actor, counts: dict[str, int]) -> Next | None:
    left = counts["adjust"]
    if found.state != ProgrammeState.CONSULTING or not left or is_supervisor(actor) is not None:
        return None
    words = ngettext("%(count)d 项建议调整等待处理。", "%(count)d 项建议调整等待处理。", left) % {"count": left}
    return Next(words, _("处理意见"), reverse("web:programme-settle", args=[found.pk]))


def _ready(found: Programme, counts: dict[str, int]) -> str:
    if counts["incomplete"]:
        left = counts["incomplete"]
        said = ngettext(
            "%(count)d 项还没有牵头单位或完成时限,补齐后可以征求意见。",
            "%(count)d 项还没有牵头单位或完成时限,补齐后可以征求意见。",
            left,
        )
        return said % {"count": left}
    drafts = counts["drafts"]
    said = {
        ProgrammeState.DRAFTING: ngettext(
            "%(count)d 项可以发给牵头单位征求意见。", "%(count)d 项可以发给牵头单位征求意见。", drafts
        ),
        ProgrammeState.CONSULTING: ngettext(
            "意见已经处理完,%(count)d 项可以报审定。", "意见已经处理完,%(count)d 项可以报审定。", drafts
        ),
        ProgrammeState.APPROVED: ngettext(
            "已经审定,印发后 %(count)d 项一次交办。", "已经审定,印发后 %(count)d 项一次交办。", drafts
        ),
    }[ProgrammeState(found.state)]
    return said % {"count": drafts}


def _waiting(found: Programme, counts: dict[str, int]) -> str:
    if found.state == ProgrammeState.ISSUED:
        if not counts["unsigned"]:
            return _("已经印发,清单已全部签收。")
        left = counts["unsigned"]
        return ngettext("已经印发,%(count)d 项待签收。", "已经印发,%(count)d 项待签收。", left) % {"count": left}
    return {
        ProgrammeState.DRAFTING: _("督查室正在拟分解任务。"),
        ProgrammeState.CONSULTING: _("正在征求各单位意见。"),
        ProgrammeState.APPROVED: _("已经审定,等待印发。"),
    }[ProgrammeState(found.state)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """A new year's programme, before its first document arrives."""
    reason = is_supervisor(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return render(request, "tracker/programme/new.html", {"year": str(clock.today().year + 1), "errors": {}})
    typed = request.POST.get("year", "").strip()
    year = int(typed) if re.fullmatch(r"[0-9]{4}", typed) else None
    try:
        made = programmes.create(actor=request.actor, year=year, at=clock.now())
    except BadInput as refusal:
        return render(request, "tracker/programme/new.html", {"year": typed, "errors": refusal.fields}, status=422)
    messages.success(request, _("%(year)d 年度的台账已经建立。") % {"year": made.year})
    return redirect("web:programme", pk=made.pk)
