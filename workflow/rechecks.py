"""回头看: three months after closing, somebody is asked whether it still holds."""

import datetime
import logging

from django.db.models import Exists, OuterRef

from pledges import calendars
from pledges.errors import DomainError
from pledges.models import Outcome, Pledge, State
from workflow import services
from workflow.context import day_of
from workflow.effects.closing import day_of_recheck
from workflow.models import Task

log = logging.getLogger(__name__)


def open_due(*, at: datetime.datetime) -> int:
    """Give every pledge whose day has come its task; returns how many. Twice, or twice at once, opens nothing twice."""
    today, calendar, opened = day_of(at), calendars.current(), 0
    has_task = Task.objects.open().filter(pledge=OuterRef("pk"), kind=Task.Kind.RECHECK)
    candidates = Pledge.objects.filter(
        ~Exists(has_task), state=State.CLOSED, rechecked_date__isnull=True, closed_date__lt=today
    ).exclude(outcome=Outcome.NOT_MET)
    for pledge in candidates.order_by("pk"):
        day = day_of_recheck(pledge)
        if day is None or day > today:
            continue
        try:
            opened += services.perform_if_still(
                candidates, "open_recheck", pledge_id=pledge.pk, at=at, calendar=calendar
            )
        except DomainError as refusal:
            log.warning("no second look at pledge %s: %s", pledge.pk, refusal)
    return opened
