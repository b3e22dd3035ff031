"""Generated pledges of every kind, seeded, for holding the SQL of the lights against the pure rules.

Numbers and days are drawn near what decides: whole percents of the target, days beside today, the due date, a window.
"""

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from pledges.models import (
    Figure,
    Indicator,
    Milestone,
    Period,
    Pledge,
    Programme,
    Report,
    ReportStage,
    ReportStatus,
    ReportValue,
    State,
    Target,
    TrajectoryPoint,
)
from tests.factories import Government, ProgrammeFactory, day, moment

DAY = datetime.timedelta(days=1)
CENT, UNIT = Decimal("0.01"), Decimal("0.0001")
THRESHOLDS: list[dict[str, Any]] = [
    {},
    {"behind_bp": 0, "far_behind_bp": 2000, "half_of_plan_from_bp": 5000, "far_ratio_bp": 4000},
    {"soft_tolerance_bp": 1000, "approx_tolerance_bp": 0, "grace_working_days": 0},
    {"far_behind_bp": 10000, "behind_bp": 10000, "behind_ratio_bp": 10000, "grace_working_days": 20},
]  # fmt: skip


@dataclass
class LightWorld:
    """``fill(count)`` writes that many pledges into the programmes, a lot of rows at a time."""

    at: Government
    today: datetime.date
    seed: int = 1
    programmes: list[Programme] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.programmes = [
            self.at.programme,
            ProgrammeFactory(government=self.at.city, year=2021),
            ProgrammeFactory(government=self.at.county, year=2020),
            ProgrammeFactory(government=self.at.water, year=2019),
        ]
        for programme, thresholds in zip(self.programmes, THRESHOLDS, strict=True):
            programme.thresholds = thresholds
            programme.save()
        self.periods = {one.pk: list(Period.objects.filter(programme=one).order_by("pk")) for one in self.programmes}
        self._publish()

    def fill(self, count: int) -> None:
        pledges = [self._pledge(number) for number in range(count)]
        Pledge.objects.bulk_create(pledges, batch_size=500)
        targets = [target for one in pledges for target in self._targets(one)]
        Target.objects.bulk_create(targets, batch_size=500)
        stages = [stage for one in pledges for stage in self._stages(one)]
        Milestone.objects.bulk_create(stages, batch_size=500)
        TrajectoryPoint.objects.bulk_create(
            (point for target in targets for point in self._trajectory(target)), batch_size=500
        )
        reports = [report for one in pledges for report in self._reports(one)]
        Report.objects.bulk_create(reports, batch_size=500)
        self._report(reports, targets, stages)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a server does by itself: no plan is good that takes the tables for empty

    # What is drawn

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def near(self, when: datetime.date, within: int = 2) -> datetime.date:
        return when + self.random.randint(-within, within) * DAY

    def any_day(self) -> datetime.date:
        if self.chance(0.5):
            return self.near(self.today)
        return day("2019-10-01") + self.random.randint(0, 640) * DAY

    def part_of(self, amount: Decimal) -> Decimal:
        """A whole percent of an amount, often just beside it; sometimes beyond it or below nothing."""
        percent = self.one_of(0, 0, 100, 95, 105, 90, 110, 80, *(self.random.randint(-20, 130) for _ in range(12)))
        return (amount * percent / 100).quantize(UNIT) + self.one_of(0, 0, 0, UNIT, -UNIT)

    def amount(self) -> Decimal:
        return Decimal(
            self.one_of(
                self.random.randint(1, 9) * 100,
                self.random.randint(-3, 400),
                (Decimal(self.random.randint(-5000, 50000)) * CENT),
                Decimal(self.random.randint(1, 10**7)) * UNIT,
                self.random.randint(1, 2000) * 10**8,  # yuan
                Decimal(self.random.randint(10**15, 10**17)) * UNIT if self.chance(0.2) else 0,
            )
        )

    # Rows

    def _pledge(self, number: int) -> Pledge:
        state = self.random.choices(State.values, weights=[1, 3, 10, 1, 2, 1, 1])[0]
        is_bare = state == State.DRAFT and self.chance(0.5)
        programme = self.one_of(*self.programmes, self.at.programme)
        return Pledge(
            programme=programme,
            number=f"L-{number:05d}",
            title="完成管网改造",
            form=self.random.choices(Pledge.Form.values, weights=[6, 3, 2])[0],
            firmness=self.one_of(*Pledge.Firmness.values),
            deliverable="名录",
            lead_unit=None if is_bare else self.one_of(self.at.housing, self.at.water, self.at.county),
            state=state,
            outcome=self.one_of("met", "met_with_change", "not_met") if state == State.CLOSED else "",
            start_date=self.any_day() if self.chance(0.4) else None,
            due_date=None if is_bare else self._due(programme.year),
            assigned_date=None if is_bare else self._assigned(),
            light=self.one_of("", "red", "yellow", "green", "grey"),
            last_light=self.one_of("", "red", "green"),
            was_red=self.one_of(0, 1, 2),
        )

    def _due(self, year: int) -> datetime.date:
        choices = [self.near(self.today), self.any_day(), *(datetime.date(year, m, d) for m, d in ((12, 31), (6, 30)))]
        return self.one_of(*choices, datetime.date(year, 12, 15), day("2021-12-31"))

    def _assigned(self) -> datetime.date:
        if self.chance(0.4):  # about when the days for signing are over
            return self.today - self.random.randint(0, 30) * DAY
        period = self.one_of(*self.periods[self.at.programme.pk])
        return self.one_of(day("2020-02-03"), self.near(period.closes_date, 1))

    def _targets(self, pledge: Pledge) -> list[Target]:
        return [self._target(pledge, position) for position in range(1, self.one_of(0, 1, 1, 1, 2, 3) + 1)]

    def _target(self, pledge: Pledge, position: int) -> Target:
        value = self.amount()
        comparator = self.one_of(*Target.Comparator.values)
        baseline = self.one_of(None, None, self.amount(), self.part_of(value), value * 2)
        indicator = self.one_of(*self.indicators) if self.chance(0.25) else None
        return Target(
            pledge=pledge,
            position=position,
            value=value,
            value_max=value + self.one_of(0, 10, abs(value)) if comparator == "range" else None,
            unit="个",
            comparator=comparator,
            quantity_kind=self.random.choices(Target.QuantityKind.values, weights=[6, 1, 2, 1])[0],
            # SQLite keeps a decimal as a float, and two that are the same there are the same.
            baseline=None if baseline is None or float(baseline) == float(value) else baseline,
            more_is_worse=self.chance(0.3),
            zero_tolerance=self.chance(0.08),
            source="indicator" if indicator else "unit",
            indicator=indicator,
            uses=self.one_of("value", "year_on_year") if indicator else "",
        )

    def _stages(self, pledge: Pledge) -> list[Milestone]:
        if self.chance(0.15 if pledge.form == Pledge.Form.MILESTONE else 0.8):
            return []
        count = self.random.randint(1, 4)
        return [
            Milestone(
                pledge=pledge, position=place, title="节点", planned_date=self.any_day(), weight=self.one_of(1, 1, 3, 7)
            )
            for place in range(1, count + 1)
        ]  # fmt: skip

    def _trajectory(self, target: Target) -> list[TrajectoryPoint]:
        days = sorted({self.any_day() for _ in range(self.one_of(0, 0, 1, 2, 3, 4))})  # a set comes in any order
        return [TrajectoryPoint(target=target, day=when, value=self.part_of(target.value)) for when in days]

    def _reports(self, pledge: Pledge) -> list[Report]:
        reports = []
        for period in self.periods[pledge.programme_id]:
            for revision in range(1, self.one_of(0, 0, 1, 2) + 1):
                status = self.one_of(*ReportStatus.values)
                reports.append(
                    Report(
                        pledge=pledge,
                        period=period,
                        revision=revision,
                        data_date=self.one_of(period.end_date, self.any_day()),
                        sentence="按计划推进",
                        status=status,
                        return_reason="请补充" if status == ReportStatus.RETURNED else "",
                        judged_behind=self.chance(0.1),
                        submitted_at=moment(period.end_date),
                    )
                )
        return reports

    def _report(self, reports: list[Report], targets: list[Target], stages: list[Milestone]) -> None:
        of_pledge: dict[int, list[Target]] = {}
        for target in targets:
            of_pledge.setdefault(target.pledge_id, []).append(target)
        planned: dict[int, list[Milestone]] = {}
        for stage in stages:
            planned.setdefault(stage.pledge_id, []).append(stage)
        ReportValue.objects.bulk_create(
            (
                ReportValue(report=report, target=target, value=self._reported(target))
                for report in reports
                for target in of_pledge.get(report.pledge_id, ())
                if self.chance(0.85)
            ),
            batch_size=500,
        )
        ReportStage.objects.bulk_create(
            (
                ReportStage(report=report, milestone=stage, done_date=self.any_day())
                for report in reports
                for stage in planned.get(report.pledge_id, ())
                if self.chance(0.8)
            ),
            batch_size=500,
        )

    def _reported(self, target: Target) -> Decimal:
        if target.zero_tolerance:
            return Decimal(self.one_of(0, 0, 1))
        low, high = target.baseline or Decimal(0), target.value_max or target.value
        return self.one_of(self.part_of(target.value), self.part_of(high), low + self.part_of(target.value - low), low)

    def _publish(self) -> None:
        """Indicators with figures of every kind: planned, out, not out yet; provisional, final, revised."""
        self.indicators = [
            Indicator.objects.create(government=self.at.city, name=f"指标{number}", unit="%", publisher="统计局")
            for number in range(16)
        ]
        for indicator in self.indicators[1:]:  # the first has none at all
            for year in (2019, 2020, 2021):
                self._publish_year(indicator, year)

    def _publish_year(self, indicator: Indicator, year: int) -> None:
        for first, last in ((1, 2), (1, 3), (2, 3), (1, 6), (4, 6), (1, 9), (1, 10), (1, 12)):
            if self.chance(0.4):
                continue
            end = datetime.date(year + last // 12, last % 12 + 1, 1) - DAY
            release = self.one_of(end + 18 * DAY, self.near(self.today, 1))
            for revision in range(1, self.random.randint(1, 3) + 1):
                is_planned = revision == 1 and self.chance(0.2)
                kept = self.one_of(("value",), ("year_on_year",), ("value", "year_on_year"))
                Figure.objects.create(
                    indicator=indicator,
                    start_date=datetime.date(year, first, 1),
                    end_date=end,
                    stage=self.one_of(*Figure.Stage.values),
                    release_date=release + (revision - 1) * DAY,
                    revision=revision,
                    reason="修订" if revision > 1 else "",
                    entered_at=None if is_planned else moment(end),
                    **{} if is_planned else {name: self._published(name) for name in kept},
                )

    def _published(self, name: str) -> Decimal:
        return Decimal(self.random.randint(-300, 1500)) * CENT if name == "year_on_year" else self.amount()
