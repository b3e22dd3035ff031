"""Trackable or not, form, firmness."""

import pytest

from tests.pledges.extraction.helpers import extract, plan


@pytest.mark.parametrize(
    "text",
    [
        "坚持稳中求进工作总基调。",
        "牢固树立以人民为中心的发展思想。",
        "大力弘扬工匠精神。",
        "不断提升群众获得感。",
        "进一步增强发展动力。",
        "营造良好营商环境。",
        "自觉接受人大监督。",
        "大力发展实体经济。",
        "持续提高行政效率。",
    ],
)
def test_attitude_and_degree_are_not_trackable(text: str) -> None:
    assert [(m.trackable, m.form) for m in plan(text)] == [(False, "principle")]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("建成市民文化中心。", "milestone"),
        ("启动轨道交通一期工程。", "milestone"),
        ("出台人才公寓管理办法。", "milestone"),
        ("成立数据集团。", "milestone"),
        ("实现行政村光纤全覆盖。", "milestone"),
        ("确保水源地保护区整治通过验收。", "milestone"),
        ("开展根治欠薪专项行动。", "ongoing"),
        ("严厉打击电信网络诈骗。", "ongoing"),
        ("推进老旧管网改造。", "ongoing"),
        ("实施乡村教师支持计划。", "ongoing"),
        ("新建社区驿站20个。", "quantified"),
        ("力争技改投资增长12%。", "quantified"),
    ],
)
def test_a_deliverable_is_trackable_and_has_its_form(text: str, form: str) -> None:
    assert [(m.trackable, m.form) for m in plan(text)] == [(True, form)]


@pytest.mark.parametrize(
    ("text", "firmness"),
    [
        ("完成灌区配套改造工程。", "firm"),
        ("确保新机场航站楼建成。", "firm"),
        ("坚决完成减排任务。", "firm"),
        ("全面落实河长制。", "firm"),
        ("开展安全大检查。", "firm"),
        ("力争创成国家森林城市。", "aim"),
        ("争取国家级平台落户。", "aim"),
        ("努力建成智慧水务平台。", "aim"),
        ("推进综合管廊建设。", "process"),
        ("加快物流园区建设。", "process"),
        ("支持企业技术改造。", "process"),
        ("探索建立容缺受理机制。", "process"),
        ("深化国企改革。", "process"),
        ("启动城市更新项目。", "process"),
    ],
)
def test_firmness_comes_from_the_modal_and_the_verb(text: str, firmness: str) -> None:
    assert [m.firmness for m in plan(text)] == [firmness]


def test_figures_under_expected_targets_are_aims() -> None:
    found = plan("主要预期目标是:地区生产总值增长6%左右,居民收入增长7%。")
    assert [m.firmness for m in found] == ["aim", "aim"]


def test_a_governing_modal_reaches_the_states_after_it() -> None:
    found = plan("力争污水管网改造全面完成,黑臭水体基本消除。")
    assert [m.firmness for m in found] == ["aim", "aim"]


def test_doubts_say_what_to_look_at() -> None:
    [measure] = plan("打造一批特色街区。")
    assert "vague_number" in measure.doubts


def test_nothing_is_found_in_an_empty_text() -> None:
    assert extract("").measures == ()
