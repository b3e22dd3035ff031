"""Lights change with the day, not only with reports: the refresh that runs when a day has passed."""

import datetime

from django.db import transaction

from pledges import calendars, services
from pledges.models import Pledge
from workflow.context import day_of
from workflow.signals import Mark, changed

BATCH = 500


def refresh(*, at: datetime.datetime) -> int:
    """Judge every pledge anew on the day of ``at`` and return how many stand differently.

    Works in batches under row locks, so that a report coming in meanwhile is neither lost nor overwritten. A pledge
    that moved is recounted through `changed`, as after any other change.
    """
    calendar, today, moved, last = calendars.current(), day_of(at), 0, 0
    while True:
        with transaction.atomic():
            locked = list(
                Pledge.objects.select_for_update(of=("self",))
                .filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", flat=True)[:BATCH]
            )
            if not locked:
                return moved
            last = locked[-1]
            batch = Pledge.objects.with_facts().prefetch_related("programme__periods").filter(pk__in=locked)
            different = [pledge for pledge in batch if services.judge(pledge, calendar=calendar, today=today)]
            Pledge.objects.bulk_update(different, services.STANDING_FIELDS)
            for mark, pledge in {Mark.of(pledge): pledge for pledge in different}.items():
                # One speaks for all that are counted in the same place.
                changed.send(sender=Pledge, pledge_id=pledge.pk, before=mark, after=mark)
            moved += len(different)
