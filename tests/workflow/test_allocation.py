"""分解: what a split makes, who may, what counts, and that nothing is half applied."""

import datetime
from decimal import Decimal

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Party, Pledge, State, Target, TrajectoryPoint
from tests.factories import (
    Government,
    PostFactory,
    TargetFactory,
    UnitFactory,
    actor,
    government,
    perform,
    pledge_in,
)
from workflow import story
from workflow.models import Event, Task

pytestmark = pytest.mark.django_db
MARCH = "2020-03-02"


@pytest.fixture
def at() -> Government:
    return government()


def split(at, pledge, post=None, on=MARCH, **shares):
    """``split(at, pledge, water="100", county="255")``."""
    typed = {str(getattr(at, name).pk): amount for name, amount in shares.items()}
    return perform("allocate", pledge, post or at.coordinator, at=on, shares=typed)


def shares_of(pledge):
    return list(Pledge.objects.filter(parent=pledge).order_by("pk"))


def amounts(pledge):
    return {share.number: share.targets.get().value for share in shares_of(pledge)}


def everything():
    return [
        list(kind.objects.order_by("pk").values()) for kind in (Pledge, Target, Party, Event, Task, TrajectoryPoint)
    ]


# What it makes


def test_each_unit_gets_a_share_that_is_assigned_to_it(at):
    parent = pledge_in("in_progress", at, title="完成355个行政村的管网改造", leader=at.leader, tags=["民生实事"])
    after = split(at, parent, water="100", county="255")
    assert after.state == State.IN_PROGRESS
    assert after.version == parent.version + 1
    first, second = shares_of(parent)
    assert (first.number, second.number) == ("2020-001-01", "2020-001-02")
    assert first.title == "完成355个行政村的管网改造(分解 100个)"
    assert (first.programme, first.lead_unit, first.leader) == (parent.programme, at.water, at.leader)
    assert (first.state, first.basis, first.tags) == (State.ASSIGNED, "分解自 2020-001", ["民生实事"])
    assert (first.due_date, first.original_due_date) == (parent.due_date, parent.due_date)
    assert first.assigned_date == datetime.date(2020, 3, 2)
    target = first.targets.get()
    assert (target.value, target.unit, target.scale, target.comparator) == (Decimal(100), "个", 1, "eq")
    assert second.targets.get().value == Decimal(255)
    assert first.light == "grey"


