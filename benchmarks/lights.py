"""Lights: the refresh of 200,000 pledges beside one bulk UPDATE of as many columns of the same rows, on PostgreSQL."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.extraction import memory

PLEDGES, UNITS = 200_000, 2_000
DAY = "2020-10-20"


def beside_one_update() -> dict[str, Any]:
    """Seconds until every light is right of 200,000 pledges that all stand differently; the floor writes constants to
    the same nine columns of the same rows. ``unmoved`` is the same refresh when nothing has to be written."""
    with world():
        from tests.factories import moment
        from workflow.standing import refresh

        at = moment(DAY)
        moved, value = timed(lambda: refresh(at=at))
        _, floor = timed(update_all)
        again, second = timed(lambda: refresh(at=at))
        _, floor_2 = timed(update_all)
        refresh(at=at)
        still, unmoved = timed(lambda: refresh(at=at))
    assert (moved, again, still) == (PLEDGES, PLEDGES, 0)
    value, floor = min(value, second), min(floor, floor_2)
    return {
        "value": round(value, 2),
        "floor": round(floor, 2),
        "ratio": round(value / floor, 2),
        "n": PLEDGES,
        "unmoved": round(unmoved, 2),
    } | memory()


def timed(work: Any) -> tuple[Any, float]:
    """By the clock on the wall: the work is the server's. The tables are vacuumed first, as autovacuum would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def update_all() -> None:
    from pledges.models import Pledge

    Pledge.objects.update(
        light="", light_reason="", progress_bp=None, plan_bp=None, pace="", data_date=None, missed=9, last_light="",
        was_red=0,
    )  # fmt: skip


@contextlib.contextmanager
def world() -> Iterator[None]:
    """A PostgreSQL of its own with one programme of four periods: a target each, a report for each of three quarters,
    a third of them with a trajectory, a tenth with stages."""
    from tests.support import servers

    with tempfile.TemporaryDirectory(prefix="pledges-lights-") as var, servers.postgres() as address:
        os.environ.update(DATABASE_URL=address, SECRET_KEY="for-the-benchmark", PLEDGES_VAR=var)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        fill()
        try:
            yield
        finally:
            connection.close()


def fill() -> None:
    """One row of each kind is made by hand, and multiplied by INSERT … SELECT."""
    from pledges.models import (
        Milestone,
        Period,
        Pledge,
        Report,
        ReportStage,
        ReportValue,
        Target,
        TrajectoryPoint,
        Unit,
    )
    from tests.factories import MilestoneFactory, PledgeFactory, TargetFactory, UnitFactory, day, government, moment

    at = government()
    first = UnitFactory(parent=at.city)
    pledge = PledgeFactory(
        programme=at.programme, number="0", lead_unit=first, state="in_progress", assigned_date=day("2020-02-03"),
        due_date=day("2020-12-15"),
    )  # fmt: skip
    target = TargetFactory(pledge=pledge, position=1, value=1000)
    stage = MilestoneFactory(pledge=pledge, position=1, planned_date=day("2020-06-30"))
    point = target.trajectory.create(day=day("2020-06-30"), value=400)
    report = Report.objects.create(
        pledge=pledge, period=Period.objects.order_by("pk")[0], data_date=day("2020-03-20"), sentence="推进中",
        submitted_at=moment("2020-03-20"),
    )  # fmt: skip
    value = report.values.create(target=target, value=200)
    done = report.stages.create(milestone=stage, done_date=day("2020-06-20"))
    n, quarters = f"GENERATE_SERIES(1, {PLEDGES - 1}) AS n", "GENERATE_SERIES(0, 2) AS quarter"
    unit, p, t, r = first.pk, pledge.pk, target.pk, report.pk
    multiply(
        Unit,
        f"GENERATE_SERIES(1, {UNITS - 1}) AS n",
        pk=unit,
        id=f"{unit} + n",
        name="name || '-' || n",
        path="path || n || '/'",
    )
    multiply(Pledge, n, pk=p, id=f"{p} + n", number="n::text", lead_unit_id=f"{unit} + n % {UNITS}")
    multiply(Target, n, pk=t, id=f"{t} + n", pledge_id=f"{p} + n")
    multiply(TrajectoryPoint, n, where="n % 3 = 0", pk=point.pk, id=f"{point.pk} + n", target_id=f"{t} + n")
    multiply(Milestone, n, where="n % 10 = 0", pk=stage.pk, id=f"{stage.pk} + n", pledge_id=f"{p} + n")
    identity = f"{{}} + n + quarter * {PLEDGES}"
    multiply(
        Report, f"{n}, {quarters}", pk=r, id=identity.format(r), pledge_id=f"{p} + n", period_id="period_id + quarter",
        data_date="data_date + 91 * quarter",
    )  # fmt: skip
    multiply(
        ReportValue, f"{n}, {quarters}", pk=value.pk, id=identity.format(value.pk), report_id=identity.format(r),
        target_id=f"{t} + n", value="(n % 300) * (quarter + 1)",
    )  # fmt: skip
    multiply(
        ReportStage, f"{n}, {quarters}", where="n % 10 = 0", pk=done.pk, id=identity.format(done.pk),
        report_id=identity.format(r), milestone_id=f"{stage.pk} + n",
    )  # fmt: skip


def multiply(model: Any, source: str, *, pk: int, where: str = "TRUE", **changes: str) -> None:
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {', '.join(changes.get(name, f'one.{name}') for name in columns)} "
            f"FROM {table} AS one, {source} WHERE one.id = {pk} AND {where}"
        )
