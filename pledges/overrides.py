"""Which light set by decision counts: of the running period, or of the period that is asked about (docs/adr/0016)."""

import datetime
from collections.abc import Iterable

from pledges import completion, standing
from pledges.models import LightOverride, Period, Pledge, State
from pledges.working_days import Calendar

DECIDABLE = (State.ASSIGNED, State.IN_PROGRESS)  # other states show no light, or one that says that they rest


def running(periods: Iterable[Period], today: datetime.date) -> Period | None:
    """The earliest period whose window has not closed, once it has begun."""
    found = next((period for period in periods if period.closes_date >= today), None)
    return found if found is not None and found.start_date <= today else None


def of_period(period: Period | None) -> dict[int, LightOverride]:
    """The decisions that stand for a period, by pledge."""
    if period is None:
        return {}
    found = LightOverride.objects.standing().filter(period=period).select_related("decided_by", "post__unit")
    return {override.pledge_id: override for override in found}


def decided_light(pledge: Pledge, override: LightOverride | None) -> str:
    """What a decision makes of a pledge's light; nothing in a state that shows none."""
    return override.light if override is not None and pledge.state in DECIDABLE else ""


def light_of_rules(pledge: Pledge, period: Period, *, calendar: Calendar, today: datetime.date) -> completion.Standing:
    """Where the rules see a pledge in a period's figures: until its window closes as it stands on the day, from then on
    as freezing will find it. Reads what `PledgeQuerySet.with_facts` and the periods have prefetched."""
    if today <= period.closes_date:
        return standing.standing_of(pledge, calendar=calendar, today=today)
    return standing.frozen_standing(pledge, period, calendar=calendar)
