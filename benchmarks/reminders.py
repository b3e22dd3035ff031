"""Reminders: claiming what is due on one day beside a bare INSERT … SELECT of as many rows, on PostgreSQL."""

import datetime
from typing import Any

from benchmarks.figures import beside, peak_mib
from benchmarks.scale.database import filled, timed
from benchmarks.scale.province import PROVINCE, TODAY

REPORTS_DUE = 75_000  # the others are due dates of pledges, their own and copies to heads
ROUNDS = 3


def beside_one_insert() -> dict[str, Any]:
    """Seconds to claim what a day brings: the reports that a window's end asks for, and the pledges that are overdue or
    come near, each for its holder and, where it is overdue, for the head. The floor inserts the same rows into the same
    table from one that holds them ready."""
    with filled(PROVINCE):
        from tests.factories import moment
        from workflow import reminders

        ask_for_reports()
        seconds, floors, before = [], [], peak_mib()
        for _ in range(ROUNDS):
            claimed, value = timed(lambda: reminders.claim(at=moment(TODAY)))
            seconds.append(value)
            execute("CREATE TABLE ready AS SELECT * FROM workflow_reminder")
            execute("TRUNCATE workflow_reminder")
            _, floor = timed(lambda: execute("INSERT INTO workflow_reminder SELECT * FROM ready"))
            floors.append(floor)
            execute("DROP TABLE ready")
            assert reminders.claim(at=moment(TODAY)) == 0, "what was claimed once is claimed again"
            execute("TRUNCATE workflow_reminder")
    return beside(min(seconds), min(floors), n=claimed, since=before)


def ask_for_reports() -> None:
    """An open task to report of each of the first pledges, due in two working days."""
    from benchmarks.scale.copying import copy, settle
    from pledges.models import Period, Pledge, Post
    from workflow.models import Task

    keepers = dict(Post.objects.filter(role="coordinator").values_list("unit", "pk"))
    last_quarters = dict(Period.objects.filter(key__endswith="Q4").values_list("programme", "pk"))
    pledges = Pledge.objects.order_by("pk").values_list("pk", "lead_unit", "programme")[:REPORTS_DUE]
    rows = [(pk, keepers[unit], pk, last_quarters[programme]) for pk, unit, programme in pledges]
    copy(
        Task, rows, "id", "post_id", "pledge_id", "period_id", kind="report",
        due_date=TODAY + datetime.timedelta(days=2), opened_at=datetime.datetime(2020, 9, 25, tzinfo=datetime.UTC),
    )  # fmt: skip
    settle(Task)


def execute(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
