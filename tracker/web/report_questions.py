"""Questions before a report goes up: asked once on the form, answered by sending it again."""

import datetime
from typing import Any

from pledges import calendars
from pledges.errors import BadInput
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from workflow import consistency
from workflow.consistency import Question


def unanswered(
    request: PageRequest, pk: int, typed: dict[str, Any], version: int | None, at: datetime.datetime
) -> list[Question]:
    """All that this report raises, when any of it was not shown before; else [], and ``typed["asked"]`` then holds
    the codes that were shown and stand. What the gate would refuse is raised first."""
    shown = {code.strip() for code in typed["asked"].split(",")}
    try:
        found = consistency.of_input(
            pledge=visible(pk, request.actor),
            actor=request.actor,
            payload=typed,
            at=at,
            calendar=calendars.current(),
        )
    except BadInput:
        return []  # the gate says so, after asking who acts and when
    typed["asked"] = [question.code for question in found]
    if shown.issuperset(typed["asked"]):
        return []
    return consistency.rehearse(pledge_id=pk, actor=request.actor, payload=typed, version=version, at=at)
