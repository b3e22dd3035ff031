"""Every construction in which officials state a figure: what it is worth, how it is bounded, what kind it is."""

import pytest

from tests.pledges.extraction.helpers import targets

Row = tuple[str, float, float | None, str, str, str]


def read(text: str) -> list[Row]:
    return [
        (
            target.quote,
            float(target.value),
            None if target.value_max is None else float(target.value_max),
            target.unit,
            target.comparator,
            target.measure,
        )
        for target in targets(text)
    ]


BOUNDED = [
    ("全年接待游客超过480万人次。", [("480万人次", 4_800_000, None, "人次", "ge", "amount")]),
    ("粮食总产量稳定在96亿斤以上。", [("96亿斤", 9_600_000_000, None, "斤", "ge", "amount")]),
    ("规上工业增加值增长7.5%以上。", [("7.5%", 7.5, None, "%", "ge", "growth")]),
    ("研发经费投入强度达到2.4%以上。", [("2.4%", 2.4, None, "%", "ge", "share")]),
    ("地区生产总值增长6%左右。", [("6%", 6, None, "%", "approx", "growth")]),
    ("居民消费价格涨幅控制在2%左右。", [("2%", 2, None, "%", "approx", "growth")]),
    ("城镇调查失业率控制在5.5%以内。", [("5.5%", 5.5, None, "%", "le", "share")]),
    ("万元生产总值用水量控制在42立方米以内。", [("42立方米", 42, None, "立方米", "le", "amount")]),
    ("细颗粒物年均浓度不高于31微克/立方米。", [("31微克/立方米", 31, None, "微克/立方米", "le", "amount")]),
    ("审批事项办理时限压减60%以上。", [("60%", 60, None, "%", "ge", "reduction")]),
    ("三公经费支出压减一半。", [("一半", 50, None, "%", "eq", "reduction")]),
    ("证明材料精简一半以上。", [("一半", 50, None, "%", "ge", "reduction")]),
    ("一般性支出压减不少于15%。", [("15%", 15, None, "%", "ge", "reduction")]),
    ("生产安全事故起数和死亡人数均下降8%以上。", [("8%", 8, None, "%", "ge", "reduction")]),
    ("单位生产总值能耗降低3.5%。", [("3.5%", 3.5, None, "%", "eq", "reduction")]),
    ("城镇化率提高1.5个百分点。", [("1.5个百分点", 1.5, None, "个百分点", "eq", "growth")]),
    ("城镇化率提高到67%。", [("67%", 67, None, "%", "eq", "share")]),
    ("数字经济核心产业增加值翻一番。", [("一番", 1, None, "番", "eq", "growth")]),
    ("农村居民收入增速高于城镇居民1个百分点以上。", [("1个百分点", 1, None, "个百分点", "ge", "growth")]),
    ("技术合同成交额增长1.5倍。", [("1.5倍", 1.5, None, "倍", "eq", "growth")]),
    ("婴儿死亡率控制在2.8‰以内。", [("2.8‰", 2.8, None, "‰", "le", "share")]),
    ("人口出生率稳定在9‰左右。", [("9‰", 9, None, "‰", "approx", "share")]),
    ("培育专精特新企业30—40家。", [("30—40家", 30, 40, "家", "range", "amount")]),
    ("新增上市后备企业三到五家。", [("三到五家", 3, 5, "家", "range", "amount")]),
    ("固定资产投资增长8%-10%。", [("8%-10%", 8, 10, "%", "range", "growth")]),
    ("外贸总额增长5%至7%。", [("5%至7%", 5, 7, "%", "range", "growth")]),
    ("完成交通投资50亿至60亿元。", [("50亿至60亿元", 5_000_000_000, 6_000_000_000, "元", "range", "amount")]),
    ("将企业注销办理时间由20天压缩至7个工作日。", [("7个工作日", 7, None, "个工作日", "eq", "amount")]),
    ("工程建设项目审批控制在80个工作日以内。", [("80个工作日", 80, None, "个工作日", "le", "amount")]),
    ("一般纳税人增值税率由6%降至3%。", [("3%", 3, None, "%", "eq", "share")]),
]

