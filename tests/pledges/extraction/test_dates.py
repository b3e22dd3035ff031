"""Deadlines: the day a phrase means, and how far it reaches."""

from datetime import date

import pytest

from pledges.extraction import dates
from tests.pledges.extraction.helpers import plan, spoken


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("6月底前完成", date(2024, 6, 30)),
        ("6月前完成", date(2024, 5, 31)),
        ("1月前完成", date(2023, 12, 31)),
        ("9月15日前完成", date(2024, 9, 15)),
        ("9月上旬完成", date(2024, 9, 10)),
        ("9月中旬前完成", date(2024, 9, 20)),
        ("9月下旬完成", date(2024, 9, 30)),
        ("2月底前完成", date(2024, 2, 29)),
        ("年内完成", date(2024, 12, 31)),
        ("年底前完成", date(2024, 12, 31)),
        ("上半年完成", date(2024, 6, 30)),
        ("第三季度完成", date(2024, 9, 30)),
        ("四季度末前完成", date(2024, 12, 31)),
        ("到2027年建成", date(2027, 12, 31)),
        ("2025年3月前建成", date(2025, 2, 28)),
        ("明年6月底前建成", date(2025, 6, 30)),
        ("“十四五”期间建成", date(2025, 12, 31)),
        ("2024-2026年实施", date(2026, 12, 31)),
        ("到二〇三五年建成", date(2035, 12, 31)),
        ("十一月底前完成", date(2024, 11, 30)),
        ("国庆节前开放", date(2024, 9, 30)),
    ],
)
def test_a_phrase_means_a_day(phrase: str, day: date) -> None:
    assert [found.day for found in dates.find(phrase, 0, len(phrase), 2024)] == [day]


@pytest.mark.parametrize(
    "phrase",
    [
        "今年新建",
        "全年新增",
        "2024年,全市",
        "从2024年起每年",
        "截至8月底",
        "1-8月份,全市",
        "2024年省重点项目",
        "自3月以来",
        "2月30日前",
        "13月底前",
    ],
)
def test_what_is_no_deadline_means_none(phrase: str) -> None:
    assert dates.find(phrase, 0, len(phrase), 2024) == []


def test_a_time_at_the_head_governs_the_sentence() -> None:
    found = plan("到2027年,建成标准厂房50万平方米,培育上市企业3家。")
    assert [measure.deadline for measure in found] == [date(2027, 12, 31)] * 2
    assert [target.deadline for measure in found for target in measure.targets] == [date(2027, 12, 31)] * 2


def test_a_time_attached_to_its_verb_governs_its_own_clause() -> None:
    found = plan("年内建成体育公园2个,改造市民广场1处。")
    assert [measure.deadline for measure in found] == [date(2024, 12, 31), None]


def test_a_new_time_ends_the_first() -> None:
    found = plan("6月底前,完成管网普查。12月底前,建成调蓄池4座。")
    assert [measure.deadline for measure in found] == [date(2024, 6, 30), date(2024, 12, 31)]


def test_each_meeting_of_a_pile_has_its_own_year() -> None:
    text = "会议纪要\n2019年5月6日,镇政府召开会议。\n会议决定:\n1、便民中心由张建国副镇长负责,8月底前完工。\n"
    [measure] = [measure for measure in spoken(text) if measure.deadline]
    assert measure.deadline == date(2019, 8, 31)
