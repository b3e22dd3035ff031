"""Lights: the refresh of 200,000 pledges beside one bulk UPDATE of as many columns of the same rows, on PostgreSQL."""

from typing import Any

from benchmarks.figures import beside, peak_mib
from benchmarks.scale.database import filled, timed
from benchmarks.scale.province import PROVINCE, TODAY

ROUNDS = 2


def beside_one_update() -> dict[str, Any]:
    """Seconds until every light is right, of pledges that all stand differently; the floor writes constants to the same
    nine columns of the same rows. ``unmoved`` is the same refresh when nothing has to be written."""
    with filled(PROVINCE):
        from tests.factories import moment
        from workflow.standing import refresh

        at, seconds, floors, before = moment(TODAY), [], [], peak_mib()
        for _ in range(ROUNDS):
            _, floor = timed(update_all)
            moved, value = timed(lambda: refresh(at=at))
            assert moved == PROVINCE.all_pledges
            floors.append(floor)
            seconds.append(value)
        still, unmoved = timed(lambda: refresh(at=at))
        assert still == 0
    return beside(min(seconds), min(floors), n=PROVINCE.all_pledges, since=before, unmoved=round(unmoved, 2))


def update_all() -> None:
    from pledges.models import Pledge

    Pledge.objects.update(
        light="", light_reason="", progress_bp=None, plan_bp=None, pace="", data_date=None, missed=9, last_light="",
        was_red=0,
    )  # fmt: skip
