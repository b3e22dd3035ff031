"""The sentence beside a light, from the kept figures."""

import datetime
from typing import Any

import pytest
from django.utils import translation

from pledges import sentences
from pledges.models import Pledge

TODAY = datetime.date(2020, 12, 20)


def pledge(light: str, reason: str, plan: int | None = None, progress: int | None = None, **fields: Any) -> Pledge:
    return Pledge(light=light, light_reason=reason, plan_bp=plan, progress_bp=progress, **fields)


@pytest.mark.parametrize(
    ("basis_points", "text"),
    [
        (None, ""),
        (0, "0%"),
        (3380, "33.8%"),
        (7077, "70.8%"),
        (10000, "100%"),
        (5, "0.1%"),
        (4, "0%"),
        (-4, "0%"),
        (-150, "-1.5%"),
        (9995, "100%"),
        (9994, "99.9%"),
    ],
)
def test_basis_points_are_shown_with_one_decimal_half_up(basis_points: int | None, text: str) -> None:
    assert sentences.percent(basis_points) == text


@pytest.mark.parametrize(("gap", "text"), [(3697, "37"), (3650, "36.5"), (-200, "2"), (1000, "10")])
def test_a_gap_is_in_points(gap: int, text: str) -> None:
    assert sentences.points(gap) == text


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (pledge("red", "far_behind", 7077, 3380), "计划 70.8%,实际 33.8%,落后 37 个百分点 → 红灯"),
        (pledge("yellow", "behind", 6000, 4200), "计划 60%,实际 42%,落后 18 个百分点 → 黄灯"),
        (pledge("green", "on_track", 3000, 4250), "计划 30%,实际 42.5%,超前 12.5 个百分点 → 绿灯"),
        (pledge("green", "on_track", 5000, 5000), "计划 50%,实际 50%,与计划一致 → 绿灯"),
        (
            pledge("red", "overdue", 10000, 9000, due_date=datetime.date(2020, 12, 15)),
            "完成时限 2020-12-15,已逾期 5 天 → 红灯",
        ),
        (pledge("grey", "unreported", 3000, 3000, missed=2), "连续 2 期未报送 → 灰灯"),
        (pledge("grey", "not_due"), "尚未到期或尚在签收期内 → 灰灯"),
        (pledge("grey", "awaiting_figure"), "指标数据尚未发布 → 灰灯"),
        (pledge("red", "occurred"), "零容忍事项已发生 → 红灯"),
        (pledge("yellow", "short"), "最新数据未达到目标值 → 黄灯"),
        (pledge("yellow", "judged_behind"), "督查室评定为滞后 → 黄灯"),
        (pledge("yellow", "unsigned"), "交办满五个工作日仍未签收 → 黄灯"),
        (pledge("yellow", "milestone_late", 5000, 2500), "计划 50%,实际 25%,落后 25 个百分点 → 黄灯"),
        (pledge("green", "on_track"), "按计划推进 → 绿灯"),
        (pledge("", ""), ""),
    ],
)
def test_the_sentence_says_why_and_ends_in_the_light(item: Pledge, sentence: str) -> None:
    assert sentences.of(item, today=TODAY) == sentence


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("milestone_late", "节点已过计划日期 → 黄灯"), ("short", "最新数据未达到目标值 → 黄灯")],
)
def test_a_yellow_light_is_never_explained_by_being_ahead(reason: str, sentence: str) -> None:
    """A late stage beside a target ahead of its plan: the sentence names what made it yellow."""
    assert sentences.of(pledge("yellow", reason, 4000, 6000), today=TODAY) == sentence


def test_light_words_are_the_light_and_its_reason() -> None:
    assert sentences.light_words(pledge("red", "far_behind")) == "红灯 严重滞后"
    assert sentences.light_words(pledge("grey", "unreported")) == "灰灯 未报送"
    assert sentences.light_words(pledge("", "")) == ""


def test_every_light_reason_and_pace_has_its_words() -> None:
    from pledges.completion import Light, Pace, Reason

    assert set(sentences.LIGHTS) == set(Light)
    assert set(sentences.REASONS) == set(sentences.PLAIN) == set(Reason)
    assert set(sentences.PACES) == {str(pace) for pace in Pace}


def test_the_sentence_is_made_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert "→ 红灯" in sentences.of(pledge("red", "far_behind", 7077, 3380), today=TODAY)
