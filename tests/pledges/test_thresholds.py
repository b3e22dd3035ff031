"""The numbers of the light rules, as a programme may set them."""

from typing import Any

import pytest

from pledges.completion import DEFAULTS, BadThresholds, Thresholds


def test_settings_replace_the_defaults_one_by_one() -> None:
    assert Thresholds.from_settings({}) == DEFAULTS
    chosen = Thresholds.from_settings({"far_behind_bp": "4000", "behind_bp": 500, "window_opens_day": "25th"})
    assert (chosen.far_behind_bp, chosen.behind_bp, chosen.behind_ratio_bp) == (4000, 500, 8000)
    assert Thresholds.from_settings({"grace_working_days": 20000}).grace_working_days == 20000


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"behind_bp": "ten"}, "behind_bp is not a whole number"),
        ({"behind_bp": 0.1}, "behind_bp is not a whole number"),
        ({"behind_bp": True}, "behind_bp is not a whole number"),
        ({"behind_bp": None}, "behind_bp is not a whole number"),
        ({"behind_bp": -1}, "behind_bp is out of range"),
        ({"grace_working_days": -1}, "grace_working_days is out of range"),
        ({"grace_working_days": 20001}, "grace_working_days is out of range"),
        (["behind_bp"], "the settings are no mapping"),
        (None, "the settings are no mapping"),
        ({"far_ratio_bp": 10001}, "far_ratio_bp is out of range"),
        ({"behind_bp": 3001}, "behind_bp is larger than far_behind_bp"),
        ({"far_ratio_bp": 9000}, "far_ratio_bp is larger than behind_ratio_bp"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(settings: Any, said: str) -> None:
    with pytest.raises(BadThresholds, match=said):
        Thresholds.from_settings(settings)


def test_the_bands_may_meet_and_may_take_the_whole_of_the_scale() -> None:
    met = {"behind_bp": 3000, "far_behind_bp": 3000, "far_ratio_bp": 8000, "behind_ratio_bp": 8000}
    assert Thresholds.from_settings(met) == Thresholds(behind_bp=3000, far_ratio_bp=8000)
    assert Thresholds.from_settings({"far_behind_bp": 10000, "soft_tolerance_bp": 0}).far_behind_bp == 10000


def test_the_defaults_are_those_of_the_rules() -> None:
    assert (
        Thresholds(
            far_behind_bp=3000,
            behind_bp=1000,
            half_of_plan_from_bp=2500,
            far_ratio_bp=5000,
            behind_ratio_bp=8000,
            soft_tolerance_bp=500,
            approx_tolerance_bp=500,
            grace_working_days=5,
        )
        == DEFAULTS
    )
