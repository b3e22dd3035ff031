"""Kinds, zones and sections."""

import itertools

import pytest

from pledges.extraction import outline
from tests.pledges.extraction.helpers import extract

REPORT = """政府工作报告
各位代表:
现在,我代表县人民政府向大会报告工作,请予审议。
一、2023年工作回顾
过去一年,建成标准厂房20万平方米,新增就业1.1万人。
(一)工业提速。完成技改投资30亿元。
二、2024年工作安排
新建标准厂房30万平方米。
(一)推动产业升级
培育规上企业40家。
各位代表,让我们更加紧密地团结起来,为建设美好家园而努力奋斗!
名词解释
1.规上企业:指年主营业务收入2000万元以上的企业。
"""


def labelled(text: str, kind: str | None = None) -> list[tuple[str, str]]:
    return [(zone.label, text[zone.start : zone.end]) for zone in extract(text, kind=kind).zones]


def test_what_has_been_done_is_no_pledge() -> None:
    assert [measure.quote for measure in extract(REPORT).measures] == ["新建标准厂房30万平方米", "培育规上企业40家"]


def test_zones_partition_the_text() -> None:
    zones = extract(REPORT).zones
    assert zones[0].start == 0
    assert zones[-1].end == len(REPORT)
    assert all(left.end == right.start for left, right in itertools.pairwise(zones))


def test_the_review_the_plan_and_the_close_are_told_apart() -> None:
    text = {
        label: "".join(part for other, part in labelled(REPORT) if other == label)
        for label in ("review", "plan", "other")
    }
    assert "过去一年" in text["review"]
    assert "新建标准厂房" in text["plan"]
    assert "让我们" in text["other"]
    assert "规上企业:指" in text["other"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (REPORT, "report"),
        (
            "重点任务分工\n1.建成甲路。(市住建局牵头)\n2.建成乙桥。(市交通局牵头)\n3.建成丙园。(市城管局负责)\n",
            "assignment",
        ),
        ("县政府第9次常务会议纪要\n会议听取了甲工作汇报。会议要求,要抓紧整改。会议决定,成立专班。\n", "minutes"),
        ("2024年十件民生实事\n1.新建公园3个。\n", "report"),
    ],
)
def test_the_kind_is_guessed_from_the_texts_own_signs(text: str, kind: str) -> None:
    assert outline.guess_kind(text) == kind


def test_a_livelihood_list_is_a_plan() -> None:
    found = extract("2024年十件民生实事\n1.新建公园3个。\n2.改造老旧小区25个\n", kind=None).measures
    assert [measure.quote for measure in found] == ["新建公园3个", "改造老旧小区25个"]


def test_a_notice_of_results_holds_no_pledge() -> None:
    text = (
        "关于2023年上半年经济运行情况的通报\n上半年,全县完成投资82亿元,增长9.1%。\n"
        "一、工业稳步回升。工业增加值增长6.2%。\n二、消费持续恢复。零售总额达到60亿元。\n"
    )
    assert extract(text, kind=None).measures == ()


def test_news_holds_no_pledge() -> None:
    text = "本报讯(记者 王丽)7月15日,文化节在人民广场开幕,吸引市民5000余人。活动期间将举办演出20场。\n"
    assert extract(text, kind=None).measures == ()


def test_description_in_a_speech_is_no_order() -> None:
    text = (
        "在推进会上的讲话\n同志们:\n目前,全县已开工项目45个,完成投资30亿元。各镇要加快工程进度,10月底前完成主体工程。\n"
    )
    assert [measure.quote for measure in extract(text, kind="minutes").measures if measure.trackable] == [
        "加快工程进度",
        "10月底前完成主体工程",
    ]


def test_what_superiors_asked_elsewhere_is_no_order_of_this_meeting() -> None:
    text = "在推进会上的讲话\n省政府召开会议,要求全省完成改造任务5万户。\n"
    assert extract(text, kind="minutes").measures == ()


def test_sections_nest_and_name_their_measures() -> None:
    extraction = extract(REPORT)
    assert {"一、2023年工作回顾", "二、2024年工作安排"} <= {section.title for section in extraction.sections}
    assert [measure.section for measure in extraction.measures] == ["二、2024年工作安排", "（一）推动产业升级"]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024年政府工作报告\n", 2024),
        ("一、2023年工作回顾\n甲。\n二、2024年工作安排\n乙。\n", 2024),
        ("二〇二四年政府工作报告\n", 2024),
        ("没有年份\n", None),
        ("2024年,全市经济社会发展主要预期目标是:到2030年……\n", 2024),
    ],
)
def test_the_plan_year_is_read_from_titles(text: str, year: int | None) -> None:
    assert outline.guess_year(text) == year
