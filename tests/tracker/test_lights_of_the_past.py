"""Closing changes no light of the past: neither what a closed period printed nor what a pledge has on its record."""

import json

import pytest

from pledges.models import Pledge
from tests.factories import government, moment, payload_for, perform
from tests.tracker.closing import answer, begin, close, first, reported
from tracker import snapshots
from tracker.models import Snapshot
from workflow import standing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def at():
    return government()


@pytest.fixture
def frozen(at):
    """Three pledges of a first quarter that is closed: one ahead of its plan, one below 0.8 of it, one with nothing.
    26 March is the 86th of the 350 days to the due date of 15 December: 24.57% of 355."""
    pledges = [reported(at, value=value) for value in ("100", "60", "0")]
    begin(at)
    answer(at)
    close(at)
    return pledges


def lights():
    """What the snapshot of the first quarter says of each pledge."""
    told = json.loads(Snapshot.objects.get(period__key="2020-Q1").text)["pledges"]
    return {one["id"]: (one["light"], one["progress_bp"], one["plan_bp"], one["was_red"]) for one in told}


def every_byte():
    return list(Snapshot.objects.filter(period__key="2020-Q1").values())


def walk(at, pledge, *names, on):
    posts = {
        "claim": at.head,
        "draft_verification": at.supervisor,
        "verify": at.director,
        "settle": at.director,
        "recheck": at.supervisor,
        "reopen": at.director,
    }
    for name in names:
        pledge = perform(name, pledge, posts[name], at=on, **payload_for(name, at, pledge))
    return pledge


def report_all_done(at, pledge, on, **period):
    values = {str(target.pk): "355" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at=on, sentence="已全部完成", values=values, **period)
    return perform("approve", pledge, at.head, at=on)


def test_the_frozen_lights_are_those_of_the_figures_then(frozen):
    ahead, behind, nothing = (pledge.pk for pledge in frozen)
    assert lights() == {
        ahead: ("green", 2817, 2457, 0),
        behind: ("yellow", 1690, 2457, 0),
        nothing: ("yellow", 0, 2457, 0),
    }


def test_reports_new_targets_closing_and_settling_leave_a_closed_period_as_it_was(at, frozen):
    bytes_then, lights_then = every_byte(), lights()
    claimed, settled, late = frozen
    report_all_done(at, late, "2020-04-20", period="2020-Q1")  # for the closed quarter itself
    report_all_done(at, claimed, "2020-05-20")
    Pledge.objects.get(pk=late.pk).targets.update(value=999, baseline=10)
    standing.refresh(at=moment("2020-05-21"))
    walk(at, claimed, "claim", on="2020-05-22")
    walk(at, claimed, "draft_verification", "verify", on="2020-05-25")
    walk(at, settled, "settle", on="2020-12-30")
    standing.refresh(at=moment("2021-01-10"))
    states = {pledge.pk: (pledge.state, pledge.outcome, pledge.light) for pledge in Pledge.objects.all()}
    assert states == {
        claimed.pk: ("closed", "met", ""),
        settled.pk: ("closed", "not_met", ""),
        late.pk: ("in_progress", "", "red"),
    }
    assert lights() == lights_then
    assert every_byte() == bytes_then
    assert snapshots.of(first(at)).rollup("programme").met == 0


@pytest.mark.parametrize("end", [("claim", "draft_verification", "verify"), ("settle",)], ids=["verified", "settled"])
def test_closing_leaves_the_last_light_and_the_red_ones_on_the_record(at, end):
    pledge = reported(at, value="100")
    values = {str(target.pk): "10" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-06-26", sentence="更正", fall_reason="口径调整", values=values)
    standing.refresh(at=moment("2020-10-15"))
    before = Pledge.objects.get(pk=pledge.pk)
    assert (before.light_reason, before.last_light, before.was_red) == ("unreported", "red", 1)
    walk(at, before, *end, on="2020-12-31")
    for when in ("2021-01-01", "2021-01-10"):
        standing.refresh(at=moment(when))
        after = Pledge.objects.get(pk=pledge.pk)
        assert (after.state, after.light, after.light_reason) == ("closed", "", "")
        kept = ("last_light", "was_red", "progress_bp", "plan_bp", "pace", "data_date")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
