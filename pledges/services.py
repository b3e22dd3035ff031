"""Writes facts. Called by `workflow.services` and its neighbours alone, inside their transaction; writes no events.

Nothing here asks who is acting: the gate has done so. Nothing here reads the clock: moments and days are passed in.
"""

import datetime
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F, Max

from pledges import standing
from pledges.completion import Light, Reason
from pledges.extraction.division import Columns
from pledges.extraction.measures import Extraction
from pledges.models import (
    Document,
    Evidence,
    Measure,
    Milestone,
    Party,
    Period,
    Pledge,
    PledgeLink,
    Post,
    Programme,
    Report,
    ReportStage,
    ReportValue,
    State,
    Target,
    TrajectoryPoint,
    Unit,
    User,
)
from pledges.quarter_calendar import quarter_window
from pledges.working_days import Calendar

MYRIAD, HUNDRED_MILLION = 10_000, 100_000_000


def create_unit(*, parent: Unit | None, **fields: Any) -> Unit:
    """A unit in its place in the tree; its path needs its own id, so it is written in two steps."""
    unit = Unit.objects.create(parent=parent, path=f"new-{uuid.uuid4()}", **fields)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def create_user(*, encoded: str, **fields: Any) -> User:
    return User.objects.create(password=encoded, **fields)


def fill_post(*, unit: Unit, role: str, title: str, holder: User | None) -> Post:
    post, _ = Post.objects.update_or_create(unit=unit, role=role, title=title, defaults={"holder": holder})
    return post


def create_programme(*, government: Unit, year: int, calendar: Calendar) -> Programme:
    """A new programme in drafting with its four quarters."""
    programme = Programme.objects.create(
        government=government, year=year, title=f"{government.name}{year}年度政府工作报告任务台账"
    )
    for quarter in (1, 2, 3, 4):
        start, end, opens, closes = quarter_window(year, quarter, calendar)
        Period.objects.create(
            programme=programme,
            key=f"{year}-Q{quarter}",
            start_date=start,
            end_date=end,
            opens_date=opens,
            closes_date=closes,
        )
    return programme


def store_document(
    *,
    programme: Programme,
    title: str,
    filename: str,
    content: bytes,
    text: str,
    extraction: Extraction,
    user: User | None,
    at: datetime.datetime,
    columns: Iterable[Columns] = (),
) -> Document:
    """The document byte for byte, every measure that extraction read in it, and what its tables' columns hold."""
    document = Document.objects.create(
        programme=programme,
        title=title,
        kind=extraction.kind,
        filename=filename,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
        zones=_zones(extraction),
        columns=_columns(columns),
        imported_by=user,
        imported_at=at,
    )
    _store_measures(document, extraction)
    return document


def reread_document(document: Document, *, extraction: Extraction, columns: Iterable[Columns]) -> Document:
    """Other measures instead of those that were read before; nobody has acted on any of them."""
    document.measures.all().delete()
    document.kind, document.zones, document.columns = extraction.kind, _zones(extraction), _columns(columns)
    document.save(update_fields=["kind", "zones", "columns"])
    _store_measures(document, extraction)
    return document


def _zones(extraction: Extraction) -> list[list[Any]]:
    return [[zone.label, zone.start, zone.end] for zone in extraction.zones]


def _columns(columns: Iterable[Columns]) -> list[dict[str, Any]]:
    return [{"headings": one.headings, "fields": list(one.fields)} for one in columns]


def _store_measures(document: Document, extraction: Extraction) -> None:
    Measure.objects.bulk_create(
        Measure(
            document=document,
            position=position,
            start=found.start,
            end=found.end,
            quote=found.quote,
            title=found.title[:400],
            section=found.section[:200],
            trackable=found.trackable,
            form=found.form,
            firmness=found.firmness,
            deadline=found.deadline,
            lead=list(found.lead),
            support=list(found.support),
            person=list(found.person),
            doubts=list(found.doubts),
            targets=[
                {
                    "start": target.start,
                    "end": target.end,
                    "quote": target.quote,
                    "value": str(target.value),
                    "value_max": None if target.value_max is None else str(target.value_max),
                    "unit": target.unit,
                    "scale": scale_of(target.value, target.quote),
                    "comparator": target.comparator,
                    "quantity_kind": target.measure,
                    "object": target.object,
                    "deadline": target.deadline.isoformat() if target.deadline else None,
                }
                for target in found.targets
            ],
        )
        for position, found in enumerate(extraction.measures, start=1)
    )


