"""Reporting windows: opening them on their day."""

import datetime
import logging

from django.db.models import Exists, OuterRef

from pledges import calendars
from pledges.errors import DomainError
from pledges.models import Period, Pledge, Report, ReportStatus, State
from workflow import services
from workflow.context import day_of
from workflow.models import Task

log = logging.getLogger(__name__)


def open_windows(*, at: datetime.datetime) -> int:
    """Give every pledge in progress its task for each window open today; returns how many were opened.

    Doing it twice, or twice at once, opens nothing twice. One pledge's trouble (a unit without a coordinator) is
    logged and does not stop the others.
    """
    today, calendar, opened = day_of(at), calendars.current(), 0
    for period in Period.objects.filter(opens_date__lte=today, closes_date__gte=today):
        has_task = Task.objects.open().filter(pledge=OuterRef("pk"), kind=Task.Kind.REPORT, period=period)
        has_report = Report.objects.standing().filter(pledge=OuterRef("pk"), period=period)
        has_returned = Report.objects.filter(pledge=OuterRef("pk"), period=period, status=ReportStatus.RETURNED)
        has_supplement = Task.objects.open().filter(pledge=OuterRef("pk"), kind=Task.Kind.SUPPLEMENT)
        waiting = Pledge.objects.filter(
            ~Exists(has_task),
            ~Exists(has_report),
            ~(Exists(has_returned) & Exists(has_supplement)),  # the supplement is that period's report
            programme=period.programme_id,
            state=State.IN_PROGRESS,
        )
        for pledge_id in waiting.values_list("pk", flat=True):
            try:
                opened += services.perform_if_still(
                    waiting, "open_window", pledge_id=pledge_id, at=at, calendar=calendar
                )
            except DomainError as refusal:
                log.warning("no reporting task for pledge %s: %s", pledge_id, refusal)
    return opened
