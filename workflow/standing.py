"""Lights change with the day, not only with reports: the refresh that runs when a day has passed."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from pledges import calendars, services
from pledges.models import Pledge, Programme
from pledges.working_days import Calendar
from workflow.context import day_of
from workflow.signals import Mark, moved

BATCH = 10_000


def refresh(*, at: datetime.datetime, programmes: Iterable[int] | None = None) -> int:
    """Judge every pledge, or those of some programmes, anew on the day of ``at``; return how many stand differently.

    The database judges in batches under row locks taken in the order of their ids, so that a report coming in
    meanwhile is neither lost nor overwritten, and waits for one batch at most. What moved is told by one `moved` a
    batch; one pledge speaks for all of its unit.
    """
    calendar, today = calendars.current(), day_of(at)
    chosen = Programme.objects.order_by("pk") if programmes is None else Programme.objects.filter(pk__in=programmes)
    return sum(_refresh(programme, calendar=calendar, today=today) for programme in chosen.values_list("pk", flat=True))


def _refresh(programme_id: int, *, calendar: Calendar, today: datetime.date) -> int:
    count, last = 0, 0
    while True:
        with transaction.atomic():
            locked = list(
                Pledge.objects.select_for_update(of=("self",))
                .filter(programme=programme_id, pk__gt=last)
                .order_by("pk")
                .values_list("pk", flat=True)[:BATCH]
            )
            if not locked:
                return count
            last = locked[-1]
            programme = Programme.objects.prefetch_related("periods").get(pk=programme_id)
            different = services.keep_standings(programme, locked, calendar=calendar, today=today)
            places = {(one.programme_id, one.lead_unit_id): one for one in different}.values()
            if places:
                moved.send(sender=Pledge, marks=[Mark(one.programme_id, one.lead_unit_id, one.state) for one in places])
            count += len(different)