def test_the_unit_signs_and_the_allocating_unit_sees_it(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100", county="255")
    first, second = shares_of(parent)
    open_tasks = {(task.kind, task.pledge_id): task.post for task in Task.objects.open().filter(pledge__parent=parent)}
    assert open_tasks == {("sign", first.pk): at.water_coordinator, ("sign", second.pk): at.county_coordinator}
    assert set(first.parties.values_list("unit", "part")) == {(at.water.pk, "lead"), (at.housing.pk, "allocator")}
    for post in (at.coordinator, at.head):
        assert set(Pledge.objects.visible_to(actor(post))) == {parent, first, second}
    assert set(Pledge.objects.visible_to(actor(at.water_coordinator))) == {first}


def test_the_allocating_unit_may_take_a_share_itself(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, housing="355")
    (own,) = shares_of(parent)
    assert list(own.parties.values_list("unit", "part")) == [(at.housing.pk, "lead")]


def test_the_record_tells_the_split_and_each_share(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    assert story.of_pledge(parent)[-1].act == "分解任务"
    (share,) = shares_of(parent)
    assert [line.act for line in story.of_pledge(share)] == ["立项", "交办(待交办 → 待签收)"]
    event = Event.objects.get(stream__name=f"pledge:{parent.pk}", action="allocate")
    assert f'"shares":{{"{at.water.pk}":"100"}}' in event.payload.text


def test_numbers_go_on_after_the_highest_ever_given(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100", county="100")
    Pledge.objects.filter(number="2020-001-02").update(state=State.WITHDRAWN)
    split(at, parent, county="50", county_housing="60")
    assert amounts(parent) == {
        "2020-001-01": Decimal(100),
        "2020-001-02": Decimal(100),
        "2020-001-03": Decimal(50),
        "2020-001-04": Decimal(60),
    }
    Pledge.objects.filter(number="2020-001-04").update(number="2020-001-99")
    bureau = UnitFactory(parent=at.city)
    PostFactory(unit=bureau)
    perform("allocate", parent, at.coordinator, at=MARCH, shares={str(bureau.pk): "1"})
    assert shares_of(parent)[-1].number == "2020-001-100"


def test_shares_are_typed_and_kept_in_the_target_s_unit(at):
    parent = pledge_in("in_progress", at, target=None)
    TargetFactory(pledge=parent, value=Decimal(75000), unit="户", scale=10000, comparator="ge", quote="7.5万户")
    split(at, parent, water="2.5", county="5")
    first, second = shares_of(parent)
    assert [share.targets.get().value for share in (first, second)] == [Decimal(25000), Decimal(50000)]
    assert first.targets.get().comparator == "ge"
    assert first.title.endswith("(分解 2.5万户)")


def test_a_share_has_its_part_of_the_planned_course(at):
    parent = pledge_in("in_progress", at)
    for day, value in (("2020-06-30", 100), ("2020-12-15", 355)):
        TrajectoryPoint.objects.create(target=parent.targets.get(), day=day, value=value)
    split(at, parent, water="71")
    (share,) = shares_of(parent)
    points = [(point.day.isoformat(), point.value) for point in share.targets.get().trajectory.all()]
    assert points == [("2020-06-30", Decimal(20)), ("2020-12-15", Decimal(71))]


def test_of_several_targets_one_is_split(at):
    parent = pledge_in("in_progress", at)
    people = TargetFactory(pledge=parent, value=Decimal(500), unit="人")
    with pytest.raises(BadInput) as refused:
        split(at, parent, water="100")
    assert set(refused.value.fields) == {"target"}
    typed = {str(at.water.pk): "100"}
    perform("allocate", parent, at.coordinator, at=MARCH, target=str(people.pk), shares=typed)
    (share,) = shares_of(parent)
    assert share.targets.get().unit == "人"
    villages = parent.targets.get(unit="个")
    typed = {str(at.county.pk): "100"}
    with pytest.raises(BadInput) as refused:
        perform("allocate", parent, at.coordinator, at=MARCH, target=str(villages.pk), shares=typed)
    assert "只分解一个目标" in str(refused.value.fields["target"])
    split(at, parent, county="400")
    assert {share.targets.get().unit for share in shares_of(parent)} == {"人"}


# Who, and when


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("coordinator", None),
        ("head", None),
        ("supervisor", None),
        ("director", None),
        ("leader", Forbidden),
        ("auditor", Forbidden),
        ("water_coordinator", Forbidden),
        ("water_head", Forbidden),
        ("county_coordinator", Invisible),
        ("statistician", Invisible),
        ("system_admin", Invisible),
        ("security_admin", Invisible),
    ],
)
def test_who_may_split(at, who, error):
    parent = pledge_in("in_progress", at, support=(at.water,))
    if error is None:
        split(at, parent, getattr(at, who), county="100")
        assert amounts(parent) == {"2020-001-01": Decimal(100)}
    else:
        with pytest.raises(error):
            split(at, parent, getattr(at, who), county="100")
        assert shares_of(parent) == []


@pytest.mark.parametrize("state", ["draft", "assigned", "claimed", "closed"])
def test_only_a_pledge_in_progress_is_split(at, state):
    with pytest.raises(WrongState):
        split(at, pledge_in(state, at, reported=True), at.director, water="100")


def test_a_share_is_not_split_again(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    (share,) = shares_of(parent)
    perform("sign", share, at.water_coordinator, at=MARCH, person="李强")
    with pytest.raises(WrongState, match="分解任务不能再次分解"):
        split(at, share, at.water_coordinator, county="50")


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity_kind": "share", "unit": "%"},
        {"comparator": "range", "value_max": Decimal(400)},
        {"baseline": Decimal(100)},
        {"value": Decimal(0)},
    ],
)
def test_what_does_not_sum_is_not_split(at, fields):
    parent = pledge_in("in_progress", at)
    Target.objects.filter(pledge=parent).update(**fields)
    with pytest.raises(WrongState, match="只有量化任务的数量目标可以分解"):
        split(at, parent, water="100")


