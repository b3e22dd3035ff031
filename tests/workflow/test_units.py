"""Units: renamed with their former name kept as an alias, closed when nothing waits for them, opened again."""

from typing import Any

import pytest

from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Post, Unit
from tests.factories import Government, UnitFactory, actor, government, moment, pledge_in
from workflow import story, units
from workflow.models import Event, Task

NOW = moment("2020-03-10")


@pytest.fixture
def at(db: None) -> Government:
    return government()


def change(at: Government, unit: Unit, by: Post | None = None, **given: Any) -> Unit:
    names = {"name": unit.name, "name_en": unit.name_en, "aliases": unit.aliases, **given}
    return units.change(unit.pk, actor=actor(by or at.system_admin), at=NOW, **names)


def close(at: Government, unit: Unit, by: Post | None = None) -> Unit:
    return units.close(unit.pk, actor=actor(by or at.system_admin), at=NOW)


def test_a_renamed_unit_keeps_its_former_name_as_an_alias(at: Government) -> None:
    change(
        at, at.housing, name="住房和城乡建设局", name_en="Housing Bureau", aliases=["住建局", " 建设局 ", "住建局", ""]
    )
    unit = Unit.objects.get(pk=at.housing.pk)
    assert (unit.name, unit.name_en, unit.aliases) == (
        "住房和城乡建设局",
        "Housing Bureau",
        ["住建局", "建设局", "住房城乡建设局"],
    )
    line = story.told(Event.objects.filter(stream__name="organisation"))[0]
    assert (line.act, line.changes, line.settings) == (
        "修改单位",
        ("名称 住房城乡建设局 → 住房和城乡建设局", "别名 住建局 → 住建局、建设局、住房城乡建设局"),
        ("英文名称:Housing Bureau",),
    )


def test_an_old_name_taken_again_is_no_alias_of_itself(at: Government) -> None:
    change(at, at.housing, name="建设局")
    unit = change(at, Unit.objects.get(pk=at.housing.pk), name="住房城乡建设局")
    assert unit.aliases == ["住建局", "建设局"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"name": " "}, "name"),
    ({"name": "局" * 101}, "name"),
    ({"name": "水务局"}, "name"),
    ({"name_en": "x" * 161}, "name_en"),
    ({"aliases": ["名" * 51]}, "aliases"),
    ({"aliases": [f"别名{n}" for n in range(21)]}, "aliases"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_names_that_do_not_fit_are_refused(at: Government, given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        change(at, at.housing, **given)
    assert list(refusal.value.fields) == [field]
    assert Unit.objects.get(pk=at.housing.pk).name == "住房城乡建设局"
    assert not Event.objects.exists()


def test_a_unit_that_nothing_waits_for_is_closed_and_opened_again(at: Government) -> None:
    close(at, at.water)
    assert not Unit.objects.get(pk=at.water.pk).is_active
    with pytest.raises(WrongState):
        close(at, at.water)
    units.reopen(at.water.pk, actor=actor(at.system_admin), at=NOW)
    assert Unit.objects.get(pk=at.water.pk).is_active
    with pytest.raises(WrongState):
        units.reopen(at.water.pk, actor=actor(at.system_admin), at=NOW)
    events = Event.objects.order_by("pk").values_list("stream__name", "action", "user")
    admin = at.system_admin.holder
    assert admin is not None
    assert list(events) == [("organisation", "close_unit", admin.pk), ("organisation", "open_unit", admin.pk)]


def refusal_of(at: Government, unit: Unit) -> str:
    with pytest.raises(BadInput) as refusal:
        close(at, unit)
    assert Unit.objects.get(pk=unit.pk).is_active
    return str(refusal.value.fields[""])


def test_a_unit_that_leads_open_pledges_or_has_tasks_stays(at: Government) -> None:
    pledge_in("in_progress", at)
    assert refusal_of(at, at.housing) == "它牵头的 1 项还没有办结,请先调整牵头单位。 它还有 1 件待办没有办完。"
    Task.objects.create(
        kind=Task.Kind.SIGN_LIST, programme=at.programme, post=at.water_head, due_date=NOW.date(), opened_at=NOW
    )
    assert refusal_of(at, at.water) == "它还有 1 件待办没有办完。"


def test_closed_pledges_keep_no_unit_open(at: Government) -> None:
    pledge_in("closed", at)
    Task.objects.update(closed_at=NOW)
    assert not close(at, at.housing).is_active


def test_what_others_need_stays(at: Government) -> None:
    assert refusal_of(at, at.county) == "它还有 1 个下级单位,请先停用。"
    assert refusal_of(at, at.office) == "这是本级唯一的督查室,停用后任务无人交办和核验。"
    assert refusal_of(at, at.city).endswith("它是最上级的单位,不能停用。")
    close(at, at.county_housing)
    close(at, at.county)
    with pytest.raises(BadInput, match="上级单位已经停用"):
        units.reopen(at.county_housing.pk, actor=actor(at.system_admin), at=NOW)


@pytest.mark.parametrize(
    "role", ["director", "supervisor", "leader", "auditor", "security_admin", "coordinator", "head"]
)
def test_the_system_administrator_alone_changes_units(at: Government, role: str) -> None:
    for attempt in (lambda by: change(at, at.water, by, name="水利局"), lambda by: close(at, at.water, by)):
        with pytest.raises(Forbidden):
            attempt(at.posts[role])
    with pytest.raises(Forbidden):
        units.reopen(at.water.pk, actor=actor(at.posts[role]), at=NOW)


def test_another_city_s_units_are_not_there(at: Government) -> None:
    other = UnitFactory(parent=government().city)
    for attempt in (lambda: change(at, other, name="水利局"), lambda: close(at, other)):
        with pytest.raises(Invisible):
            attempt()
