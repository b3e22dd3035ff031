"""Owners' names → units, against the demo city. Every expectation is written by hand."""

import json
from pathlib import Path

import pytest

from pledges import matching
from pledges.matching import Directory, Entry, Match, Why

CITY = json.loads((Path(__file__).resolve().parents[2] / "samples" / "city.json").read_text(encoding="utf-8"))
NAMES = {number: unit["name"] for number, unit in enumerate(CITY["units"], start=1)}
WITH_ALIASES = Directory(
    Entry(number, unit["name"], tuple(unit["aliases"]), unit["kind"])
    for number, unit in enumerate(CITY["units"], start=1)
)
BY_RULE = Directory(Entry(number, unit["name"], (), unit["kind"]) for number, unit in enumerate(CITY["units"], start=1))


def found(name: str, directory: Directory) -> list[tuple[str | None, int, str]]:
    return [
        (NAMES[one.unit_id] if one.unit_id else None, one.confidence_bp, str(one.why))
        for one in matching.match(name, directory)
    ]


@pytest.mark.parametrize(
    ("name", "unit", "confidence", "why"),
    [
        ("市水利局", "市水利局", 10_000, "name"),
        ("市 水利局", "市水利局", 10_000, "name"),
        ("市发改委", "市发展和改革委员会", 9800, "alias"),
        ("文旅广体局", "市文化旅游广电体育局", 9800, "alias"),
        ("发展和改革委员会", "市发展和改革委员会", 9500, "form"),
        ("泽川市发展改革委员会", "市发展和改革委员会", 9500, "form"),
        ("住房城乡建设局", "市住房和城乡建设局", 9500, "form"),
        ("安澜县", "安澜县人民政府", 9800, "alias"),
        ("市政府", "泽川市人民政府", 9800, "alias"),
        ("市场监管局", "市市场监督管理局", 9800, "alias"),
    ],
)
def test_a_name_an_alias_or_another_form_of_the_name(name: str, unit: str, confidence: int, why: str) -> None:
    assert found(name, WITH_ALIASES) == [(unit, confidence, why)]


@pytest.mark.parametrize(
    ("name", "unit", "confidence"),
    [
        ("市发改委", "市发展和改革委员会", 9000),
        ("发展改革委", "市发展和改革委员会", 9500),
        ("市住建局", "市住房和城乡建设局", 8000),
        ("人社局", "市人力资源和社会保障局", 8000),
        ("市工信局", "市工业和信息化局", 8000),
        ("市自规局", "市自然资源和规划局", 8000),
        ("自然资源局", "市自然资源和规划局", 8000),
        ("市资规局", "市自然资源和规划局", 6000),
        ("生态环境局", "市生态环境局", 9500),
        ("卫健委", "市卫生健康委员会", 9000),
        ("市文旅广体局", "市文化旅游广电体育局", 9000),
        ("市体育局", "市文化旅游广电体育局", 6000),
        ("市城管局", "市城市管理和综合执法局", 8000),
        ("市国资委", "市国有资产监督管理委员会", 9000),
        ("市市场监管局", "市市场监督管理局", 9000),
        ("市场监管局", "市市场监督管理局", 9000),
        ("市医保局", "市医疗保障局", 9000),
        ("市应急局", "市应急管理局", 9000),
        ("退役军人局", "市退役军人事务局", 9000),
        ("市政务数据局", "市政务服务和数据管理局", 9000),
        ("安澜县", "安澜县人民政府", 9500),
        ("石津市政府", "石津市人民政府", 9500),
        ("财政", "市财政局", 7000),
    ],
)
def test_an_abbreviation_is_found_by_the_rule_without_any_alias(name: str, unit: str, confidence: int) -> None:
    assert [one[:2] for one in found(name, BY_RULE)] == [(unit, confidence)]


@pytest.mark.parametrize(
    "name",
    [
        "市水务局",  # neither 水利 nor anything else here
        "市水文局",
        "市税务局",
        "人事局",  # not the 人 and 事 within 退役军人事务
        "市审批局",
        "市财局",  # one character names no field
        "市住建委",  # another head
        "市公安局交警支队",
        "县发改委",  # another level
        "安澜县发改委",
        "省住建厅",
        "省发展和改革委员会",
        "王敏",
        "",
    ],
)
def test_a_look_alike_is_no_match(name: str) -> None:
    assert found(name, BY_RULE) == []
    assert found(name, WITH_ALIASES) == []


@pytest.mark.parametrize(
    "name",
    [
        "各县市区",
        "各区县政府",
        "各县(市、区)人民政府",
        "各县（市、区）",
        "市直各部门",
        "有关部门",
        "各级各部门",
        "乡镇",
    ],
)
def test_a_group_is_nobody_in_particular(name: str) -> None:
    assert matching.match(name, WITH_ALIASES) == [Match(None, 10_000, Why.GROUP)]


@pytest.mark.parametrize("name", ["各县教育局", "全市公安机关", "县区教育局"])
def test_a_bureau_of_every_county_is_no_group_of_governments(name: str) -> None:
    assert all(one.why != Why.GROUP for one in matching.match(name, WITH_ALIASES))


def test_units_that_are_as_likely_share_the_confidence() -> None:
    two = Directory([Entry(1, "云溪市人民政府", (), "city"), Entry(2, "农业局"), Entry(3, "县农业局", ("农业局",))])
    assert matching.match("农业局", two) == [Match(2, 5000, Why.NAME), Match(3, 4900, Why.ALIAS)]
    assert matching.the_unit(["农业局"], two) is None
    assert matching.match("县农业局", two) == [Match(3, 10_000, Why.NAME)]


def test_a_unit_without_a_level_has_that_of_its_government() -> None:
    city = Directory([Entry(1, "云溪市", (), "city"), Entry(2, "水务局"), Entry(3, "县住房城乡建设局")])
    assert matching.match("市水务局", city) == [Match(2, 9500, Why.FORM)]
    assert matching.match("县水务局", city) == []
    assert matching.match("市住建局", city) == []
    assert matching.match("县住建局", city) == [Match(3, 8000, Why.ABBREVIATION)]


def test_the_first_clear_name_decides_and_a_doubtful_one_does_not() -> None:
    assert NAMES[matching.the_unit(["各县市区", "市体育局", "市住建局"], BY_RULE)] == "市住房和城乡建设局"
    assert matching.the_unit(["市体育局"], BY_RULE) is None
    assert matching.the_unit([], BY_RULE) is None