def test_a_stale_page_splits_nothing(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    with pytest.raises(Stale):
        perform("allocate", parent, at.coordinator, at=MARCH, version=parent.version, shares={str(at.county.pk): "1"})
    assert len(shares_of(parent)) == 1


# Nothing half applied


def test_every_fault_is_named_and_nothing_is_made(at):
    parent = pledge_in("in_progress", at)
    empty = UnitFactory(parent=at.city)
    before = everything()
    typed = {str(at.water.pk): "一百", str(at.county.pk): "0", str(empty.pk): "5", "999999": "7"}
    typed |= {str(at.county_housing.pk): "355", str(at.housing.pk): "-3"}
    with pytest.raises(BadInput) as refused:
        perform("allocate", parent, at.coordinator, at=MARCH, shares=typed)
    assert set(refused.value.fields) == {
        f"shares.{at.water.pk}",
        f"shares.{at.county.pk}",
        f"shares.{empty.pk}",
        "shares.999999",
        f"shares.{at.housing.pk}",
    }
    assert everything() == before


@pytest.mark.parametrize("shares", [{}, {"water": ""}, "water 100", ["water"], {"x": "1"}])
def test_an_empty_or_shapeless_split_is_refused(at, shares):
    parent = pledge_in("in_progress", at)
    typed = {str(at.water.pk): shares["water"]} if isinstance(shares, dict) and "water" in shares else shares
    with pytest.raises(BadInput):
        perform("allocate", parent, at.coordinator, at=MARCH, shares=typed)
    assert shares_of(parent) == []


# Changing it later


@pytest.mark.postgres
def test_shares_change_and_new_ones_join(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100", county="255")
    first, second = shares_of(parent)
    perform(
        "allocate",
        parent,
        at.head,
        at="2020-04-01",
        children={str(first.pk): "90", str(second.pk): "255"},
        shares={str(at.county_housing.pk): "10"},
    )
    assert amounts(parent) == {"2020-001-01": Decimal(90), "2020-001-02": Decimal(255), "2020-001-03": Decimal(10)}
    changed = Pledge.objects.get(pk=first.pk)
    assert changed.version == first.version + 1
    assert changed.title.endswith("(分解 90个)")
    told = story.of_pledge(changed)[-1]
    assert (told.act, told.words) == ("调整分解数", "100个 → 90个")
    assert Pledge.objects.get(pk=second.pk).version == second.version
    assert not Event.objects.filter(stream__name=f"pledge:{second.pk}", action="change_share").exists()


def test_a_title_that_somebody_gave_stays(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    (share,) = shares_of(parent)
    Pledge.objects.filter(pk=share.pk).update(title="水务局承担的管网改造")
    perform("allocate", parent, at.coordinator, at=MARCH, children={str(share.pk): "90"})
    assert shares_of(parent)[0].title == "水务局承担的管网改造"


@pytest.mark.parametrize("typed", ["0", ""])
def test_a_share_is_not_taken_back_here(at, typed):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100", county="255")
    first, second = shares_of(parent)
    before = everything()
    with pytest.raises(BadInput) as refused:
        perform("allocate", parent, at.coordinator, at=MARCH, children={str(first.pk): typed, str(second.pk): "200"})
    assert "撤销申请" in str(refused.value.fields[f"children.{first.pk}"])
    assert everything() == before


def test_a_unit_has_one_share_and_a_closed_one_is_fixed(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, water="100")
    (share,) = shares_of(parent)
    with pytest.raises(BadInput) as refused:
        split(at, parent, water="50")
    assert "2020-001-01" in str(refused.value.fields[f"shares.{at.water.pk}"])
    Pledge.objects.filter(pk=share.pk).update(state=State.CLAIMED)
    with pytest.raises(BadInput) as refused:
        perform("allocate", parent, at.coordinator, at=MARCH, children={str(share.pk): "50"})
    assert "待核验" in str(refused.value.fields[f"children.{share.pk}"])
    other = pledge_in("in_progress", at)
    with pytest.raises(BadInput):
        perform("allocate", other, at.coordinator, at=MARCH, children={str(share.pk): "50"})


def test_the_allocating_unit_still_sees_a_share_of_its_own_that_another_took_over(at):
    parent = pledge_in("in_progress", at)
    split(at, parent, housing="100")
    (share,) = shares_of(parent)
    perform("change_lead", share, at.director, at=MARCH, lead_unit=at.water.pk, basis="机构职能调整")
    assert share in Pledge.objects.visible_to(actor(at.coordinator))
