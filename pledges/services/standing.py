"""Writes what a pledge's facts say of its standing."""

import datetime

from pledges import standing
from pledges.completion import Light, Reason
from pledges.models import (
    Pledge,
)
from pledges.working_days import Calendar


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
