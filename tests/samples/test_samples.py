"""The demo city's files agree with each other, with the report they quote and with the order of a pledge's life."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
REPORT = (SAMPLES / "report.txt").read_text(encoding="utf-8")
CITY: dict[str, Any] = json.loads((SAMPLES / "city.json").read_text(encoding="utf-8"))
HISTORY: list[dict[str, Any]] = json.loads((SAMPLES / "history.json").read_text(encoding="utf-8"))

UNITS = {unit["code"]: unit for unit in CITY["units"]}
LEADERS = {leader["code"]: leader for leader in CITY["leaders"]}

# act: (states it starts from, state it leads to)
LIFE = {
    "assign": ("draft", "assigned"),
    "sign": ("assigned", "in_progress"),
    "report": ("in_progress", "in_progress"),
    "accept": ("in_progress", "in_progress"),
    "return_report": ("in_progress", "in_progress"),
    "claim": ("in_progress", "claimed"),
    "return_claim": ("claimed", "in_progress"),
    "verify": ("claimed", "closed"),
}
NEEDED = {
    "assign": set(),
    "sign": set(),
    "report": {"period", "data_date", "values", "sentence"},
    "accept": set(),
    "return_report": {"reason"},
    "claim": {"evidence"},
    "return_claim": {"reason"},
    "verify": {"method", "finding", "outcome"},
}
ALLOWED = {
    "report": {
        "problem_kind", "problem", "next_step", "needs_coordination", "outlook", "milestones_done", "fall_reason",
        "unapproved",
    },
    "accept": {"judged_behind"},
    "claim": {"reason"},
}  # fmt: skip
PERIOD_ENDS = {"Q1": "03-31", "Q2": "06-30", "Q3": "09-30", "Q4": "12-31"}

every_pledge = pytest.mark.parametrize("pledge", HISTORY, ids=[pledge["title"] for pledge in HISTORY])


def reports_of(pledge: dict[str, Any]) -> list[dict[str, Any]]:
    return [act for act in pledge["acts"] if act["act"] == "report"]


def standing_reports_of(pledge: dict[str, Any]) -> list[dict[str, Any]]:
    """The reports that were not returned."""
    standing: list[dict[str, Any]] = []
    for act in pledge["acts"]:
        if act["act"] == "report":
            standing.append(act)
        elif act["act"] == "return_report":
            standing.pop()
    return standing


def is_day(text: str) -> bool:
    """A day that every plan year has: MM-DD and not 29 February."""
    if not re.fullmatch(r"\d\d-\d\d", text):
        return False
    date(2001, int(text[:2]), int(text[3:]))
    return True


class TestReport:
    def test_is_of_the_genre_and_length(self) -> None:
        assert 5000 <= len(REPORT) <= 7000
        for heading in ("一、过去一年工作回顾", "二、总体要求和预期目标", "三、重点工作", "十件民生实事"):
            assert heading in REPORT

    @pytest.mark.parametrize("name", ["report.txt", "minutes.txt", "assignment.txt"])
    def test_names_no_absolute_year(self, name: str) -> None:
        assert not re.search(r"20\d\d年", (SAMPLES / name).read_text(encoding="utf-8"))

    def test_the_task_division_has_fifteen_rows(self) -> None:
        text = (SAMPLES / "assignment.txt").read_text(encoding="utf-8")
        rows = re.findall(r"^\d+\. .*牵头单位:.*责任单位:.*完成时限:", text, re.M)
        assert len(rows) == 15


class TestCity:
    def test_has_a_government_an_office_counties_and_bureaus(self) -> None:
        assert Counter(unit["kind"] for unit in CITY["units"]) == {"city": 1, "office": 1, "county": 12, "bureau": 28}
        assert UNITS[CITY["government"]]["kind"] == "city"
        assert UNITS[CITY["office"]]["kind"] == "office"

    def test_codes_names_and_aliases_are_used_once(self) -> None:
        assert len(UNITS) == len(CITY["units"])
        names = [name for unit in CITY["units"] for name in (unit["name"], *unit["aliases"])]
        assert len(set(names)) == len(names)

    def test_every_unit_has_an_english_name(self) -> None:
        assert all(unit["name_en"].isascii() and unit["name_en"] for unit in CITY["units"])
        assert len({unit["name_en"] for unit in CITY["units"]}) == len(CITY["units"])

    def test_every_bureau_is_in_one_leaders_portfolio(self) -> None:
        assert len(LEADERS) == 7
        held = Counter(code for leader in CITY["leaders"] for code in leader["portfolio"])
        assert held == {code: 1 for code, unit in UNITS.items() if unit["kind"] == "bureau"}

    def test_every_bureau_and_county_has_a_coordinator_and_a_head(self) -> None:
        posts = {(person["unit"], person["role"], person["username"]) for person in CITY["people"]}
        for code, unit in UNITS.items():
            if unit["kind"] in ("bureau", "county"):
                assert (code, "coordinator", code) in posts
                assert (code, "head", f"{code}-head") in posts

    def test_has_everybody_else(self) -> None:
        roles = Counter(person["role"] for person in CITY["people"] if person["role"] not in ("coordinator", "head"))
        assert roles == {
            "director": 1, "supervisor": 3, "statistician": 1, "auditor": 1, "system_admin": 1, "security_admin": 1,
        }  # fmt: skip

    def test_accounts_and_names_are_used_once(self) -> None:
        everybody = CITY["people"] + CITY["leaders"]
        for field in ("username", "name"):
            assert len({person[field] for person in everybody}) == len(everybody)
        assert all(re.fullmatch(r"[a-z0-9-]+", person["username"]) for person in everybody)
        assert all(person["unit"] in UNITS for person in everybody)


class TestPledges:
    def test_there_are_at_least_sixty(self) -> None:
        assert len(HISTORY) >= 60
        assert len({pledge["title"] for pledge in HISTORY}) == len(HISTORY)

    @every_pledge
    def test_quotes_the_report_once_and_under_its_section(self, pledge: dict[str, Any]) -> None:
        assert REPORT.count(pledge["quote"]) == 1
        assert REPORT.count(pledge["section"]) == 1
        assert REPORT.index(pledge["section"]) < REPORT.index(pledge["quote"])

    @every_pledge
    def test_words_and_codes_are_known(self, pledge: dict[str, Any]) -> None:
        assert pledge["form"] in ("quantified", "milestone", "ongoing")
        assert pledge["firmness"] in ("firm", "aim", "process")
        assert {pledge["lead"], *pledge["support"]} <= set(UNITS)
        assert pledge["lead"] not in pledge["support"]
        assert pledge["leader"] in LEADERS
        assert set(pledge["tags"]) <= {"民生实事", "重点项目", "挂牌督办"}
        assert pledge["person"]

    @every_pledge
    def test_form_and_content_agree(self, pledge: dict[str, Any]) -> None:
        assert bool(pledge["targets"]) == (pledge["form"] == "quantified")
        assert bool(pledge.get("deliverable")) == (pledge["form"] == "ongoing")
        assert not pledge["milestones"] or pledge["form"] == "milestone"

    @every_pledge
    def test_days_are_days_of_any_year(self, pledge: dict[str, Any]) -> None:
        days = [pledge["due"], *(act["on"] for act in pledge["acts"])]
        days += [stage["planned"] for stage in pledge["milestones"]]
        days += [day for target in pledge["targets"] for day, _value in target.get("trajectory", [])]
        days += [report["data_date"] for report in reports_of(pledge)]
        assert all(is_day(day) for day in days)
        assert pledge.get("start", "01-01") < pledge["due"]

    @every_pledge
    def test_targets_are_in_base_units_and_their_plans_end_at_the_target(self, pledge: dict[str, Any]) -> None:
        for target in pledge["targets"]:
            assert target["scale"] in (1, 10_000, 100_000_000)
            assert target["comparator"] in ("eq", "ge", "le", "approx", "range")
            assert target["quantity_kind"] in ("amount", "growth", "reduction", "share")
            assert ("value_max" in target) == (target["comparator"] == "range")
            shown = f"{(Decimal(target['value']) / target['scale']).normalize():f}"
            assert shown in pledge["quote"]
            points = target.get("trajectory", [])
            assert points == sorted(points)
            planned = [Decimal(value) for _day, value in points]
            assert planned == sorted(planned)
            if points:
                assert planned[-1] == Decimal(target["value"])
                assert points[-1][0] <= pledge["due"]

    @every_pledge
    def test_stages_come_in_order_until_the_due_date(self, pledge: dict[str, Any]) -> None:
        planned = [stage["planned"] for stage in pledge["milestones"]]
        assert planned == sorted(planned)
        assert all(day <= pledge["due"] for day in planned)
        assert all(stage["weight"] >= 1 for stage in pledge["milestones"])


class TestLives:
    @every_pledge
    def test_acts_follow_the_life_of_a_pledge(self, pledge: dict[str, Any]) -> None:
        state, before = "draft", ""
        for act in pledge["acts"]:
            starts_from, leads_to = LIFE[act["act"]]
            assert state == starts_from
            assert before < act["on"] <= "10-15"
            state, before = leads_to, act["on"]

    @every_pledge
    def test_acts_have_the_fields_they_need_and_no_others(self, pledge: dict[str, Any]) -> None:
        for act in pledge["acts"]:
            needed = NEEDED[act["act"]] | {"on", "act"}
            assert needed <= set(act) <= needed | ALLOWED.get(act["act"], set())
            assert all(len(text) <= 200 for text in act.values() if isinstance(text, str))

    @every_pledge
    def test_only_ongoing_items_are_judged(self, pledge: dict[str, Any]) -> None:
        assert pledge["form"] == "ongoing" or not any("judged_behind" in act for act in pledge["acts"])

    @every_pledge
    def test_accepting_and_returning_answer_a_report_of_their_own(self, pledge: dict[str, Any]) -> None:
        waiting = 0
        for act in pledge["acts"]:
            waiting += act["act"] == "report"
            waiting -= act["act"] in ("accept", "return_report")
            assert 0 <= waiting <= 1

    @every_pledge
    def test_reports_have_a_value_for_each_target_and_a_day_in_their_period(self, pledge: dict[str, Any]) -> None:
        for report in reports_of(pledge):
            assert len(report["values"]) == len(pledge["targets"])
            assert report["data_date"] <= report["on"]
            assert report["data_date"] <= PERIOD_ENDS[report["period"]]
            assert report.get("problem_kind", "other") in ("land", "money", "approval", "clearance", "other")
            assert report.get("outlook", "sure") in ("sure", "hard", "unlikely")
            assert ("problem" in report) == ("problem_kind" in report) == ("next_step" in report)

    @every_pledge
    def test_the_sentence_states_the_reported_values(self, pledge: dict[str, Any]) -> None:
        for report in reports_of(pledge):
            for value, target in zip(report["values"], pledge["targets"], strict=True):
                scaled = f"{(Decimal(value) / target['scale']).normalize():f}"
                assert value in report["sentence"] or scaled in report["sentence"]

    @every_pledge
    def test_cumulative_values_do_not_fall_without_a_reason(self, pledge: dict[str, Any]) -> None:
        falling = {index for index, target in enumerate(pledge["targets"]) if is_cumulative(target)}
        reports = standing_reports_of(pledge)
        for earlier, later in pairwise(reports):
            assert earlier["period"] <= later["period"]
            assert earlier["data_date"] <= later["data_date"]
            for index in falling:
                fell = Decimal(later["values"][index]) < Decimal(earlier["values"][index])
                assert not fell or later.get("fall_reason")

    @every_pledge
    def test_stages_once_done_stay_done(self, pledge: dict[str, Any]) -> None:
        before: dict[int, str] = {}
        for report in reports_of(pledge):
            done = dict(report.get("milestones_done", []))
            assert all(0 <= index < len(pledge["milestones"]) for index in done)
            assert all(day <= report["data_date"] for day in done.values())
            assert before.items() <= done.items()
            before = done

    @every_pledge
    def test_what_falls_short_or_comes_late_is_claimed_with_a_reason(self, pledge: dict[str, Any]) -> None:
        for position, act in enumerate(pledge["acts"]):
            if act["act"] != "claim":
                continue
            newest = standing_reports_of({**pledge, "acts": pledge["acts"][:position]})[-1]
            values = zip(newest["values"], pledge["targets"], strict=True)
            short = any(Decimal(value) < Decimal(target["value"]) for value, target in values)
            short |= len(newest.get("milestones_done", [])) < len(pledge["milestones"])
            assert act.get("reason") or not (short or act["on"] > pledge["due"])

    def test_there_is_one_of_each_special_case(self) -> None:
        acts = Counter(act["act"] for pledge in HISTORY for act in pledge["acts"])
        assert acts["return_report"] >= 1
        assert acts["return_claim"] >= 1
        assert sum(report.get("unapproved", False) for pledge in HISTORY for report in reports_of(pledge)) == 1
        outcomes = Counter(act["outcome"] for pledge in HISTORY for act in pledge["acts"] if act["act"] == "verify")
        assert outcomes == {"met": 6, "met_with_change": 1}
        assert sum(pledge["acts"][-1]["act"] == "claim" for pledge in HISTORY) == 2
        claims = [(act["on"], pledge["due"]) for pledge in HISTORY for act in pledge["acts"] if act["act"] == "claim"]
        assert sum(claimed > due for claimed, due in claims) == 1


def is_cumulative(target: dict[str, Any]) -> bool:
    return target["quantity_kind"] in ("amount", "reduction") and target["comparator"] != "le"


class TestRecent:
    RECENT: list[dict[str, Any]] = json.loads((SAMPLES / "recent.json").read_text(encoding="utf-8"))

    def test_quotes_the_report_once_and_repeats_nothing_of_the_history(self) -> None:
        for pledge in self.RECENT:
            assert REPORT.count(pledge["quote"]) == 1
            assert all(pledge["quote"] not in other["quote"] for other in HISTORY)
            assert {pledge["lead"], *pledge["support"]} <= set(UNITS)

    def test_its_acts_follow_each_other(self) -> None:
        for pledge in self.RECENT:
            days = [act["ago"] for act in pledge["acts"]]
            assert days == sorted(set(days), reverse=True)
            state = "draft"
            for act in pledge["acts"]:
                assert LIFE[act["act"]][0] == state
                state = LIFE[act["act"]][1]

    def test_there_is_something_to_do_for_everybody(self) -> None:
        last = Counter(
            (act["act"], act.get("unapproved", False))
            for pledge in self.RECENT
            for act in pledge["acts"][-1:] or [{"act": "draft"}]
        )
        assert last == {
            ("assign", False): 2, ("return_report", False): 1, ("report", False): 2, ("report", True): 2,
            ("draft", False): 2,
        }  # fmt: skip

    def test_what_waits_for_approval_is_answered_by_nobody_else(self) -> None:
        for pledge in (*HISTORY, *self.RECENT):
            assert not any(act.get("unapproved") for act in pledge["acts"][:-1])
