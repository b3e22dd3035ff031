"""Quantities: what they are worth, what marks them, what is none."""

from decimal import Decimal

import pytest

from pledges.extraction import numerals
from tests.pledges.extraction.helpers import figures, targets


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("355", "355"),
        ("3,000", "3000"),
        ("7.5万", "75000"),
        ("1.2亿", "120000000"),
        ("3.5万亿", "3500000000000"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("三千六百", "3600"),
        ("两万", "20000"),
        ("一百二十万", "1200000"),
        ("百", "100"),
        ("千", "1000"),
        ("二〇三五", "2035"),
        ("三点五", "3.5"),
        ("一亿三千万", "130000000"),
    ],
)
def test_a_numeral_has_its_exact_value(text: str, value: str) -> None:
    assert numerals.value_of(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "3,00", "点", "一一十", "12x", "万千甲"])
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    assert numerals.value_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建口袋公园46个。", ("46个", 46, "个", "eq")),
        ("改造燃气管网7.5万户。", ("7.5万户", 75_000, "户", "eq")),
        ("完成工业投资1.2亿元。", ("1.2亿元", 120_000_000, "元", "eq")),
        ("新增城镇就业33,000人。", ("33,000人", 33_000, "人", "eq")),
        ("新增城镇就业３３００人。", ("３３００人", 3_300, "人", "eq")),
        ("培训乡村工匠1000余人次。", ("1000余人次", 1_000, "人次", "ge")),
        ("培育示范社100个以上。", ("100个", 100, "个", "ge")),
        ("新增发明专利不少于60件。", ("60件", 60, "件", "ge")),
        ("规上工业企业突破800家。", ("800家", 800, "家", "ge")),
        ("研发投入强度超2.6%。", ("2.6%", 2.6, "%", "ge")),
        ("空气优良天数比率不低于85%。", ("85%", 85, "%", "ge")),
        ("登记失业率控制在4.2%以内。", ("4.2%", 4.2, "%", "le")),
        ("较大事故不超过3起。", ("3起", 3, "起", "le")),
        ("引进高校毕业生2000人左右。", ("2000人", 2_000, "人", "approx")),
        ("建成充电桩约500个。", ("500个", 500, "个", "approx")),
        ("常住人口城镇化率提高1.2个百分点。", ("1.2个百分点", 1.2, "个百分点", "eq")),
        ("新建幼儿园两所。", ("两所", 2, "所", "eq")),
        ("空气质量优良天数达到310天。", ("310天", 310, "天", "eq")),
        ("企业开办时间压缩至3个工作日。", ("3个工作日", 3, "个工作日", "eq")),
        ("整治隐患 64 处。", ("64 处", 64, "处", "eq")),
    ],
)
def test_a_quantity_is_read_with_its_unit_and_comparator(text: str, expected: tuple[str, float, str, str]) -> None:
    assert figures(text) == [expected]


def test_a_marker_that_closes_a_list_governs_every_number_of_it() -> None:
    found = figures("城市污水处理率、生活垃圾无害化率分别达96%、99%以上。")
    assert [(value, comparator) for _, value, _, comparator in found] == [(96, "ge"), (99, "ge")]


def test_about_closes_a_list_too() -> None:
    found = figures("工业增加值、服务业增加值分别增长8%和7%左右。")
    assert [(value, comparator) for _, value, _, comparator in found] == [(8, "approx"), (7, "approx")]


def test_a_marker_after_other_words_governs_its_own_number_only() -> None:
    found = figures("新建泵站6座、清淤河道30公里以上。")
    assert [comparator for *_, comparator in found] == ["eq", "ge"]


@pytest.mark.parametrize(
    "text", ["培育龙头企业5-8家。", "培育龙头企业5至8家。", "培育龙头企业5—8家。", "培育龙头企业5～8家。"]
)
def test_a_range_has_both_ends(text: str) -> None:
    [target] = targets(text)
    assert (target.value, target.value_max, target.comparator, target.unit) == (5, 8, "range", "家")


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("外贸进出口总额增长9%。", "growth"),
        ("居民消费价格涨幅3%左右。", "growth"),
        ("单位能耗下降3%。", "reduction"),
        ("一般性支出压减20%以上。", "reduction"),
        ("森林覆盖率达到52%。", "share"),
        ("制造业占比提高到31%。", "share"),
        ("新增停车位3000个。", "amount"),
        ("将审批事项压减一半以上。", "reduction"),
    ],
)
def test_the_kind_of_figure_comes_from_its_words(text: str, measure: str) -> None:
    assert [target.measure for target in targets(text)] == [measure]


@pytest.mark.parametrize(
    "text",
    [
        "实施国企改革三年行动。",
        "打好三大攻坚战。",
        "承办第十一届职工运动会。",
        "基本消除60人以上大班额。",
        "力争年收入8万元以下的薄弱村清零。",
        "加快编制“十五五”规划。",
        "推进5G基站建设。",
        "创建4A级景区。",
        "健全“1+3+5”工作体系。",
        "打造一批精品线路。",
        "开展百日攻坚行动。",
        "推行24小时自助服务。",
        "完善15分钟便民生活圈。",
    ],
)
def test_a_number_that_names_or_delimits_is_no_target(text: str) -> None:
    assert targets(text) == []


def test_a_threshold_beside_a_count_is_passed_over() -> None:
    assert figures("引进投资10亿元以上项目20个。") == [("20个", 20, "个", "eq")]


def test_large_values_stay_exact() -> None:
    [target] = targets("地区生产总值达到1.0000000001万亿元。")
    assert target.value == Decimal("1000000000100")
