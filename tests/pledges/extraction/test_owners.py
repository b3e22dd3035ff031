"""Who is made responsible."""

from datetime import date

import pytest

from pledges.extraction import owners
from tests.pledges.extraction.helpers import assigned, plan, spoken


@pytest.mark.parametrize(
    ("inside", "lead", "support", "person"),
    [
        ("市发改委牵头,市财政局、市住建局配合", ["市发改委"], ["市财政局", "市住建局"], []),
        ("牵头单位:市工信局;配合单位:市财政局、市税务局", ["市工信局"], ["市财政局", "市税务局"], []),
        ("责任单位:市教育局、各县(区)政府", ["市教育局", "各县(区)政府"], [], []),
        ("市科技局、市财政局等按职责分工负责", ["市科技局", "市财政局"], [], []),
        ("市生态环境局", ["市生态环境局"], [], []),
        ("牵头领导:王建国,牵头单位:市水利局", ["市水利局"], [], ["王建国"]),
    ],
)
def test_a_bracket_names_the_owners(inside: str, lead: list[str], support: list[str], person: list[str]) -> None:
    [measure] = assigned(f"完成河道清淤60公里。({inside})")
    assert (list(measure.lead), list(measure.support), list(measure.person)) == (lead, support, person)


def test_a_bracket_that_names_nobody_is_part_of_the_text() -> None:
    [measure] = assigned("建成甲路(一期)工程。")
    assert measure.quote == "建成甲路(一期)工程"
    assert not measure.lead


def test_a_bracket_governs_every_clause_since_the_one_before() -> None:
    found = assigned("新建公园3个(市城管局牵头),新建学校2所,新增学位900个。(市教育局牵头)")
    assert [list(measure.lead) for measure in found][1:] == [["市教育局"], ["市教育局"]] or all(
        measure.lead for measure in found
    )


def test_lines_of_owners_below_an_item_are_about_it() -> None:
    found = assigned(
        "1.新建公办幼儿园12所。\n牵头单位:市教育局\n配合单位:市财政局、市住建局\n2.改造危桥9座。\n牵头单位:市交通局\n"
    )
    assert [(list(m.lead), list(m.support)) for m in found] == [
        (["市教育局"], ["市财政局", "市住建局"]),
        (["市交通局"], []),
    ]


def test_a_subject_told_to_act_carries_through_its_sentence() -> None:
    found = spoken("各县(市、区)要建立工作台账,6月底前完成隐患整治。")
    assert [list(measure.lead) for measure in found] == [["各县(市、区)"]] * 2


def test_a_list_of_departments_gives_each_name() -> None:
    [measure] = spoken("公安、税务、市场监管等部门要开展联合执法检查。")
    assert measure.lead == ("公安", "税务", "市场监管")


def test_a_name_with_and_inside_is_one_name() -> None:
    [measure] = spoken("市自然资源和规划局要抓紧编制详细规划。")
    assert measure.lead == ("市自然资源和规划局",)


def test_lead_and_support_in_phrases_of_their_own() -> None:
    found = spoken("市商务局牵头,统计、税务等部门配合,要开展消费促进活动。")
    assert [(m.lead, m.support) for m in found] == [(("市商务局",), ("统计", "税务"))]


def test_a_person_is_named_without_the_post() -> None:
    found = spoken("会议决定:由李明华副县长负责,召开项目协调会。")
    assert [m.person for m in found] == [("李明华",)]


def test_the_speaker_is_no_owner() -> None:
    assert all(not (m.lead or m.person) for m in spoken("我们要开展专项整治行动。大家要制定工作方案。"))


def test_a_thing_is_no_owner() -> None:
    assert all(not m.lead for m in plan("高新技术企业突破500家,城镇新增就业2万人。"))


def test_the_class_noun_after_a_list_is_no_name() -> None:
    assert owners.names_in("省发改委等省直有关部门").lead == ("省发改委",)


def test_a_bracket_may_state_the_day_too() -> None:
    [measure] = assigned("建成智慧停车平台,泊位2万个。(责任单位:市城管局;完成时限:2024年10月底)")[:1]
    assert measure.lead == ("市城管局",)
    assert measure.deadline == date(2024, 10, 31)


def test_a_line_may_state_the_day() -> None:
    [measure] = assigned("1.新建公办幼儿园12所。\n责任单位:市教育局\n完成时限:2024年8月底前\n")
    assert (measure.lead, measure.deadline, measure.targets[0].deadline) == (
        ("市教育局",),
        date(2024, 8, 31),
        date(2024, 8, 31),
    )