def add_measure(*, document: Document, start: int, end: int, title: str, **fields: Any) -> Measure:
    """A measure where extraction found none, or found more in one; unless told, its section is that of the one before
    it in the text."""
    last = document.measures.aggregate(last=Max("position"))["last"] or 0
    before = document.measures.filter(start__lte=start).order_by("-start").first()
    given: dict[str, Any] = {
        "section": before.section if before else "",
        "form": Pledge.Form.MILESTONE,
        "firmness": Pledge.Firmness.FIRM,
    }
    return Measure.objects.create(
        document=document,
        position=last + 1,
        start=start,
        end=end,
        quote=document.text[start:end],
        title=title,
        **given | fields,
    )


def save_measure(measure: Measure, **changes: Any) -> Measure:
    """Change a measure and raise its version."""
    for name, value in changes.items():
        setattr(measure, name, value)
    measure.version += 1
    measure.save()
    return measure


def add_link(*, measure: Measure, pledge: Pledge, kind: str, user: User | None, at: datetime.datetime) -> PledgeLink:
    """That a measure is, or goes on from, an undertaking that is a pledge already; raises the measure's version."""
    save_measure(measure)
    return PledgeLink.objects.create(measure=measure, pledge=pledge, kind=kind, made_by=user, made_at=at)


def remove_link(link: PledgeLink) -> None:
    save_measure(link.measure)
    link.delete()


def scale_of(value: Decimal, quote: str) -> int:
    """How people wrote the number: 10000 for 万, 100000000 for 亿, else 1."""
    if "亿" in quote and value >= HUNDRED_MILLION // 1000:
        return HUNDRED_MILLION
    return MYRIAD if "万" in quote and value >= MYRIAD // 1000 else 1


def create_pledge(*, measure: Measure, number_width: int = 3, **fields: Any) -> Pledge:
    """A draft pledge from an accepted measure: its provenance, and its targets as rows."""
    programme = Programme.objects.select_for_update().get(pk=measure.document.programme_id)
    number = programme.next_number
    Programme.objects.filter(pk=programme.pk).update(next_number=F("next_number") + 1)
    pledge = Pledge.objects.create(
        programme=programme,
        number=f"{programme.year}-{number:0{number_width}d}",
        document=measure.document,
        measure=measure,
        quote=measure.quote,
        section=measure.section,
        original_due_date=fields.get("due_date"),
        **fields,
    )
    for position, found in enumerate(measure.targets, start=1):
        value = Decimal(found["value"])
        Target.objects.create(
            pledge=pledge,
            position=position,
            name=found.get("object") or "",
            value=value,
            value_max=None if found["value_max"] is None else Decimal(found["value_max"]),
            unit=found["unit"],
            scale=found["scale"],
            comparator=found["comparator"],
            quantity_kind=found["quantity_kind"],
            more_is_worse=found["comparator"] == "le",
            baseline=None if found.get("baseline") is None else Decimal(found["baseline"]),
            quote=(found.get("quote") or "")[:60],
        )
    return pledge


def plan_pledge(
    pledge: Pledge,
    *,
    trajectories: Mapping[int, Iterable[tuple[datetime.date, Decimal]]],
    stages: Iterable[tuple[str, datetime.date, int]],
) -> None:
    """Replace the planned course: points per target position, and stages as (title, planned day, weight)."""
    TrajectoryPoint.objects.filter(target__pledge=pledge).delete()
    for target in pledge.targets.all():
        TrajectoryPoint.objects.bulk_create(
            TrajectoryPoint(target=target, day=day, value=value) for day, value in trajectories.get(target.position, ())
        )
    pledge.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(pledge=pledge, position=position, title=title, planned_date=planned, weight=weight)
        for position, (title, planned, weight) in enumerate(stages, start=1)
    )