LISTS = [
    (
        "绿色建筑占比、装配式建筑占比分别达到90%、35%以上。",
        [("90%", 90, None, "%", "ge", "share"), ("35%", 35, None, "%", "ge", "share")],
    ),
    (
        "工业投资、民间投资分别增长12%、9%左右。",
        [("12%", 12, None, "%", "approx", "growth"), ("9%", 9, None, "%", "approx", "growth")],
    ),
    (
        "培育国家级绿色工厂2家、省级绿色工厂11家。",
        [("2家", 2, None, "家", "eq", "amount"), ("11家", 11, None, "家", "eq", "amount")],
    ),
    (
        "新建社区食堂40个以上、日间照料中心15个。",
        [("40个", 40, None, "个", "ge", "amount"), ("15个", 15, None, "个", "eq", "amount")],
    ),
    (
        "投资8.6亿元,改造泵站23座。",
        [("8.6亿元", 860_000_000, None, "元", "eq", "amount"), ("23座", 23, None, "座", "eq", "amount")],
    ),
    (
        "造林12万亩、退化林修复8万亩,森林覆盖率达46.5%。",
        [
            ("12万亩", 120_000, None, "亩", "eq", "amount"),
            ("8万亩", 80_000, None, "亩", "eq", "amount"),
            ("46.5%", 46.5, None, "%", "eq", "share"),
        ],
    ),
]

WRITTEN = [
    ("每个乡镇至少建成一所公办中心幼儿园。", [("一所", 1, None, "所", "ge", "amount")]),
    ("新改建农村公厕三十余座。", [("三十余座", 30, None, "座", "ge", "amount")]),
    ("转移农村劳动力两千多人。", [("两千多人", 2_000, None, "人", "ge", "amount")]),
    ("新增城镇就业十二万人。", [("十二万人", 120_000, None, "人", "eq", "amount")]),
    ("培育龙头企业二十家。", [("二十家", 20, None, "家", "eq", "amount")]),
    ("建成托育机构一百二十个。", [("一百二十个", 120, None, "个", "eq", "amount")]),
    ("新增学位１．２万个。", [("１．２万个", 12_000, None, "个", "eq", "amount")]),
    ("完成投资１２，５００万元。", [("１２，５００万元", 125_000_000, None, "元", "eq", "amount")]),
    ("发放稳岗资金3,200万元。", [("3,200万元", 32_000_000, None, "元", "eq", "amount")]),
    ("改造农房1 350户。", [("1 350户", 1_350, None, "户", "eq", "amount")]),
    ("改造农房4 2 0户。", [("4 2 0户", 420, None, "户", "eq", "amount")]),
    ("完成投资10余亿元。", [("10余亿元", 1_000_000_000, None, "元", "ge", "amount")]),
    ("培训新型职业农民3000多名。", [("3000多名", 3_000, None, "名", "ge", "amount")]),
    ("地区生产总值突破两千亿元。", [("两千亿元", 200_000_000_000, None, "元", "ge", "amount")]),
    ("存贷款余额过万亿元。", [("万亿元", 1_000_000_000_000, None, "元", "ge", "amount")]),
    ("投资超百亿元。", [("百亿元", 10_000_000_000, None, "元", "ge", "amount")]),
]

