"""Roll-ups on PostgreSQL: everything from nothing, and the way from one report to right figures."""

import statistics
from typing import Any

from benchmarks.figures import beside, peak_mib
from benchmarks.scale.database import filled, timed
from benchmarks.scale.province import DISTRICT, PROVINCE, TODAY, Size

ROUNDS = 2
REPORTS = 60


def from_nothing() -> dict[str, Any]:
    """Seconds until every cell and sum of every programme is there; the floor is one GROUP BY that counts the same
    figures of the same rows by unit, section, leader, tags and programme, fetched."""
    with filled(PROVINCE):
        from pledges.models import Programme
        from tests.factories import moment
        from tracker import rollups
        from tracker.models import Rollup, StaleScope
        from workflow.standing import refresh

        refresh(at=moment(TODAY))
        StaleScope.objects.all().delete()
        seconds, floors, before = [], [], peak_mib()
        for _ in range(ROUNDS):
            Rollup.objects.all().delete()
            floors.append(timed(group_by)[1])
            drifts, value = timed(rollups.recount)
            assert len(drifts) == Programme.objects.count(), "each total was missing"
            seconds.append(value)
        sums = Rollup.objects.count()
        drifts, again = timed(rollups.recount)
        assert drifts == []
    n = PROVINCE.all_pledges
    return beside(min(seconds), min(floors), n=n, since=before, sums=sums, again=round(again, 2))


def group_by() -> None:
    from pledges.models import Pledge
    from tracker.counting import places_of
    from tracker.full_count import GROUPED_BY

    pledges = Pledge.objects.top_level().in_force().filter(lead_unit__isnull=False).order_by()
    for _row in pledges.values_list(*GROUPED_BY).annotate(**places_of(pledges)).iterator():
        pass


def one_report() -> dict[str, Any]:
    """Seconds from a report's commit to right figures of its unit, those above it and its programme; the floor is the
    same with a hundredth of the pledges and as many a unit. Every report is of another unit."""
    return beside(ahead(PROVINCE), ahead(DISTRICT), n=PROVINCE.all_pledges, digits=4)


def ahead(size: Size) -> float:
    """The median of many reports. What a hint costs on its way to the worker is left out: it is the same for both."""
    with filled(size):
        from pledges.models import Pledge, Post
        from tests.factories import moment, perform
        from tracker import rollups
        from workflow.standing import refresh

        refresh(at=moment(TODAY))
        rollups.recount()
        running = Pledge.objects.filter(
            state="in_progress", programme__year=TODAY.year, reports__values__value__gte=200
        ).order_by("number", "pk")
        ids = list(running.values_list("pk", flat=True).distinct())
        spread = Pledge.objects.filter(pk__in=ids[:: max(1, len(ids) // REPORTS)][:REPORTS])
        seconds = []
        for pledge in spread.prefetch_related("targets"):
            reporter = Post.objects.get(unit=pledge.lead_unit, role="coordinator")
            values = {str(target.pk): "1100" for target in pledge.targets.all()}
            said = {"sentence": "已全部完成。", "values": values, "period": f"{TODAY.year}-Q4"}
            perform("report", pledge, reporter, at=TODAY, **said)
            _, one = timed(rollups.sweep, settled=False)
            seconds.append(one)
        assert rollups.recount() == []
    return statistics.median(seconds)
