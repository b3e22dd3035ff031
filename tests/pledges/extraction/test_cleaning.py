"""Damage undone, and the way back to the original characters."""

import pytest

from pledges.extraction import cleaning, repair
from tests.pledges.extraction.helpers import extract


@pytest.mark.parametrize(
    ("original", "clean"),
    [
        ("發(fā)展實(shí)業(yè)", "发展实业"),
        ("新增１２３个", "新增123个"),
        ("他说「好」", "他说“好”"),
        ("甲,乙;丙:丁", "甲，乙；丙：丁"),
        ("完成3,000户", "完成3,000户"),
        ("9:30开会", "9:30开会"),
        ("建 设5 个", "建设5个"),
        ("乾隆幹部乾淨", "乾隆干部干净"),
        ("\ufeff甲\u200b乙", "甲乙"),
    ],
)
def test_characters_are_normalised(original: str, clean: str) -> None:
    assert cleaning.clean(original).text == clean


def test_latin_in_brackets_is_no_gloss() -> None:
    assert cleaning.clean("引进机器人(robot)企业").text == "引进机器人（robot）企业"


def test_a_sentence_cut_by_a_line_break_is_joined() -> None:
    text = "今年要继续抓好各项重点工程的建设,确保全县农村公路提档升级改造任\n务如期完成。\n新的一段。"
    assert "改造任务如期完成" in cleaning.clean(text).text
    assert "\n新的一段" in cleaning.clean(text).text


def test_items_and_titles_keep_their_lines() -> None:
    text = "1.新建公园三个,改造广场两处,惠及居民六千户\n2.新建学校两所,新增学位一千八百个,年内投用\n"
    assert cleaning.clean(text).text.count("\n") == 2


def test_every_clean_character_knows_its_original_ones() -> None:
    text = "發(fā)展實(shí)業(yè),新增１２個項\n目"
    cleaned = cleaning.clean(text)
    assert len(cleaned.text) == len(cleaned.starts) == len(cleaned.ends)
    at = cleaned.text.index("实业")
    assert text[slice(*cleaned.span(at, at + 2))] == "實(shí)業(yè)"


def test_a_lost_byte_is_put_back() -> None:
    damaged = "?" + "。科學".encode("gbk")[1:].decode("gb18030")
    [(start, end, restored)] = repair.repairs("形成" + damaged + "(xué)技術")
    assert (start, end, restored) == (2, 2 + len(damaged) + len("(xué)"), "。科學")


def test_plain_questions_are_left_alone() -> None:
    assert repair.repairs("怎么办?我们一起想办法。是不是?对不对?") == []


def test_spans_in_damaged_text_are_original_ones() -> None:
    text = "二、2024年工作安排\n  擴(kuò)建節(jié)水灌溉設(shè)施４５萬畝以上。"
    [measure] = extract(text).measures
    assert measure.quote == text[measure.start : measure.end] == "擴(kuò)建節(jié)水灌溉設(shè)施４５萬畝以上"
    [target] = measure.targets
    assert (target.quote, target.value, target.unit, target.comparator) == ("４５萬畝", 450_000, "亩", "ge")
