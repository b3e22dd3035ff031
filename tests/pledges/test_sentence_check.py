"""The sentence of a report held against its numbers; every sentence is made up for these tests."""

from decimal import Decimal

import pytest

from pledges.sentence_check import Typed, differing, empty_phrases, is_same, says_done

TITLE = "完成355个行政村的生活污水治理"


def villages(typed="120", last="90"):
    return Typed(unit="个", typed=Decimal(typed), goal=Decimal(355), lasts=(Decimal(last),))


# The same text


@pytest.mark.parametrize(
    ("now", "before", "same"),
    [
        ("管网铺到村口,正在调试。", "管网铺到村口， 正在调试", True),
        ("已铺管网１２公里", "已铺管网12公里", True),
        ("已铺管网12公里", "已铺管网13公里", False),
        ("已铺管网1.5公里", "已铺管网15公里", False),
        ("", "", False),
        ("。", "！", False),
    ],
)
def test_spaces_and_punctuation_make_no_new_text(now, before, same):
    assert is_same(now, before) is same


# "全部完成"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("任务已全部完成。", "已全部完成"),
        ("355个村全面完成治理", "全面完成"),
        ("我局已完成任务", "已完成任务"),
        ("我局已完成年度目标任务", "已完成年度目标任务"),
        ("总体进度达到100%", "进度达到100%"),
        ("各村均已完成改造", "均已完成"),
        ("年度计划的完成率为100%,正在收尾", "完成率为100%"),
        ("管网已通,全部建成", "全部建成"),
    ],
)
def test_words_that_call_the_whole_done(sentence, words):
    assert says_done(sentence) == words


@pytest.mark.parametrize(
    "sentence",
    [
        "力争年底全部完成",
        "预计10月全面完成",
        "尚未全部完成",
        "前期手续已全部完成,6月开工",
        "施工招标已全部完成",
        "一季度任务全部完成",
        "首批30个村全部完成",
        "水质合格率100%",
        "确保12月底前圆满完成",
        "已完成120个村",
    ],
)
def test_a_plan_or_a_part_is_not_the_whole(sentence):
    assert says_done(sentence) == ""


# Phrases


@pytest.mark.parametrize(
    "sentence",
    [
        "正在积极推进。",
        "各项工作有序推进,进展顺利",
        "我局高度重视,稳步推进污水治理工作",
        "农村生活污水治理工作取得积极进展",
        "加快推进项目建设,确保按计划推进",
        "扎实开展相关工作,成效明显",
        "高度重视,压实责任,狠抓落实",
        "目前该项工作正在推进中",
        "按照时间节点有序推进",
        "持续推进,不断完善",
    ],
)
def test_phrases_and_nothing_else(sentence):
    assert empty_phrases(sentence, TITLE)


@pytest.mark.parametrize(
    "sentence",
    [
        "已铺管网12公里,正在加快推进",
        "施工招标正在有序推进",
        "石桥镇管网已通水,其余加快推进",
        "《实施方案》已报审,积极推进中",
        "6月底前进场,现正抓紧推进",
        "两个标段稳步推进",
        "管网铺到村口,正在加快推进",
        "高度重视,市长召开专题会研究用地",
        "积极推进,已启动设备采购",
        "因暴雨冲毁便道,改由东侧山路运输管材,正在加快推进",
        "村口的检查井已做好",
    ],
)
def test_a_fact_beside_the_phrase_is_enough(sentence):
    assert empty_phrases(sentence, TITLE) == []


def test_what_repeats_the_title_is_no_fact():
    sentence = "重点水系岸线生态修复正在稳步推进"
    assert empty_phrases(sentence, "实施重点水系岸线生态修复") == ["正在稳步推进"]


# Numbers


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("累计完成110个村", "110个"),
        ("已建成一百一十个村的管网", "一百一十个"),
        ("截至目前完成90个", "90个"),  # last period's text
        ("累计完成1200个", "1200个"),
        ("已治理１１０个行政村,正在验收", "110个"),
        ("年度任务355个,已完成110个", "110个"),
        ("已有110个村完成治理,涉及12个县", "110个"),
        ("完成治理150余个村", "150余个"),
        ("完成约90个村", "90个"),
        ("年度任务完成110个", "110个"),
    ],
)
def test_a_number_that_is_not_the_one_typed(sentence, words):
    assert [one.words for one in differing(sentence, [villages()], TITLE)] == [words]


@pytest.mark.parametrize(
    "sentence",
    [
        "累计完成120个村",
        "已建成一百二十个村",
        "年度任务355个村,正在铺管",  # the target
        "新完成30个村",  # the period's own
        "剩余235个村年底前完成",  # what remains
        "235个村正在施工",
        "累计完成120个,其中石桥镇18个",
        "涉及12个县、7个标段",
        "召开12个部门参加的会议",
        "本月完成11个村",
        "预计年底完成300个村",
        "完成管网12公里,3个月后通水",
        "完成120余个村",
        "完成约118个村",
        "上次报送90个,现有120个",
        "完成年度任务的34%",
        "第3批设备到货",
    ],
)
def test_a_number_that_may_well_be_right(sentence):
    assert differing(sentence, [villages()], TITLE) == []


@pytest.mark.parametrize(
    ("sentence", "is_asked"),
    [
        ("新增就业3.5万人", False),
        ("新增就业3.52万人", False),
        ("新增就业35210人", False),
        ("新增就业3.6万人", True),
        ("新增就业3.5人", True),
        ("新增就业3.5万", False),
        ("新增就业达到4.2万", True),
        ("新增就业超过3万人", False),
        ("新增就业4.9万人的目标正在分解", False),
    ],
)
def test_rounded_numbers_and_multipliers(sentence, is_asked):
    jobs = Typed(unit="人", name="新增就业", typed=Decimal(35210), goal=Decimal(49000), scale=10_000)
    assert bool(differing(sentence, [jobs])) is is_asked


def test_of_two_targets_in_one_unit_each_explains_its_own_number():
    built = Typed(unit="座", name="新建泵站", typed=Decimal(4), goal=Decimal(10))
    mended = Typed(unit="座", name="改造泵站", typed=Decimal(7), goal=Decimal(20))
    assert differing("建成4座,改造7座", [built, mended]) == []
    [found] = differing("新建泵站4座,改造泵站9座", [built, mended])
    assert (found.target, found.words) == (1, "9座")


def test_a_rate_is_compared_only_beside_its_name():
    share = Typed(unit="%", name="污水处理率", typed=Decimal(92), goal=Decimal(95))
    assert differing("资金到位60%", [share]) == []
    [found] = differing("城区污水处理率达到93%", [share])
    assert found.words == "93%"
