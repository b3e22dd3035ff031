"""The words of the light rules: what goes in, what comes out, and the numbers a programme may set.

Nothing is computed here: the sums are in `arithmetic`, the judgement in `light`. How the specification is read is
written down in docs/adr/0005-reading-the-light-rules.md. Shares are integer basis points, 10000 = 100%.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

FULL_BP = 10_000
MOST_GRACE_DAYS = 20_000  # some eighty years; far more would lead out of the calendar
RULES_VERSION = 1  # raised by a change of the rules that could change a light; kept beside what they judged

COMPARATORS = frozenset({"ge", "le", "eq", "approx", "range"})
KINDS = frozenset({"amount", "growth", "reduction", "share"})
STATES = frozenset({"draft", "assigned", "in_progress", "claimed", "closed", "suspended", "withdrawn"})
FORMS = frozenset({"quantified", "milestone", "ongoing"})
FIRMNESSES = frozenset({"firm", "aim", "process"})


class Light(StrEnum):
    RED = "red"  # 红灯
    YELLOW = "yellow"  # 黄灯
    GREEN = "green"  # 绿灯
    GREY = "grey"  # 灰灯


class Reason(StrEnum):
    """Why a light is what it is. The codes are stored beside the light and never change their meaning."""

    NOT_DUE = "not_due"  # 未到期: not assigned, resting, not started, or in the days given for signing
    OVERDUE = "overdue"  # 逾期
    UNREPORTED = "unreported"  # 未报送
    AWAITING_FIGURE = "awaiting_figure"  # 待发布
    FAR_BEHIND = "far_behind"  # 严重滞后
    OCCURRED = "occurred"  # 零容忍事项已发生
    BEHIND = "behind"  # 滞后
    NOTHING_DONE = "nothing_done"  # 有计划而未开展
    SHORT = "short"  # 增速、占比、控制数未达目标值
    MILESTONE_LATE = "milestone_late"  # 节点逾期
    JUDGED_BEHIND = "judged_behind"  # 研判滞后
    UNSIGNED = "unsigned"  # 逾期未签收
    ON_TRACK = "on_track"  # 正常


class Pace(StrEnum):
    """序时: a plain fact beside the light."""

    AHEAD = "ahead"  # 超序时
    ON = "on"  # 达序时
    BEHIND = "behind"  # 未达序时


class BadThresholds(ValueError):
    """The settings of a programme make no sense; says which."""


@dataclass(frozen=True)
class Thresholds:
    """The numbers of the rules; a programme may set each. All but the last in basis points."""

    far_behind_bp: int = 3000  # red: behind the plan by more than this
    behind_bp: int = 1000  # yellow: behind the plan by this or more
    half_of_plan_from_bp: int = 2500  # the far ratio counts only where the plan has come this far
    far_ratio_bp: int = 5000  # red: progress below this share of the plan
    behind_ratio_bp: int = 8000  # yellow: progress below this share of the plan
    soft_tolerance_bp: int = 500  # a narrow miss: within this share of the target's value
    approx_tolerance_bp: int = 500  # 左右: reached within this share of the target's value
    grace_working_days: int = 5  # for whoever computes PledgeFacts.grace_ends_on; no rule here reads it

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """The thresholds of a programme's settings: keys are the field names, absent keys keep the default.

        Other keys are none of our business and are ignored. A value is a whole number or its digits. Raises
        BadThresholds, naming the key, for anything else, and for a yellow rule that starts where red already reigns.
        """
        if not isinstance(settings, Mapping):
            raise BadThresholds(f"the settings are no mapping of names to numbers: {settings!r}")
        chosen: dict[str, int] = {}
        for name in (field.name for field in fields(cls)):
            if name in settings:
                chosen[name] = _whole_number(name, settings[name])
        thresholds = cls(**chosen)
        if thresholds.behind_bp > thresholds.far_behind_bp:
            raise BadThresholds("behind_bp is larger than far_behind_bp")
        if thresholds.far_ratio_bp > thresholds.behind_ratio_bp:
            raise BadThresholds("far_ratio_bp is larger than behind_ratio_bp")
        return thresholds


def _whole_number(name: str, value: object) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadThresholds(f"{name} is not a whole number: {value!r}")
    if not 0 <= value <= (FULL_BP if name.endswith("_bp") else MOST_GRACE_DAYS):
        raise BadThresholds(f"{name} is out of range: {value}")
    return value


DEFAULTS = Thresholds()


@dataclass(frozen=True)
class TargetFacts:
    """One target and the newest figure that counts for it.

    `reported` is cumulative for the year and, where an indicator is the source of truth, a published figure: a unit's
    own estimate (预计) is never passed in. For a reduction it is the reduction achieved. `value` is the lower end of a
    range and `value_max` its upper end (None: open). `trajectory` holds planned cumulative values in any order.
    """

    value: Decimal
    value_max: Decimal | None = None
    comparator: str = "ge"  # one of COMPARATORS
    kind: str = "amount"  # one of KINDS
    baseline: Decimal | None = None
    more_is_worse: bool = False
    zero_tolerance: bool = False
    trajectory: tuple[tuple[date, Decimal], ...] = ()
    reported: Decimal | None = None
    data_date: date | None = None
    awaiting_figure: bool = False  # the indicator's figure for the period is not released yet

    def __post_init__(self) -> None:
        _known("comparator", self.comparator, COMPARATORS)
        _known("kind", self.kind, KINDS)


@dataclass(frozen=True)
class MilestoneFacts:
    planned: date
    weight: int = 1
    done: date | None = None


@dataclass(frozen=True, kw_only=True)
class PledgeFacts:
    """What the light of one pledge depends on.

    `start` None means 1 January and `due` None 31 December of the plan year. `grace_ends_on` is the first day on which
    the working days for signing are over, `add_workdays(assigned_on, grace_working_days)`; None: still running.
    `missed` counts the windows that closed one after the other, up to the last, without a report. `settled` says that
    a closed pledge was closed as not met (未完成), which never counts as done.
    """

    state: str  # one of STATES
    plan_year: int
    form: str = "quantified"  # one of FORMS
    firmness: str = "firm"  # one of FIRMNESSES
    start: date | None = None
    due: date | None = None
    assigned_on: date | None = None
    grace_ends_on: date | None = None
    targets: tuple[TargetFacts, ...] = ()
    milestones: tuple[MilestoneFacts, ...] = ()
    missed: int = 0
    judged_behind: bool = False
    settled: bool = False

    def __post_init__(self) -> None:
        _known("state", self.state, STATES)
        _known("form", self.form, FORMS)
        _known("firmness", self.firmness, FIRMNESSES)

    @property
    def due_date(self) -> date:
        return self.due or date(self.plan_year, 12, 31)

    @property
    def start_date(self) -> date:
        # A pledge due before its plan year (an early deadline typed by hand) must not start after its end.
        return self.start or date(min(self.plan_year, self.due_date.year), 1, 1)


def _known(name: str, value: str, allowed: frozenset[str]) -> None:
    if value not in allowed:
        raise ValueError(f"unknown {name}: {value!r}")


@dataclass(frozen=True)
class Standing:
    """Where a pledge stands on a day: the light, why, and the numbers of the sentence beside it.

    `light` and `reason` are None for a claimed or closed pledge: those are states. `gap_bp` = plan − progress, so a
    pledge that lags has a positive gap. `progress_bp`, `plan_bp`, `data_date` and `distance` are those of the target
    at index `worst`, or of the stages of a milestone pledge; the plan is that of the figure's data date and None
    before the first figure (use `plan_at` to show today's). `distance` is negative where a target falls short.
    `days_overdue` is positive exactly when the reason is OVERDUE.
    """

    light: Light | None
    reason: Reason | None
    progress_bp: int | None = None
    plan_bp: int | None = None
    gap_bp: int | None = None
    pace: Pace | None = None
    data_date: date | None = None
    distance: Decimal | None = None
    reached: bool = False
    worst: int | None = None
    missed: int = 0
    days_overdue: int = 0
