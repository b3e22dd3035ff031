"""Whatever the text: no exception, offsets inside it, quotes equal to it."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.extraction import measures
from pledges.extraction.measures import Extraction

PIECES = [
    "二、2024年工作安排\n",
    "一、过去一年工作回顾\n",
    "(一)推动产业升级。",
    "会议要求:",
    "1.",
    "——",
    "各位代表:",
    "同志们:\n",
    "名词解释\n",
    "责任单位:市发改委、市财政局\n",
    "列第一位的为牵头单位",
    "由市水利局会同市财政局",
    "本月底前",
    "(2024年13月40日)",
    "1 200个",
    "翻一番",
    "8%-10%",
    "新建公园3个",
    "完成投资1.2亿元以上",
    "增长8%左右",
    "2-3个",
    "到2027年",
    "年底前",
    "9月底前",
    "“十四五”期间",
    "十三月",
    "2月30日前",
    "力争",
    "确保",
    "要",
    "务必",
    "希望",
    "各县(市、区)",
    "由李明华副县长负责",
    "市住建局牵头",
    "(市教育局牵头,市财政局配合)",
    "对排查的问题",
    "将甲打造成乙",
    "坚持问题导向",
    "開展專項整治",
    "經(jīng)濟(jì)",
    "?；纺Ч",
    ",",
    "。",
    ";",
    "、",
    "\n",
    "\n\n",
    " ",
    "\u3000",
    "“",
    "”",
    "《",
    "》",
    "(",
    ")",
    "(",
    ")",
    "\ufeff",
    "\u200b",
    "\x00",
    "\ud800",
    "𠀀",
    "９９",
    "1,2,3",
    "%",
    "万亿",
    "一",
    "百",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.text(max_size=200),
)


def check(text: str, extraction: Extraction) -> None:
    assert not extraction.zones or (extraction.zones[0].start, extraction.zones[-1].end) == (0, len(text))
    for left, right in zip(extraction.zones, extraction.zones[1:], strict=False):
        assert left.end == right.start
    for section in extraction.sections:
        assert 0 <= section.start <= section.end <= len(text)
    for measure in extraction.measures:
        assert 0 <= measure.start < measure.end <= len(text)
        assert measure.quote == text[measure.start : measure.end]
        for target in measure.targets:
            assert measure.start <= target.start < target.end <= measure.end
            assert target.quote == text[target.start : target.end]
    assert len(measures.rows(extraction)) >= len(extraction.measures)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([None, "report", "assignment", "minutes"]), st.integers(1990, 2060))
def test_no_text_raises(text: str, kind: str | None, year: int) -> None:
    check(text, measures.extract(text, year, kind))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_cut_doubled_and_shuffled_documents(data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(PIECES), min_size=5, max_size=40))
    whole = "".join(pieces)
    cut = whole[data.draw(st.integers(0, len(whole))) :]
    shuffled = "".join(data.draw(st.permutations(pieces)))
    for text in (cut, whole + whole, shuffled, shuffled[::-1]):
        check(text, measures.extract(text, 2024))


def test_the_cost_of_a_character_does_not_grow_with_the_text() -> None:
    page = (
        "二、2024年工作安排\n"
        + "新建公园3个,改造老旧小区25个,力争完成投资1.2亿元以上,推进产业园区建设。坚持稳中求进。\n" * 40
    )
    small, large = page * 6, page * 60

    def cost(text: str) -> float:
        started = time.process_time()
        measures.extract(text, 2024)
        return (time.process_time() - started) / len(text)

    cost(page)
    assert cost(large) < 2.5 * min(cost(small) for _ in range(3))


def test_hostile_texts_take_no_time() -> None:
    hostile = [
        "(" * 20_000,
        "“" * 20_000,
        "一" * 20_000,
        "1," * 10_000,
        "对" * 20_000,
        "要" * 20_000,
        "、市局" * 10_000,
        "新建" * 10_000,
        "\n" * 20_000,
        "?！" * 10_000,
        "的" * 20_000,
        "市住建局、" * 5_000 + "要完成任务。",
        "2024年" * 5_000,
        "10个、" * 6_000,
        "1 " * 20_000,
        "１，" * 15_000,
        "由市局会同" * 6_000,
        "市局每" * 10_000 + "要办好。",
        "会议强调，要" * 6_000,
        "本月底前" * 8_000,
        "5个到" * 8_000,
        "（市局牵头" * 6_000,
    ]
    started = time.process_time()
    for text in hostile:
        for kind in ("report", "minutes", "assignment"):
            whole = "二、2024年工作安排\n" + text
            check(whole, measures.extract(whole, 2024, kind))
    assert time.process_time() - started < 60
