"""A pledge's history, told in sentences."""

import pytest

from tests.factories import Government, actor, government, payload_for, perform, pledge_in
from workflow import audit, story
from workflow.models import EventPayload


@pytest.fixture
def at(db: None) -> Government:
    return government()


def test_a_life_told_in_sentences(at: Government) -> None:
    pledge = pledge_in("closed", at, reported=True)
    director = f"{at.director.holder}(督查室主任)"
    coordinator = f"{at.coordinator.holder}(住房城乡建设局联络员)"
    supervisor = f"{at.supervisor.holder}(督查室督查一科)"
    head = f"{at.head.holder}(住房城乡建设局局长)"
    assert [line.text for line in story.of_pledge(pledge)] == [
        f"{supervisor} 立项:{pledge.title}",
        f"{director} 交办(待交办 → 待签收):市政府督〔2020〕1号",
        f"{coordinator} 签收(待签收 → 推进中)",
        f"{coordinator} 填报:管网已铺到村口",
        f"{head} 审签",
        f"{head} 申请销号(推进中 → 待核验):其余村并入明年工程",
        f"{supervisor} 拟核验意见:抽查十个村均已通水",
        f"{director} 核验通过(待核验 → 已销号):抽查十个村均已通水",
    ]
    assert [line.version for line in story.of_pledge(pledge)] == [1, 2, 3, 3, 3, 4, 5, 6]


def test_a_deputy_and_the_post_are_both_named(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    deputy = actor(at.coordinator, deputy=at.water_coordinator)
    perform("report", pledge, deputy, at="2020-03-20", **payload_for("report", at, pledge))
    line = story.of_pledge(pledge)[-1]
    assert line.who == f"{at.water_coordinator.holder}(代住房城乡建设局联络员)"


def test_the_system_is_named_as_such(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("open_window", pledge, at="2020-06-25")
    assert story.of_pledge(pledge)[-1].text == "自动 开始填报"


def test_an_event_whose_words_were_erased_is_still_told(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    audit.drop_triggers()
    EventPayload.objects.filter(event__stream__name=f"pledge:{pledge.pk}", event__sequence=3).delete()
    audit.install_triggers()
    assert story.of_pledge(pledge)[-1].text == f"{at.coordinator.holder}(住房城乡建设局联络员) 签收:已清除"


def test_telling_asks_two_questions_however_long_the_history(
    at: Government, django_assert_num_queries: "type[object]"
) -> None:
    pledge = pledge_in("closed", at, reported=True)
    with django_assert_num_queries(2):  # type: ignore[operator]  # the events, and the units that they name
        assert len(story.of_pledge(pledge)) == 8


def test_the_old_and_the_new_of_a_change_are_told_in_names(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("change_lead", pledge, at.director, at="2020-04-01", lead_unit=at.water.pk, basis="机构职能调整")
    perform("tag", pledge, at.director, at="2020-04-02", add=["民生实事"])
    perform("tag", pledge, at.director, at="2020-04-03", add=["重点项目"], remove=["民生实事"])
    director = f"{at.director.holder}(督查室主任)"
    lines = story.of_pledge(pledge)
    assert [line.text for line in lines[-3:]] == [
        f"{director} 调整牵头单位:牵头单位 住房城乡建设局 → 水务局;机构职能调整",
        f"{director} 加减标签",
        f"{director} 加减标签:标签 民生实事 → 重点项目",
    ]
    assert lines[-2].settings == ("标签:民生实事",)
    assert lines[1].settings == ("牵头单位:住房城乡建设局", "完成时限:2020-12-15")


def test_a_value_whose_row_is_gone_is_told_as_its_number(db: None) -> None:
    names = story.Names.of([{"before": {"lead_unit": 77}, "after": {"lead_unit": None}}])
    assert names.told("unit", 77) == "77"
