"""Where a pledge stands: from rows to the facts that `pledges.completion` judges.

Reads only what `PledgeQuerySet.with_facts` has prefetched (plus the programme's periods), so a list costs a fixed
number of queries. Writing the result down is `pledges.services.keep_standing`.
"""

import datetime
from decimal import Decimal

from pledges import completion, published
from pledges.models import Outcome, Period, Pledge, Report, ReportStatus, Target
from pledges.working_days import Calendar, add_workdays

APPROVED = (ReportStatus.APPROVED, ReportStatus.ACCEPTED)


def newest_report(pledge: Pledge) -> Report | None:
    """The report that live figures use: the newest one not returned."""
    prefetched: list[Report] | None = getattr(pledge, "newest_reports", None)
    if prefetched is not None:
        return prefetched[0] if prefetched else None
    report: Report | None = pledge.reports.standing().first()
    return report


def standing_reports(pledge: Pledge) -> list[Report]:
    """Every report that was not returned, the newest period's newest revision first."""
    prefetched: list[Report] | None = getattr(pledge, "newest_reports", None)
    return list(pledge.reports.standing()) if prefetched is None else prefetched


def windows_missed(
    *, periods: list[Period], assigned_date: datetime.date | None, newest: Report | None, today: datetime.date
) -> int:
    """How many reporting windows in a row, up to the last one closed, brought nothing since the assignment.

    A report for a later period answers the earlier ones too: values are cumulative for the year.
    """
    if assigned_date is None:
        return 0
    closed = [period for period in periods if assigned_date < period.closes_date < today]
    return sum(1 for period in closed if newest is None or period.start_date > newest.period.start_date)


def facts_of(
    pledge: Pledge,
    *,
    periods: list[Period],
    calendar: Calendar,
    thresholds: completion.Thresholds,
    today: datetime.date,
    reports: list[Report] | None = None,
    until: datetime.date | None = None,
) -> completion.PledgeFacts:
    """The facts by the report that live figures use, or by the first of other ``reports``, if there is one.

    Where an indicator is a target's source of truth, the figure published by ``today`` is the reported value; what the
    unit reported is 预计 and is not among the facts. ``until`` leaves out figures of data periods that end later.
    """
    newest = newest_report(pledge) if reports is None else next(iter(reports), None)
    values = {value.target_id: value.value for value in newest.values.all()} if newest else {}
    done = {stage.milestone_id: stage.done_date for stage in newest.stages.all()} if newest else {}
    return completion.PledgeFacts(
        state=pledge.state,
        plan_year=pledge.programme.year,
        form=pledge.form,
        firmness=pledge.firmness,
        start=pledge.start_date,
        due=pledge.due_date,
        assigned_on=pledge.assigned_date,
        grace_ends_on=(
            add_workdays(pledge.assigned_date, thresholds.grace_working_days, calendar)
            if pledge.assigned_date
            else None
        ),
        targets=tuple(
            _target_facts(pledge, target, newest if target.pk in values else None, values.get(target.pk), today, until)
            for target in pledge.targets.all()
        ),
        milestones=tuple(
            completion.MilestoneFacts(planned=stage.planned_date, weight=stage.weight, done=done.get(stage.pk))
            for stage in pledge.milestones.all()
        ),
        missed=windows_missed(periods=periods, assigned_date=pledge.assigned_date, newest=newest, today=today),
        judged_behind=bool(newest and newest.judged_behind),
        settled=pledge.outcome == Outcome.NOT_MET,
    )


def _target_facts(
    pledge: Pledge,
    target: Target,
    newest: Report | None,
    value: Decimal | None,
    today: datetime.date,
    until: datetime.date | None,
) -> completion.TargetFacts:
    figure = published.of_target(target, year=pledge.programme.year, due=pledge.due_date, today=today, until=until)
    data_date = newest.data_date if newest else None
    return completion.TargetFacts(
        value=target.value,
        value_max=target.value_max,
        comparator=target.comparator,
        kind=target.quantity_kind,
        baseline=target.baseline,
        more_is_worse=target.more_is_worse,
        zero_tolerance=target.zero_tolerance,
        trajectory=tuple((point.day, point.value) for point in target.trajectory.all()),
        reported=figure.number if figure else value,
        data_date=figure.data_date if figure else data_date,
        awaiting_figure=bool(figure and figure.is_awaiting),
    )


def standing_of(pledge: Pledge, *, calendar: Calendar, today: datetime.date) -> completion.Standing:
    """Light, reason, progress, plan and pace of one pledge on a day."""
    thresholds = completion.Thresholds.from_settings(pledge.programme.thresholds)
    periods = list(pledge.programme.periods.all())
    return completion.standing(
        facts_of(pledge, periods=periods, calendar=calendar, thresholds=thresholds, today=today), today, thresholds
    )


def judged_on(period: Period) -> datetime.date:
    """The day on which a period's figures are judged, whenever it is closed: the first after its window."""
    return period.closes_date + datetime.timedelta(days=1)


def frozen_standing(pledge: Pledge, period: Period, *, calendar: Calendar) -> completion.Standing:
    """Light, reason, progress, plan and pace as a period's figures have them: by the newest approved report of the
    period or an earlier one, and by what had been published when they are judged."""
    approved = [
        report
        for report in standing_reports(pledge)
        if report.status in APPROVED and report.period.start_date <= period.start_date
    ]
    thresholds, today = completion.Thresholds.from_settings(pledge.programme.thresholds), judged_on(period)
    facts = facts_of(
        pledge,
        periods=list(pledge.programme.periods.all()),
        calendar=calendar,
        thresholds=thresholds,
        today=today,
        reports=approved,
        until=period.end_date,
    )
    return completion.standing(facts, today, thresholds)
