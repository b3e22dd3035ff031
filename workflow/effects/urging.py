"""When a unit may be urged, and when there is something to answer. What is said lies in the event alone."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.models import Pledge
from workflow.models import Task

DAYS_TO_ANSWER = 5  # working days


def an_urge_waits(pledge: Pledge) -> Any | None:
    """Why the unit is not urged again, or None."""
    return _("已催办,等待回应。") if _waiting(pledge) else None


def no_urge_waits(pledge: Pledge) -> Any | None:
    return None if _waiting(pledge) else _("没有等待回应的催办。")


def _waiting(pledge: Pledge) -> bool:
    return Task.objects.open().filter(pledge=pledge, kind=Task.Kind.ANSWER_URGE).exists()
