"""Turns of the genre: who is charged, which words are topics, what a meeting decides, how far a time reaches."""

from datetime import date

import pytest

from pledges.extraction import owners
from tests.pledges.extraction.helpers import assigned, extract, plan, spoken

MEETING = "县政府专题会议纪要\n2024年4月9日，县长主持召开专题会议。\n会议议定：\n"


def decided(text: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(m.quote, m.lead, m.support) for m in spoken(MEETING + text)]


def test_a_body_is_charged_by_the_day_after_its_name() -> None:
    assert decided("1.县水务局5月底前完成闸门检修，县财政局6月10日前拨付补助资金。\n") == [
        ("5月底前完成闸门检修", ("县水务局",), ()),
        ("6月10日前拨付补助资金", ("县财政局",), ()),
    ]


def test_who_acts_together_with_another_leads_and_the_other_supports() -> None:
    assert decided("1.县教育局会同县卫健局在8月底前完成校医配备。\n") == [
        ("在8月底前完成校医配备", ("县教育局",), ("县卫健局",))
    ]


def test_a_body_that_starts_at_a_moment_is_charged_with_what_follows() -> None:
    [measure] = spoken("各镇要抓紧行动。县督查室从下周开始，开展实地督查。")[-1:]
    assert (measure.quote, measure.lead) == ("开展实地督查", ("县督查室",))


def test_a_name_is_not_cut_where_a_verb_stands_inside_it() -> None:
    assert decided("1.由县政府督查室在11月5日前提出问责建议。\n")[0][1] == ("县政府督查室",)


def test_the_next_item_of_a_list_has_its_own_owner() -> None:
    found = decided("1.县林业局要修复苗圃；（二）10月底前完成林区道路硬化。\n")
    assert [lead for _, lead, _ in found] == [("县林业局",), ()]


def test_lines_may_say_that_the_first_body_leads() -> None:
    head = "重点任务分工\n责任单位中列第一位的为牵头单位。\n"
    found = assigned(head + "1.改造危桥5座。\n责任单位：县交通局、县财政局、各乡镇政府\n")
    assert [(m.lead, m.support) for m in found] == [(("县交通局",), ("县财政局", "各乡镇政府"))]


@pytest.mark.parametrize(
    ("inside", "lead", "support"),
    [
        ("县住建局、县财政局，列第一位的为牵头单位，下同", ("县住建局",), ("县财政局",)),
        ("牵头单位：县民政局；责任单位：县残联、县红十字会", ("县民政局",), ("县残联", "县红十字会")),
        ("责任单位：县民政局、县残联", ("县民政局", "县残联"), ()),
        ("县公安局、县交通局按职责分工负责", ("县公安局", "县交通局"), ()),
        ("县文旅局牵头，各乡镇人民政府配合", ("县文旅局",), ("各乡镇人民政府",)),
    ],
)
def test_a_bracket_gives_each_body_its_part(inside: str, lead: tuple[str, ...], support: tuple[str, ...]) -> None:
    found = owners.bracket(inside)
    assert (found.lead, found.support) == (lead, support)


def test_a_bracket_is_about_what_stands_before_it() -> None:
    found = plan("建成粮食仓储中心（县发改局牵头），改造老旧市场3个。")
    assert [(m.quote, m.lead) for m in found] == [("建成粮食仓储中心", ("县发改局",)), ("改造老旧市场3个", ())]


def test_one_who_guides_supports() -> None:
    found = plan("8月底前建成县级示范牧场，由石渠乡政府负总责，县畜牧局加强指导。")
    assert found[0].lead == ("石渠乡政府",)


def test_a_work_that_reaches_a_state_is_no_body_told_to_act() -> None:
    [measure] = plan("县中医院综合楼投入使用。")
    assert (measure.quote, measure.lead) == ("县中医院综合楼投入使用", ())


@pytest.mark.parametrize(
    "text",
    [
        "现在，我受县人民政府委托，向大会作工作报告，请各位代表审议，并请政协委员提出宝贵意见。",
        "请各单位认真抓好落实。",
        "为推动全县旅游发展，结合实际，制定如下措施。",
        "让我们锐意进取，为建设美好家园而团结奋斗！",
    ],
)
def test_formulas_are_no_pledges(text: str) -> None:
    assert plan(text + "\n") == []


def test_the_topic_of_a_numbered_item_is_its_heading() -> None:
    extraction = extract("2024年民生实事\n1.方便群众就医。新建村卫生室12所，配齐急救设备。\n")
    assert [(m.quote, m.section) for m in extraction.measures] == [
        ("新建村卫生室12所", "1.方便群众就医"),
        ("配齐急救设备", "1.方便群众就医"),
    ]


def test_an_item_with_a_figure_or_a_day_is_no_heading() -> None:
    found = assigned("（一）培育规上企业8家。（县工信局牵头）\n（二）6月底前开通公交专线。（县交通局牵头）\n")
    assert [m.quote for m in found] == ["培育规上企业8家", "6月底前开通公交专线"]


