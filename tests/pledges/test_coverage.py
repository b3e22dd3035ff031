"""Which sentences of a plan gave nothing. The texts are short enough to count by hand."""

import random
import time

import pytest

from pledges import coverage
from pledges.coverage import Coverage

PLAN = (
    "云溪市工作报告\n"
    "一、过去一年工作回顾\n"
    "去年新修灌渠200公里。\n"
    "二、今年工作安排\n"
    "新修灌渠355公里,建成云溪体育馆。把好事办实。\n"
    "(市水务局牵头,市财政局配合)\n"
    "牵头单位:市水务局\n"
    "大力弘扬奋斗精神!\n"
)
START = PLAN.index("二、")
ZONES = [["review", 0, START], ["plan", START, len(PLAN)]]


def span(words: str, text: str = PLAN) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def gaps(found: Coverage, text: str = PLAN) -> list[str]:
    return [text[start:end] for start, end in found.gaps]


def test_sentences_that_gave_nothing_are_named_in_order() -> None:
    found = coverage.of(PLAN, ZONES, [span("新修灌渠355公里")])
    assert gaps(found) == ["把好事办实。", "大力弘扬奋斗精神!"]
    assert (found.sentences, found.covered, found.uncovered, found.bp) == (3, 1, 2, 3333)


def test_characters_count_what_measures_hold_of_the_sentences() -> None:
    found = coverage.of(PLAN, ZONES, [span("新修灌渠355公里"), span("建成云溪体育馆")])
    assert (found.characters, found.characters_covered) == (18 + 6 + 9, 9 + 7)
    assert found.characters_bp == 4848


def test_what_overlaps_or_repeats_is_counted_once_in_any_order() -> None:
    one, same = span("建成云溪体育馆"), span("云溪体育馆")
    assert coverage.of(PLAN, ZONES, [same, one, one]) == coverage.of(PLAN, ZONES, [one])


def test_one_measure_over_two_sentences_covers_both() -> None:
    start, end = span("建成云溪体育馆")[0], span("把好事办实")[1]
    assert gaps(coverage.of(PLAN, ZONES, [(start, end)])) == ["大力弘扬奋斗精神!"]


def test_a_measure_that_only_touches_a_sentence_does_not_cover_it() -> None:
    start = span("把好事办实")[0]
    assert "把好事办实。" in gaps(coverage.of(PLAN, ZONES, [(start - 1, start)]))


def test_headings_owners_and_the_review_are_no_sentences_of_the_plan() -> None:
    words = "".join(gaps(coverage.of(PLAN, ZONES, [])))
    assert "安排" not in words
    assert "牵头" not in words
    assert "去年" not in words


def test_an_assignment_counts_and_other_zones_do_not() -> None:
    for label, expected in (("assignment", 3), ("plan", 3), ("review", 0), ("other", 0)):
        assert coverage.of(PLAN, [[label, START, len(PLAN)]], []).sentences == expected


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    text = "今年要坚持以项目建设为抓手持续推进重点领域改革,在全市范围内建成一批\n标准化厂房。\n"
    assert gaps(coverage.of(text, [["plan", 0, len(text)]], []), text) == [text.strip()]


@pytest.mark.parametrize("text", ["", "\n\n", "。。!", "一、"])
def test_a_text_without_a_sentence_has_no_share(text: str) -> None:
    found = coverage.of(text, [["plan", 0, len(text)]], [])
    assert (found.sentences, found.bp, found.characters_bp, found.gaps) == (0, None, None, ())


def test_whatever_the_spans_gaps_and_cover_add_up() -> None:
    rng = random.Random(5)
    for _ in range(200):
        text = "".join(rng.choice("甲乙丙丁,。\n") for _ in range(rng.randint(1, 90)))
        spans = []
        for _ in range(rng.randint(0, 8)):
            start = rng.randrange(len(text))
            spans.append((start, rng.randint(start + 1, len(text))))
        found = coverage.of(text, [["plan", 0, len(text)]], spans)
        held = {at for start, end in spans for at in range(start, end)}
        assert all(not held & set(range(start, end)) for start, end in found.gaps)
        assert len(found.gaps) == found.sentences - found.covered
        everything = coverage.of(text, [["plan", 0, len(text)]], [])
        inside = {at for start, end in everything.gaps for at in range(start, end)}
        assert (found.characters, found.characters_covered) == (len(inside), len(inside & held))


def test_a_long_text_takes_time_in_proportion() -> None:
    def seconds(times: int) -> float:
        text = "".join(f"新修第{number}条灌渠{number}公里,改造泵站。把好事办实。\n" for number in range(times))
        spans = [(at, at + 3) for at in range(0, len(text), 40)]
        coverage._sentences.cache_clear()
        begun = time.perf_counter()
        coverage.of(text, [["plan", 0, len(text)]], spans)
        return time.perf_counter() - begun

    seconds(100)
    few, many = min(seconds(1000) for _ in range(3)), min(seconds(8000) for _ in range(3))
    assert many < few * 8 * 4
