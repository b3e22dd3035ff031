"""序时计划: the planned value at each quarter's end and the dated stages, typed while a pledge is a draft; afterwards
the page only shows them.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from pledges import calendars
from pledges.completion import PledgeFacts
from pledges.errors import BadInput, Stale, WrongState
from pledges.milestone_templates import TEMPLATES, spread
from pledges.models import Pledge, Target
from tracker import words
from tracker.web import figures
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from workflow import plan_reading, planning

BLANK_ROWS = 3
PARTS = ("title", "day", "weight")


@dataclass(frozen=True)
class Box:
    """One point of a course: its day, and what stands in the box."""

    name: str
    day: datetime.date
    value: str
    fault: Any = ""


@dataclass(frozen=True)
class Course:
    target: Target
    goal: str
    unit: str
    boxes: list[Box]


@dataclass(frozen=True)
class Row:
    """One stage as typed, and its faults by field."""

    number: int
    title: str
    day: str
    weight: str
    faults: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.title and not self.day


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PageRequest, pk: int) -> HttpResponse:
    """``step`` names the button: a template, ``more`` rows, or ``save``, which alone changes anything."""
    pledge = visible(pk, request.actor)
    if request.method != "POST":
        return _page(request, pledge, _as_kept(pledge))
    typed = _typed(request.POST)
    step = request.POST.get("step", "save")
    if step in TEMPLATES or step == "more":
        refusal = planning.not_to_plan(pledge, request.actor)
        if refusal is not None:
            raise refusal
        if step in TEMPLATES:
            typed["stages"] = _from_template(pledge, step)
        return _page(request, pledge, typed, spare=2 * BLANK_ROWS if step == "more" else 0)
    version = request.POST.get("version", "")
    try:
        pledge = planning.plan_as_typed(
            pk,
            actor=request.actor,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            payload=typed,
            at=clock.now(),
        )
    except BadInput as refused:
        return _page(request, pledge, typed, faults=refused.fields, status=422)
    except (Stale, WrongState) as refused:
        return _page(request, visible(pk, request.actor), typed, refusal=refused, status=409)
    messages.success(request, _("%(number)s 的序时计划已保存。") % {"number": pledge.number})
    return redirect("web:pledge", pk=pk)


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was sent, shaped as `plan_reading.read` takes it; the rows of stages in their order."""
    points: dict[str, dict[str, str]] = {}
    rows: dict[int, dict[str, str]] = {}
    for name, value in data.items():
        kind, _dot, rest = name.partition(".")
        key, _dot, part = rest.partition(".")
        if kind == "points" and part:
            points.setdefault(key, {})[part] = str(value)
        elif kind == "stages" and part in PARTS and key.isdecimal() and len(key) < 4:
            rows.setdefault(int(key), {})[part] = str(value)
    return {"points": points, "stages": [rows[key] for key in sorted(rows)]}


def _as_kept(pledge: Pledge) -> dict[str, Any]:
    stages = [
        {"title": stage.title, "day": stage.planned_date.isoformat(), "weight": str(stage.weight)}
        for stage in pledge.milestones.all()
    ]
    return {"points": None, "stages": stages}


def _from_template(pledge: Pledge, name: str) -> list[dict[str, str]]:
    """The template's stages over the pledge's time, each as heavy as the next."""
    facts = figures.facts_of(pledge, calendar=(calendar := calendars.current()), today=clock.today())
    titles = TEMPLATES[name].stages
    days = spread(len(titles), start=min(facts.start_date, facts.due_date), due=facts.due_date, calendar=calendar)
    return [{"title": title, "day": day.isoformat(), "weight": "1"} for title, day in zip(titles, days, strict=True)]


def _page(
    request: PageRequest,
    pledge: Pledge,
    typed: Mapping[str, Any],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    spare: int = 0,
    status: int = 200,
) -> HttpResponse:
    faults = faults or {}
    not_now = planning.not_to_plan(pledge, request.actor)
    courses = _courses(pledge, typed["points"], faults, is_open=not_now is None)
    rows = _rows(typed["stages"], faults, blank=BLANK_ROWS + spare if not_now is None else 0)
    names = {box.name for course in courses for box in course.boxes}
    names |= {f"stages.{row.number}.{part}" for row in rows for part in PARTS}
    context = {
        "pledge": pledge,
        "courses": courses,
        "rows": rows,
        "templates": [(name, template.label) for name, template in TEMPLATES.items()],
        "faults": [(name if name in names else "", fault) for name, fault in faults.items()],
        "refusal": refusal,
        "not_now": not_now if isinstance(not_now, WrongState) else None,
        "is_open": not_now is None,
    }
    return render(request, "tracker/plan/page.html", context, status=status)


def _courses(
    pledge: Pledge, typed: Mapping[str, Mapping[str, str]] | None, faults: Mapping[str, Any], *, is_open: bool
) -> list[Course]:
    """``typed`` None: what is kept, and a straight line where nothing is."""
    facts = figures.facts_of(pledge, calendar=calendars.current(), today=clock.today())
    courses = []
    for target, one in zip(pledge.targets.all(), facts.targets, strict=True):
        if not plan_reading.can_be_planned(target):
            continue
        kept = dict(one.trajectory)
        sent = set((typed or {}).get(str(target.pk), {}))
        boxes = []
        for day in _days(pledge, facts, kept, sent):
            planned = kept.get(day) if kept or not is_open else figures.planned_value(facts, one, target, day)
            value = "" if planned is None else words.number(planned, target.scale)
            if typed is not None:
                value = typed.get(str(target.pk), {}).get(day.isoformat(), "")
            name = f"points.{target.pk}.{day.isoformat()}"
            boxes.append(Box(name, day, value, faults.get(name, "")))
        if is_open or kept:
            courses.append(Course(target, figures.goal_of(target), figures.unit_of(target), boxes))
    return courses


def _days(pledge: Pledge, facts: PledgeFacts, kept: Mapping[datetime.date, Any], sent: set[str]) -> list[datetime.date]:
    """The quarters' ends within the pledge's time and its due date, and every day that has a value already."""
    ends = [period.end_date for period in pledge.programme.periods.all()]
    within = {day for day in ends if facts.start_date <= day < facts.due_date} | {facts.due_date}
    typed = set()
    for one in sent:
        try:
            typed.add(datetime.date.fromisoformat(one))
        except ValueError:
            continue
    return sorted(within | set(kept) | typed)


def _rows(stages: list[Mapping[str, str]], faults: Mapping[str, Any], *, blank: int) -> list[Row]:
    given = [*stages, *({} for _row in range(blank))]
    rows = [
        Row(
            number,
            title=str(one.get("title") or ""),
            day=str(one.get("day") or ""),
            weight=str(one.get("weight") or ""),
            faults={part: faults.get(f"stages.{number}.{part}", "") for part in PARTS},
        )
        for number, one in enumerate(given[: plan_reading.MOST_STAGES])
    ]
    empty_ones = [row for row in rows if row.is_empty]
    surplus = {row.number for row in empty_ones[blank:]}  # rows that came back empty are offered once
    return [row for row in rows if row.number not in surplus]