def test_a_time_without_a_verb_of_its_list_opens_a_clause() -> None:
    assert [m.quote for m in plan("改造配电台区40个，12月底前投运河东变电站。")] == [
        "改造配电台区40个",
        "12月底前投运河东变电站",
    ]


def test_a_quarter_keeps_its_number() -> None:
    [measure] = plan("第四季度启动秋冬季攻坚行动。")
    assert (measure.quote, measure.deadline) == ("第四季度启动秋冬季攻坚行动", date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("县城管局要在本月底前拿出整治方案。", date(2024, 4, 30)),
        ("县城管局要在下月底前拿出整治方案。", date(2024, 5, 31)),
        ("县城管局要在本季度末前拿出整治方案。", date(2024, 6, 30)),
        ("县城管局要在年内拿出整治方案。", date(2024, 12, 31)),
    ],
)
def test_this_month_is_the_meetings(text: str, day: date) -> None:
    assert [m.deadline for m in spoken(MEETING + text + "\n")] == [day]


def test_this_month_is_no_day_where_no_date_is_given() -> None:
    assert [m.deadline for m in spoken("县城管局要在本月底前拿出整治方案。")] == [None]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("年内颁布实施《户外广告管理办法》。", "milestone"),
        ("出台促进民宿发展的若干政策。", "milestone"),
        ("建立惠企政策直达制度。", "milestone"),
        ("每季度举办一次企业家座谈。", "ongoing"),
        ("打造“青溪米酒”区域品牌。", "milestone"),
        ("公务接待费用只减不增。", "ongoing"),
        ("报县委常委会会议审定。", "milestone"),
        ("打好城市排涝攻坚战。", "ongoing"),
        ("居民收入增长与经济增长同步。", "milestone"),
    ],
)
def test_what_can_be_shown_is_trackable(text: str, form: str) -> None:
    assert [(m.trackable, m.form) for m in plan(text)] == [(True, form)]


def test_the_title_is_clean_and_the_quote_as_written() -> None:
    text = "二、2024年工作安排\n  擴(kuò)建 節(jié)水設(shè)施１ ２００畝以上。"
    [measure] = extract(text).measures
    assert measure.title == "扩建节水设施1200亩以上"
    assert measure.quote == text[measure.start : measure.end] == "擴(kuò)建 節(jié)水設(shè)施１ ２００畝以上"


def test_orders_of_a_leader_in_the_news_are_an_assignment() -> None:
    text = "本报讯（记者 林晓）5月3日，县长到水厂调研，察看了泵房。他强调，要加快备用水源建设，6月底前完成应急演练。\n"
    found = extract(text, kind=None).measures
    assert [m.quote for m in found] == ["加快备用水源建设", "6月底前完成应急演练"]


def test_owners_may_stand_on_the_items_own_line() -> None:
    text = (
        "（1）完成招商引资40亿元，同比增长12%以上。　　责任领导：祝云帆　　牵头单位：县商务局　　配合单位：县统计局\n"
    )
    assert [(m.quote, m.lead, m.support, m.person) for m in assigned("任务分解\n" + text)] == [
        ("完成招商引资40亿元", ("县商务局",), ("县统计局",), ("祝云帆",)),
        ("同比增长12%以上", ("县商务局",), ("县统计局",), ("祝云帆",)),
    ]


def test_an_article_is_no_heading() -> None:
    found = assigned("第一条 建立会商机制，每月25日前报送台账。\n")
    assert [m.quote for m in found] == ["建立会商机制", "每月25日前报送台账"]


def test_the_plans_own_year_ends_the_reach_of_a_later_one() -> None:
    found = plan("到2030年，森林覆盖率达到40%。2024年，新增造林3万亩。")
    assert [m.deadline for m in found] == [date(2030, 12, 31), None]


def test_a_field_of_work_before_a_comma_is_no_pledge() -> None:
    assert [m.quote for m in plan("——教育方面，新增学位900个；\n——医疗方面，新建急救站3个；\n")] == [
        "新增学位900个",
        "新建急救站3个",
    ]


def test_two_states_in_a_row_are_two_pledges() -> None:
    assert [m.quote for m in plan("服务业占比提高到48%，贫困村全部退出，轻轨首开段试运营。")] == [
        "服务业占比提高到48%",
        "贫困村全部退出",
        "轻轨首开段试运营",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "积极采取有效措施",
        "主动创造有利条件",
        "突出工作重点",
        "用好用活惠企政策",
        "加强工作调度",
        "及时掌握项目进展",
        "研究解决实际困难",
        "确保各项任务落到实处",
        "把这件事抓细抓实",
        "紧盯关键环节",
        "打通服务群众“最后一公里”",
    ],
)
def test_what_any_speech_tells_everybody_is_no_pledge(text: str) -> None:
    assert [m for m in spoken(f"各镇要{text}。") if m.trackable] == []


@pytest.mark.parametrize("text", ["采取限行措施", "加强水库巡查", "解决东岭村用水困难问题", "化解小区办证难题"])
def test_a_formula_with_a_matter_of_its_own_is_one(text: str) -> None:
    assert [m.quote for m in spoken(f"各镇要{text}。") if m.trackable] == [text]
