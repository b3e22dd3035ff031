"""Facts for the tests of the light rules. The day is 12 October 2020 and the figure of 15 September unless told so."""

from datetime import date
from decimal import Decimal
from typing import Any

from pledges.completion import Light, PledgeFacts, Reason, TargetFacts, Thresholds, standing

TODAY = date(2020, 10, 12)
DATA_DAY = date(2020, 9, 15)
DUE = date(2020, 12, 31)
RED, YELLOW, GREEN, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY


def target(value: str = "100", reported: str | None = None, **facts: Any) -> TargetFacts:
    for name in ("value_max", "baseline"):
        if name in facts:
            facts[name] = Decimal(facts[name])
    facts.setdefault("data_date", None if reported is None else DATA_DAY)
    return TargetFacts(value=Decimal(value), reported=None if reported is None else Decimal(reported), **facts)


def planned(plan: str, reported: str | None, **facts: Any) -> TargetFacts:
    """A target of 100 whose plan stands at `plan` from 1 September on."""
    return target("100", reported, trajectory=((date(2020, 9, 1), Decimal(plan)),), **facts)


def pledge(*targets: TargetFacts, **facts: Any) -> PledgeFacts:
    return PledgeFacts(**{"state": "in_progress", "plan_year": 2020, "due": DUE, "targets": targets, **facts})


def verdict(facts: PledgeFacts, today: date = TODAY, **thresholds: int) -> tuple[Light | None, Reason | None]:
    found = standing(facts, today, Thresholds(**thresholds))
    return found.light, found.reason


# The plan in percent, what was reported of 100, and the light. The SQL of the lights is held to them too.
AGAINST_THE_PLAN = [
    ("70", "39.99", (RED, Reason.FAR_BEHIND)),  # 30.01 points
    ("70", "40", (YELLOW, Reason.BEHIND)),  # exactly 30
    ("70", "60", (YELLOW, Reason.BEHIND)),  # exactly 10
    ("70", "60.01", (GREEN, Reason.ON_TRACK)),
    ("25", "12.49", (RED, Reason.FAR_BEHIND)),  # below half of a plan of 25%
    ("25", "12.5", (YELLOW, Reason.BEHIND)),
    ("24.99", "12", (YELLOW, Reason.BEHIND)),  # below half, but of a smaller plan
    ("25", "0", (RED, Reason.FAR_BEHIND)),
    ("24", "0", (YELLOW, Reason.NOTHING_DONE)),
    ("24", "-3", (YELLOW, Reason.NOTHING_DONE)),
    ("0.01", "0", (YELLOW, Reason.NOTHING_DONE)),
    ("0", "0", (GREEN, Reason.ON_TRACK)),
    ("9", "0.001", (YELLOW, Reason.BEHIND)),  # next to nothing is not nothing
    ("10", "7.99", (YELLOW, Reason.BEHIND)),  # below 0.8 of the plan
    ("10", "8", (GREEN, Reason.ON_TRACK)),
    ("100", "95", (GREEN, Reason.ON_TRACK)),
    ("60", "90", (GREEN, Reason.ON_TRACK)),
]
