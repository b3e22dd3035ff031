"""What every act on a 督办单 has in common: the lock, who may, freshness, the event, the tasks.

Every function here is called inside the transaction of the act. Acts on the sheets of one programme take turns: each
locks the programme first and its sheet second.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Programme, State, Unit
from pledges.working_days import add_workdays
from workflow import assignees, audit, list_tasks, story
from workflow.context import Context, day_of
from workflow.models import Event, Sheet, SheetRow, Task
from workflow.needs import Need, read_all

Kind, Colour, Status = Task.Kind, Sheet.Colour, Sheet.Status
OPEN = (Status.PROPOSED, Status.ISSUED, Status.ANSWERED)
ASKED = (State.ASSIGNED, State.IN_PROGRESS)  # while the unit still owes something
DAYS_TO_ISSUE = 3  # working days
DAYS_TO_JUDGE = 5


def lock_programme(programme_id: int) -> Programme:
    locked: Programme = (
        Programme.objects.select_for_update(of=("self",), no_key=True).select_related("government").get(pk=programme_id)
    )
    return locked


def locked(sheet_id: int, actor: Actor) -> Sheet:
    """The sheet under a row lock; Invisible where the actor may not know of it."""
    programme = Sheet.objects.visible_to(actor).filter(pk=sheet_id).values_list("programme", flat=True).first()
    if programme is None:
        raise Invisible()
    lock_programme(programme)
    sheet: Sheet | None = (
        Sheet.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("programme__government", "unit")
        .filter(pk=sheet_id)
        .first()
    )
    if sheet is None:
        raise Invisible()
    return sheet


def demand(sheet: Sheet, *, refusal: Any | None, version: int | None, status: str, why: Any) -> None:
    """Permission, then state, then freshness: a person who may not act learns nothing else."""
    if refusal is not None:
        raise Forbidden(refusal)
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if version != sheet.version:
        raise Stale(changes_since(sheet, version))
    if sheet.status != status:
        raise WrongState(why)


def read(
    needs: tuple[Need, ...], given: Mapping[str, Any], *, programme: Programme, actor: Actor, at: datetime.datetime
) -> dict[str, Any]:
    """What was typed, or BadInput with every fault."""
    nobody_s = Pledge(programme=programme)  # readers ask a pledge for its programme
    return read_all(needs, given, Context(actor=actor, pledge=nobody_s, at=at, calendar=calendars.current()))


def rows_of(sheet: Sheet) -> list[SheetRow]:
    return list(
        SheetRow.objects.filter(sheet=sheet)
        .select_related("pledge__programme", "pledge__lead_unit")
        .order_by("pledge__number", "pk")
    )


def on_open_sheet(programme: Programme, *colours: str) -> set[int]:
    """The ids of the pledges that stand on a sheet of these colours which is not over yet."""
    rows = SheetRow.objects.filter(sheet__programme=programme, sheet__status__in=OPEN, sheet__colour__in=colours)
    return set(rows.values_list("pledge", flat=True))


def proposed(programme: Programme, unit: Unit, colour: str, *, at: datetime.datetime) -> Sheet:
    """The unit's one proposed sheet of a colour, made when there is none; with the director's task to look at it."""
    sheet, _is_new = Sheet.objects.get_or_create(
        programme=programme, unit=unit, colour=colour, status=Status.PROPOSED, defaults={"proposed_at": at}
    )
    list_tasks.ensure(
        Kind.ISSUE_SHEETS,
        programme=programme,
        post=assignees.director_of(programme),
        due_date=in_workdays(at, DAYS_TO_ISSUE),
        at=at,
    )
    return sheet


def save(sheet: Sheet, **changes: Any) -> None:
    """Change a sheet and raise its version."""
    for name, value in changes.items():
        setattr(sheet, name, value)
    sheet.version += 1
    sheet.save()


def record(action: str, sheet: Sheet, *, actor: Actor, at: datetime.datetime, **given: Any) -> None:
    audit.append(
        stream=audit.stream_of(sheet),
        action=action,
        actor=actor,
        at=at,
        payload={
            "input": {name: value for name, value in story.recorded(given).items() if value not in (None, "")},
            "after": {"status": sheet.status},
            "version": sheet.version,
        },
    )


def told(sheet: Sheet, *, from_issuing: bool = False) -> list[story.Line]:
    """The sheet's history, oldest first; what was weighed before it was issued is the office's own."""
    events = Event.objects.filter(stream__name=audit.stream_of(sheet)).order_by("sequence")
    if from_issuing:
        issued = events.filter(action="issue_sheet").values_list("sequence", flat=True).first()
        events = events.filter(sequence__gte=issued or 0)
    return story.told(events)


def changes_since(sheet: Sheet, version: int) -> list[str]:
    return [line.text for line in told(sheet) if line.version > version]


def close_tasks(sheet: Sheet, *kinds: str, at: datetime.datetime) -> None:
    Task.objects.open().filter(sheet=sheet, kind__in=kinds).update(closed_at=at)


def in_workdays(at: datetime.datetime, days: int) -> datetime.date:
    return add_workdays(day_of(at), days, calendars.current())
