"""Lights change with the day, not only with reports: the refresh that runs when a day has passed."""

import datetime
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pledges import calendars, services
from pledges.completion import BadThresholds, Thresholds
from pledges.models import LightOverride, Pledge, Programme
from workflow.context import day_of
from workflow.signals import Mark, moved

log = logging.getLogger(__name__)

BATCH = 10_000


def refresh(*, at: datetime.datetime, programmes: Iterable[int] | None = None) -> int:
    """Judge every pledge, or those of some programmes, anew on the day of ``at``; return how many stand differently.

    The database judges in batches under row locks taken in the order of their ids, so that a report coming in
    meanwhile is neither lost nor overwritten, and waits for one batch at most. What moved is told by one `moved` a
    batch; one pledge speaks for all of its unit. A programme with thresholds that make no sense keeps its lights, is
    named in the log and holds up no other.
    """
    calendar, today = calendars.current(), day_of(at)
    chosen = Pledge.objects.order_by("pk")
    if programmes is not None:
        chosen = chosen.filter(programme__in=list(programmes))
    count, last, named = 0, 0, set[int]()
    while True:
        with transaction.atomic():
            locked = dict(chosen.filter(pk__gt=last).select_for_update().values_list("pk", "programme")[:BATCH])
            if not locked:
                break
            last = max(locked)
            judged = {one.pk: one for one in _with_sound_thresholds(set(locked.values()), named)}
            ids = [pk for pk, programme in locked.items() if programme in judged]
            different = services.keep_standings(judged.values(), ids, calendar=calendar, today=today)
            places = {(one.programme_id, one.lead_unit_id): one for one in different}.values()
            if places:
                moved.send(sender=Pledge, marks=[Mark(one.programme_id, one.lead_unit_id, one.state) for one in places])
            count += len(different)
    return count + _keep_decided(chosen, today=today)


def _with_sound_thresholds(programmes: set[int], named: set[int]) -> Iterator[Programme]:
    """Those that can be judged, with their periods; of the others each is named once."""
    for programme in Programme.objects.filter(pk__in=programmes).order_by("pk").prefetch_related("periods"):
        try:
            Thresholds.from_settings(programme.thresholds)
        except BadThresholds as reason:
            if programme.pk not in named:
                wrong = "the lights of programme %s (%s) are not judged, its thresholds are wrong: %s"
                log.error(wrong, programme.pk, programme, reason)
            named.add(programme.pk)
        else:
            yield programme


def _keep_decided(chosen: Any, *, today: datetime.date) -> int:
    """Decisions of a period that is over count no more, those of the one that begins do. Only pledges that have such a
    decision, or a light of one, are looked at."""
    decided = LightOverride.objects.standing().filter(pledge=OuterRef("pk"))
    with transaction.atomic():
        pledges = (
            chosen.select_for_update(of=("self",))
            .filter(~Q(decided_light="") | Exists(decided))
            .select_related("programme")
            .prefetch_related("programme__periods")
        )
        different = [pledge for pledge in pledges if services.keep_decided_light(pledge, today=today)]
        if different:
            moved.send(sender=Pledge, marks=[Mark.of(pledge) for pledge in different])
    return len(different)
