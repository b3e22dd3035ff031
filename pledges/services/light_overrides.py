"""Writes lights set by decision. What counts of them is kept by `keep_standing`."""

import datetime
from typing import Any

from pledges import completion
from pledges.models import LightOverride, Period, Pledge


def override_light(pledge: Pledge, period: Period, *, found: completion.Standing, **fields: Any) -> LightOverride:
    """A decision beside what the rules have ``found``."""
    override: LightOverride = LightOverride.objects.create(
        pledge=pledge,
        period=period,
        rule_light=str(found.light or ""),
        rule_reason=str(found.reason or ""),
        rules_version=completion.RULES_VERSION,
        **fields,
    )
    return override


def withdraw_override(override: LightOverride, *, at: datetime.datetime) -> None:
    override.withdrawn_at = at
    override.save(update_fields=["withdrawn_at"])