COMPOUND = [
    ("治理水土流失面积85平方公里。", [("85平方公里", 85, None, "平方公里", "eq", "amount")]),
    ("新增污水处理能力6万立方米/日。", [("6万立方米/日", 60_000, None, "立方米/日", "eq", "amount")]),
    ("新增日供水能力10万吨/日。", [("10万吨/日", 100_000, None, "吨/日", "eq", "amount")]),
    ("年发电量达到12亿千瓦时。", [("12亿千瓦时", 1_200_000_000, None, "千瓦时", "eq", "amount")]),
    ("新增光伏装机45万千瓦。", [("45万千瓦", 450_000, None, "千瓦", "eq", "amount")]),
    ("节约标准煤3万吨标准煤。", [("3万吨标准煤", 30_000, None, "吨标准煤", "eq", "amount")]),
    ("完成港口吞吐量80万标箱。", [("80万标箱", 800_000, None, "标箱", "eq", "amount")]),
    ("新增养老床位1500张。", [("1500张", 1_500, None, "张", "eq", "amount")]),
    ("每千人口拥有3岁以下婴幼儿托位4.6个。", [("4.6个", 4.6, None, "个", "eq", "amount")]),
    ("人均公园绿地面积达到15.2平方米。", [("15.2平方米", 15.2, None, "平方米", "eq", "amount")]),
    ("人均预期寿命达到80.5岁。", [("80.5岁", 80.5, None, "岁", "eq", "amount")]),
    ("每万人发明专利拥有量达到8.5件。", [("8.5件", 8.5, None, "件", "eq", "amount")]),
    (
        "新开通公交线路6条,更新新能源公交车120辆。",
        [("6条", 6, None, "条", "eq", "amount"), ("120辆", 120, None, "辆", "eq", "amount")],
    ),
    ("居民基础养老金每人每月提高20元。", [("20元", 20, None, "元", "eq", "amount")]),
    ("城乡低保标准提高到每月780元。", [("780元", 780, None, "元", "eq", "amount")]),
    ("优良天数不少于320天。", [("320天", 320, None, "天", "ge", "amount")]),
    (
        "引进大院大所3家,共建联合实验室5个。",
        [("3家", 3, None, "家", "eq", "amount"), ("5个", 5, None, "个", "eq", "amount")],
    ),
]

NAMES = [
    "建成城北220千伏输变电工程。",
    "投运城南500千伏变电站。",
    "推进350公里时速动车组研发。",
    "启动30万千瓦风电项目前期工作。",
    "开工建设10万吨级码头。",
    "实施“双千”工程。",
    "开展“百企千员”对接活动。",
    "落实“六稳”“六保”任务。",
    "推进“1+6”基层治理模式。",
    "编制第十五个五年规划纲要。",
    "贯彻落实二十条稳增长措施。",
    "不再新增5000吨以下小煤矿。",
    "严格执行八项规定。",
    "健全12345热线办理机制。",
    "办好第3届文化旅游节。",
    "推进312国道改线工程。",
    "实施G207线改扩建工程。",
    "加快7号地块出让。",
    "完善“15分钟养老服务圈”。",
    "推行7×24小时自助办理。",
    "巩固国家5A级景区创建成果。",
    "支持3岁以下婴幼儿照护服务发展。",
    "对70岁以上老人实施免费体检。",
    "深化“一件事一次办”改革。",
    "落实一岗双责制度。",
    "加强500强企业招商。",
    "推动二级以上医院互认检查结果。",
    "深入实施质量提升三年行动。",
]


@pytest.mark.parametrize(("text", "expected"), BOUNDED)
def test_a_bound_a_rate_or_a_range(text: str, expected: list[Row]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_list_of_figures(text: str, expected: list[Row]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_a_number_however_it_is_written(text: str, expected: list[Row]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), COMPOUND)
def test_a_unit_however_it_is_composed(text: str, expected: list[Row]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", NAMES)
def test_a_name_that_holds_a_number_is_no_figure(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("改造城镇老旧小区35个,惠及居民2.1万户。", ["35个"]),
        ("新建供水管网80公里,受益群众6万人。", ["80公里"]),
        ("建成标准厂房20万平方米,预计新增产值15亿元。", ["20万平方米"]),
        ("总投资36亿元的产业园年内开工。", []),
        ("确保占地500亩的物流园建成。", []),
    ],
)
def test_a_result_or_a_size_beside_the_undertaking(text: str, quotes: list[str]) -> None:
    assert [target.quote for target in targets(text)] == quotes


@pytest.mark.parametrize(
    "text",
    [
        "在去年完成投资30亿元的基础上,持续加大投入。",
        "巩固已建成的120个示范村成果。",
        "针对排查出的36个问题,逐项制定整改方案。",
    ],
)
def test_a_figure_about_the_past_is_no_target(text: str) -> None:
    assert read(text) == []
