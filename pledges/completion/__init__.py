"""完成情况: progress, plan, pace and light of a pledge. Pure: no Django, no clock, no float.

    standing(facts, today)            where a pledge stands (light.py)
    progress, reached, distance       of one target (arithmetic.py)
    plan_at, planned_value            of one target on a day (arithmetic.py)
    stages_done, stages_planned       of a milestone pledge (arithmetic.py)
    Thresholds.from_settings          the numbers a programme may change (rules.py)

How the rules of the specification are read is written down in docs/adr/0005-reading-the-light-rules.md.
"""

from pledges.completion.arithmetic import (
    distance,
    is_near,
    plan_at,
    planned_value,
    progress,
    reached,
    stages_done,
    stages_planned,
)
from pledges.completion.light import standing
from pledges.completion.rules import (
    DEFAULTS,
    FULL_BP,
    RULES_VERSION,
    BadThresholds,
    Light,
    MilestoneFacts,
    Pace,
    PledgeFacts,
    Reason,
    Standing,
    TargetFacts,
    Thresholds,
)

__all__ = [
    "DEFAULTS",
    "FULL_BP",
    "RULES_VERSION",
    "BadThresholds",
    "Light",
    "MilestoneFacts",
    "Pace",
    "PledgeFacts",
    "Reason",
    "Standing",
    "TargetFacts",
    "Thresholds",
    "distance",
    "is_near",
    "plan_at",
    "planned_value",
    "progress",
    "reached",
    "stages_done",
    "stages_planned",
    "standing",
]
