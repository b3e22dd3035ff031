"""Writes reports."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Max

from pledges.models import (
    Evidence,
    Milestone,
    Period,
    Pledge,
    Report,
    ReportStage,
    ReportValue,
    Target,
)


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