def set_parties(pledge: Pledge, *, lead: Unit, support: Iterable[Unit]) -> None:
    Party.objects.filter(pledge=pledge).delete()
    Party.objects.create(pledge=pledge, unit=lead, part=Party.Part.LEAD)
    Party.objects.bulk_create(
        Party(pledge=pledge, unit=unit, part=Party.Part.SUPPORT) for unit in support if unit.pk != lead.pk
    )


def change_pledge(pledge: Pledge, *, state: State | None = None, raise_version: bool = True, **changes: Any) -> Pledge:
    """Write fields of a pledge and, where given, its state. The only place that assigns a state."""
    if state is not None:
        pledge.state = state
    for name, value in changes.items():
        setattr(pledge, name, value)
    if raise_version:
        pledge.version += 1
    pledge.save()
    return pledge


def add_report(
    *,
    pledge: Pledge,
    period: Period,
    values: Mapping[Target, Decimal],
    stages_done: Mapping[Milestone, datetime.date],
    evidence: Iterable[tuple[str, str]] = (),
    **fields: Any,
) -> Report:
    """A new revision for the period; ``values`` are cumulative, in base units."""
    last = pledge.reports.filter(period=period).aggregate(last=Max("revision"))["last"] or 0
    report = Report.objects.create(pledge=pledge, period=period, revision=last + 1, **fields)
    ReportValue.objects.bulk_create(
        ReportValue(report=report, target=target, value=value) for target, value in values.items()
    )
    Evidence.objects.bulk_create(Evidence(report=report, kind=kind, content=content) for kind, content in evidence)
    ReportStage.objects.bulk_create(
        ReportStage(report=report, milestone=stage, done_date=day) for stage, day in stages_done.items()
    )
    return report


def review_report(report: Report, **changes: Any) -> Report:
    for name, value in changes.items():
        setattr(report, name, value)
    report.save(update_fields=list(changes))
    return report


def with_facts(pledge_pk: int) -> Pledge:
    pledge: Pledge = Pledge.objects.with_facts().prefetch_related("programme__periods").get(pk=pledge_pk)
    return pledge


STANDING_FIELDS = (
    "light",
    "light_reason",
    "progress_bp",
    "plan_bp",
    "pace",
    "data_date",
    "missed",
    "last_light",
    "was_red",
)


def judge(pledge: Pledge, *, calendar: Calendar, today: datetime.date) -> bool:
    """Set the standing's columns on the instance from its facts; True when anything differs from what was kept.

    ``last_light`` is what 未报送 shows hollow: the last light that came from a report. ``was_red`` counts how often
    the light turned red and never falls.
    """
    before = tuple(getattr(pledge, name) for name in STANDING_FIELDS)
    found = standing.standing_of(pledge, calendar=calendar, today=today)
    if found.light == Light.RED and pledge.light != Light.RED:
        pledge.was_red += 1
    is_known = pledge.light not in ("", Light.GREY)  # claimed, resting or already unreported: no light of a report
    if found.reason == Reason.UNREPORTED and is_known:
        pledge.last_light = pledge.light
    pledge.light = str(found.light or "")
    pledge.light_reason = str(found.reason or "")
    pledge.progress_bp, pledge.plan_bp = found.progress_bp, found.plan_bp
    pledge.pace = str(found.pace or "")
    pledge.data_date, pledge.missed = found.data_date, found.missed
    return before != tuple(getattr(pledge, name) for name in STANDING_FIELDS)


def keep_standing(pledge_pk: int, *, calendar: Calendar, today: datetime.date) -> Pledge:
    """Judge one pledge anew and keep the result. Returns it with its facts prefetched."""
    pledge = with_facts(pledge_pk)
    if judge(pledge, calendar=calendar, today=today):
        Pledge.objects.filter(pk=pledge.pk).update(**{name: getattr(pledge, name) for name in STANDING_FIELDS})
    return pledge
