"""Where a target's numbers come from: named by the office while the pledge is a draft, and only what fits."""

import pytest
from django.db import IntegrityError, transaction

from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Pledge, Target
from tests.factories import actor, government, moment, pledge_in
from tests.workflow import indicator_world as world
from workflow import story, target_sources

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def at():
    return government()


@pytest.fixture
def gdp(at):
    return world.add(at)


def name(at, pledge, by=None, *, version=-1, **payload):
    row = Pledge.objects.get(pk=pledge.pk)
    payload = {"target": row.targets.get().pk, **payload}
    seen = row.version if version == -1 else version
    return target_sources.name(
        pledge.pk, actor=actor(by or at.supervisor), version=seen, payload=payload, at=moment("2020-02-02")
    )


def test_an_indicator_a_department_and_the_unit_again(at, gdp):
    pledge = world.draft(at)
    world.name(at, pledge, gdp)
    target = pledge.targets.get()
    assert (target.source, target.indicator, target.uses) == ("indicator", gdp, "year_on_year")
    name(at, pledge, source="department", source_unit=at.water.pk)
    target = pledge.targets.get()
    assert (target.source, target.indicator, target.source_unit, target.uses) == ("department", None, at.water, "")
    name(at, pledge, source="unit")
    target = pledge.targets.get()
    assert (target.source, target.source_unit) == ("unit", None)
    told = [line.text for line in story.of_pledge(pledge) if "数据来源" in line.act]
    assert told[0].endswith("指定数据来源:增速:地区生产总值")
    assert [line.split(":")[-1] for line in told[1:]] == ["水务局", "牵头单位填报"]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"source": "indicator", "uses": "year_on_year"}, "indicator"),
        ({"source": "indicator", "indicator": 0, "uses": "year_on_year"}, "indicator"),
        ({"source": "department"}, "source_unit"),
        ({"source": "rumour"}, "source"),
        ({"source": "unit", "target": 0}, "target"),
    ],
)
def test_what_does_not_name_a_source_is_refused_by_field(at, gdp, payload, field):
    pledge = world.draft(at)
    with pytest.raises(BadInput) as refused:
        name(at, pledge, **payload)
    assert list(refused.value.fields) == [field]
    assert pledge.targets.get().source == "unit"


def test_only_a_number_of_the_target_s_kind_and_unit_measures_it(at, gdp):
    growth = world.draft(at)
    for uses in ("value", ""):
        with pytest.raises(BadInput) as refused:
            world.name(at, growth, gdp, uses=uses)
        assert list(refused.value.fields) == ["uses"]
    amount = world.draft(at, goal="32000000000", unit="元", quantity_kind="amount")
    with pytest.raises(BadInput):
        world.name(at, amount, gdp)
    world.name(at, amount, gdp, uses="value")
    assert target_sources.offered(growth, growth.targets.get()) == [gdp]
    assert target_sources.offered(growth, world.draft(at, unit="个").targets.get()) == []


def test_another_government_s_indicator_is_none(at):
    other = world.add(government())
    with pytest.raises(BadInput) as refused:
        world.name(at, world.draft(at), other)
    assert list(refused.value.fields) == ["indicator"]


def test_who_and_when(at, gdp):
    pledge = world.draft(at)
    with pytest.raises(Forbidden):
        name(at, pledge, at.auditor, source="unit")
    with pytest.raises(Stale):
        name(at, pledge, source="unit", version=0)
    with pytest.raises(WrongState):
        name(at, pledge_in("assigned", at), source="unit")


def test_the_database_keeps_source_and_indicator_together(at, gdp):
    target = world.draft(at).targets.get()
    for fields in (
        {"source": "indicator"},
        {"source": "unit", "indicator": gdp},
        {"source": "indicator", "indicator": gdp, "uses": ""},
        {"source": "department"},
    ):
        with pytest.raises(IntegrityError, match="target_names_its_source"), transaction.atomic():
            Target.objects.filter(pk=target.pk).update(**fields)
