"""序时, period by period: how a pledge stood by the report that stands for each of them.

Reads only what `PledgeQuerySet.with_facts` and the programme's periods have prefetched.
"""

import datetime

from pledges import completion, standing
from pledges.models import Period, Pledge
from pledges.working_days import Calendar

RUNNING = 2


def of_period(pledge: Pledge, period: Period, *, calendar: Calendar, today: datetime.date) -> completion.Pace | None:
    """The pace by the period's newest report that was not returned, on its data date, and by the figures that were
    published for the period by ``today``; None without such a report or figure, or without a plan."""
    report = next((one for one in standing.standing_reports(pledge) if one.period_id == period.pk), None)
    if report is None:
        return None
    thresholds = completion.Thresholds.from_settings(pledge.programme.thresholds)
    facts = standing.facts_of(
        pledge,
        periods=[],
        calendar=calendar,
        thresholds=thresholds,
        today=today,
        reports=[report],
        until=period.end_date,
    )
    if any(target.awaiting_figure for target in facts.targets):
        return None
    return completion.standing(facts, report.data_date, thresholds).pace


def behind_running(pledge: Pledge, *, calendar: Calendar, today: datetime.date) -> list[Period]:
    """The last two periods whose window has closed, when the pledge was 未达序时 in both of them; else nothing.

    A period without a report is 未报送, which is another matter: it is not behind, and breaks the run.
    """
    closed = [period for period in pledge.programme.periods.all() if period.closes_date < today][-RUNNING:]
    if len(closed) < RUNNING:
        return []
    are_behind = all(
        of_period(pledge, period, calendar=calendar, today=today) == completion.Pace.BEHIND for period in closed
    )
    return closed if are_behind else []
