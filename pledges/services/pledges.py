"""Writes pledges: drafting, planning, who has a part in them, and their changes."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F

from pledges import published, standing
from pledges.models import (
    Extension,
    Measure,
    Milestone,
    Party,
    Pledge,
    Programme,
    State,
    Target,
    TrajectoryPoint,
    Unit,
)


def create_pledge(*, measure: Measure, number_width: int = 3, **fields: Any) -> Pledge:
    """A draft pledge from an accepted measure: its provenance, and its targets as rows."""
    programme = measure.document.programme
    pledge = Pledge.objects.create(
        programme=programme,
        number=next_number(programme, width=number_width),
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
    """Who leads and who supports. The unit that allocated a share keeps its part, even if it led the share itself."""
    Party.objects.filter(pledge=pledge).exclude(part=Party.Part.ALLOCATOR).delete()
    Party.objects.filter(pledge=pledge, unit=lead).delete()
    Party.objects.create(pledge=pledge, unit=lead, part=Party.Part.LEAD)
    taken = set(Party.objects.filter(pledge=pledge).values_list("unit", flat=True))
    allocator = pledge.parent.lead_unit_id if pledge.parent else None
    if allocator is not None and allocator not in taken:
        Party.objects.create(pledge=pledge, unit_id=allocator, part=Party.Part.ALLOCATOR)
        taken.add(allocator)
    Party.objects.bulk_create(
        Party(pledge=pledge, unit=unit, part=Party.Part.SUPPORT) for unit in support if unit.pk not in taken
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


def extend(
    pledge: Pledge, *, to: datetime.date, on: datetime.date, decided_by: str, document_number: str, asked_late: bool
) -> Extension:
    """One more approved due date. The caller writes the pledge's own ``due_date``."""
    if pledge.due_date is None:
        raise ValueError("a pledge without a due date cannot be extended")
    return Extension.objects.create(
        pledge=pledge,
        old_due_date=pledge.due_date,
        new_due_date=to,
        approved_date=on,
        decided_by=decided_by,
        document_number=document_number,
        asked_late=asked_late,
    )


def change_target(target: Target, *, value: Decimal, value_max: Decimal | None) -> Target:
    """Another value to reach. The planned points keep their share of the way, so that the plan's percentages stay."""
    start = target.baseline or Decimal(0)
    way, was = value - start, target.value - start
    if was and way:
        for point in target.trajectory.all():
            point.value = (start + (point.value - start) * way / was).quantize(Decimal("0.0001"))
            point.save(update_fields=["value"])
    target.value, target.value_max = value, value_max
    target.save(update_fields=["value", "value_max"])
    return target


CARRIED = (
    "title",
    "document",
    "quote",
    "section",
    "form",
    "firmness",
    "deliverable",
    "lead_unit",
    "leader",
    "person",
    "cadence",
    "tags",
    "weight",
    "goal",
)


def carry_over(pledge: Pledge, *, programme: Programme, due_date: datetime.date, on: datetime.date) -> Pledge:
    """A draft of what is left of a pledge, in another programme, with the link between them.

    An amount goes over less what was done, or published by the day ``on``; any other target as it is.
    """
    carried = Pledge.objects.create(
        programme=programme,
        number=next_number(programme),
        carried_from=pledge,
        due_date=due_date,
        original_due_date=due_date,
        **{name: getattr(pledge, name) for name in CARRIED},
    )
    newest = standing.newest_report(pledge)
    done = {value.target_id: value.value for value in newest.values.all()} if newest else {}
    for target in pledge.targets.all():
        figure = published.of_target(target, year=pledge.programme.year, due=pledge.due_date, today=on)
        counted = figure.number if figure else done.get(target.pk)
        left = target.value - (counted or Decimal(0))
        is_sum = target.quantity_kind == Target.QuantityKind.AMOUNT and target.baseline is None
        if is_sum and not target.more_is_worse and target.value_max is None and left > 0:
            target.value = left
        target.pk, target.pledge = None, carried
        target.save(force_insert=True)
    return carried


def next_number(programme: Programme, *, width: int = 3) -> str:
    """The programme's next number, never given twice. Call inside a transaction."""
    number = Programme.objects.select_for_update().get(pk=programme.pk).next_number
    Programme.objects.filter(pk=programme.pk).update(next_number=F("next_number") + 1)
    return f"{programme.year}-{number:0{width}d}"


def next_sheet_number(programme: Programme) -> str:
    """The programme's next sheet number (督〔2020〕12号), never given twice. Call inside a transaction."""
    # Whoever writes a row of the programme meanwhile is not kept waiting.
    number = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk).next_sheet_number
    Programme.objects.filter(pk=programme.pk).update(next_sheet_number=F("next_sheet_number") + 1)
    return f"督〔{programme.year}〕{number}号"
