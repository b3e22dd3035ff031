"""Figures entered at the same moment, and while units report on what they measure."""

from collections.abc import Callable
from functools import partial

import pytest

from pledges import services
from pledges.models import Figure, Pledge
from tests.factories import calendars, day, government
from tests.support.at_once import at_once
from tests.workflow import indicator_world as world
from tests.workflow.indicator_world import enter, report, revise
from workflow import audit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_eight_who_enter_one_figure_one_does_and_of_eight_who_revise_it_too():
    at = government()
    gdp = world.add(at)
    entering = [partial(enter, at, gdp, "2020-1-3", f"6.{one}", on="2020-04-20") for one in range(8)]
    assert at_once(entering) == {"done": 1, "WrongState": 7}
    revising = [partial(revise, at, gdp, "2020-1-3", f"5.{one}", on="2020-04-21") for one in range(8)]
    assert at_once(revising) == {"done": 1, "Stale": 7}
    assert sorted(Figure.objects.values_list("revision", flat=True)) == [1, 2]
    assert list(audit.verify()) == []


def test_reports_that_come_in_while_a_figure_is_entered_leave_lights_that_the_facts_say():
    at = government()
    gdp = world.add(at)
    pledges = [world.in_progress(at, gdp) for _one in range(6)]
    acts: list[Callable[[], object]] = [partial(report, at, one, "6.8", on="2020-04-20") for one in pledges]
    ended = at_once([*acts, partial(enter, at, gdp, "2020-1-3", "6.6", on="2020-04-20")])
    assert ended == {"done": 7}
    calendar = calendars.current()
    for pledge in Pledge.objects.with_facts().prefetch_related("programme__periods"):
        assert not services.judge(pledge, calendar=calendar, today=day("2020-04-20"))
        assert (pledge.light, pledge.light_reason) == ("green", "on_track")
