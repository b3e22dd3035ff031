"""Writes what a pledge's facts say of its standing."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connections, router

from pledges import light_sql, overrides, standing
from pledges.completion import Light, Reason
from pledges.models import LightOverride, Pledge, Programme
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
    """Judge one pledge anew and keep the result and the light decided. Returns it with its facts prefetched."""
    pledge = with_facts(pledge_pk)
    if judge(pledge, calendar=calendar, today=today):
        Pledge.objects.filter(pk=pledge.pk).update(**{name: getattr(pledge, name) for name in STANDING_FIELDS})
    keep_decided_light(pledge, today=today)
    return pledge


def keep_decided_light(pledge: Pledge, *, today: datetime.date) -> bool:
    """Keep the light that is decided for the running period, or none; True when that is another than before."""
    period = overrides.running(pledge.programme.periods.all(), today)
    found = LightOverride.objects.standing().filter(pledge=pledge, period=period).first() if period else None
    was, pledge.decided_light = pledge.decided_light, overrides.decided_light(pledge, found)
    if was == pledge.decided_light:
        return False
    Pledge.objects.filter(pk=pledge.pk).update(decided_light=pledge.decided_light)
    return True


class Moved(NamedTuple):
    """A pledge that stands differently."""

    pledge_id: int
    programme_id: int
    lead_unit_id: int | None
    state: str


def keep_standings(
    programmes: Iterable[Programme], ids: list[int], *, calendar: Calendar, today: datetime.date
) -> list[Moved]:
    """`keep_standing` of many pledges of these programmes in one statement. The rows must be locked, and the programmes
    read (with their periods) since: whatever was reported before the lock is seen, whatever comes after it waits."""
    if not ids:
        return []
    connection = connections[router.db_for_write(Pledge)]
    dialect = light_sql.of(connection)
    given = light_sql.parameters(programmes, ids=ids, calendar=calendar, today=today, dialect=dialect)
    with connection.cursor() as cursor:
        cursor.execute(light_sql.statement(dialect, given), given.values)
        return [Moved(*row) for row in cursor.fetchall()]
