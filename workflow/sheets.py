"""督办单: proposed by the weekly list or by hand, issued by the director alone, answered and judged row by row.

    propose                  the weekly list (sheet_proposals.py)
    add_row, drop_row, drop  what is to be issued, put together (here)
    issue                    the number, the day, the unit's task (here)
    answer, answer_row       the unit's answers (sheet_answers.py)
    judge, judge_row         what the office says of them (sheet_answers.py)

Each refuses in the one order (Invisible, Forbidden, Stale or WrongState, BadInput), having changed nothing.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Pledge
from workflow import assignees, audit, list_tasks, needs, permissions, sheet_manners, story
from workflow.context import day_of
from workflow.models import Sheet, SheetRow, Task
from workflow.needs import Need
from workflow.sheet_answers import answer, answer_row, judge, judge_row
from workflow.sheet_manners import ASKED, Colour, Kind, Status
from workflow.sheet_proposals import propose

__all__ = [
    "DAYS_TO_ANSWER",
    "add_row",
    "answer",
    "answer_row",
    "drop",
    "drop_row",
    "is_outdated",
    "issue",
    "judge",
    "judge_row",
    "propose",
]

DAYS_TO_ANSWER: Mapping[str, int] = {Colour.YELLOW: 5, Colour.RED: 3}  # working days
ADDED = (
    Need("colour", _("颜色"), needs.choice(Colour), required=True),
    Need("finding", _("情况"), needs.text(300), required=True),
)
ISSUED = (Need("words", _("督办要求"), needs.text(500)), Need("due_date", _("回复期限"), needs.day))
DROPPED = (Need("words", _("理由"), needs.text(300)),)
NOT_PROPOSED = _("这份督办单已经发出或不予发出,不能再改。")


def add_row(pledge_id: int, *, actor: Actor, payload: Mapping[str, Any], at: datetime.datetime) -> SheetRow:
    """Put an item by hand on its lead unit's proposed sheet of a colour: ``{"colour", "finding"}``."""
    with transaction.atomic():
        pledge = _visible(pledge_id, actor)
        programme = sheet_manners.lock_programme(pledge.programme_id)
        refusal = permissions.may_propose_sheets(actor)
        if refusal is not None:
            raise Forbidden(refusal)
        if pledge.state not in ASKED or pledge.lead_unit is None:
            raise WrongState(_("只有待签收和推进中的事项可以列入督办单。"))
        data = sheet_manners.read(ADDED, payload, programme=programme, actor=actor, at=at)
        if pledge.pk in sheet_manners.on_open_sheet(programme, data["colour"]):
            raise BadInput({"colour": _("这一事项已在同色的督办单上。")})
        sheet = sheet_manners.proposed(programme, pledge.lead_unit, data["colour"], at=at)
        row = SheetRow.objects.create(sheet=sheet, pledge=pledge, reason=SheetRow.Reason.ADDED, finding=data["finding"])
        sheet_manners.save(sheet)
        words = f"{pledge.number} {data['finding']}"
        sheet_manners.record("add_sheet_row", sheet, actor=actor, at=at, pledge=pledge, words=words)
    return row


def _visible(pledge_id: int, actor: Actor) -> Pledge:
    found: Pledge | None = Pledge.objects.visible_to(actor).select_related("lead_unit").filter(pk=pledge_id).first()
    if found is None:
        raise Invisible()
    return found


def drop_row(
    row_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Sheet:
    """Take one item off a proposed sheet. With its last item the sheet is dropped. ``payload``: ``{"words"}``."""
    with transaction.atomic():
        sheet_id = SheetRow.objects.filter(pk=row_id).values_list("sheet", flat=True).first()
        sheet = _proposed(sheet_id or 0, actor, version)
        words = sheet_manners.read(DROPPED, payload, programme=sheet.programme, actor=actor, at=at)["words"]
        rows = sheet_manners.rows_of(sheet)
        if len(rows) == 1:
            return _drop(sheet, words, actor, at)
        _remove(sheet, [row for row in rows if row.pk == row_id], words, actor, at)
        sheet_manners.save(sheet)
    return sheet


def drop(
    sheet_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Sheet:
    """Decide that a proposed sheet is not issued. ``payload``: ``{"words"}``."""
    with transaction.atomic():
        sheet = _proposed(sheet_id, actor, version)
        words = sheet_manners.read(DROPPED, payload, programme=sheet.programme, actor=actor, at=at)["words"]
        return _drop(sheet, words, actor, at)


def _drop(sheet: Sheet, words: str | None, actor: Actor, at: datetime.datetime) -> Sheet:
    sheet_manners.save(sheet, status=Status.DROPPED, closed_at=at)
    sheet_manners.record("drop_sheet", sheet, actor=actor, at=at, words=words)
    list_tasks.close_done((Kind.ISSUE_SHEETS,), programme=sheet.programme, at=at)
    return sheet


def _remove(sheet: Sheet, rows: Collection[SheetRow], words: str | None, actor: Actor, at: datetime.datetime) -> None:
    for row in rows:
        said = " ".join(filter(None, (row.pledge.number, words)))
        sheet_manners.record(
            "drop_sheet_row", sheet, actor=actor, at=at, pledge=row.pledge, finding=row.finding, words=said
        )
    SheetRow.objects.filter(pk__in=[row.pk for row in rows]).delete()


def issue(
    sheet_id: int,
    *,
    actor: Actor,
    version: int | None,
    payload: Mapping[str, Any],
    at: datetime.datetime,
    rows: Collection[int] | None = None,
) -> Sheet:
    """Issue a proposed sheet: its number, its day, and the unit's task to answer it.

    ``payload``: ``{"words", "due_date"}``, the day by default five working days off for a yellow sheet and three for a
    red one. ``rows``: the ids of the rows to issue, the others being taken off; None for all.
    """
    with transaction.atomic():
        sheet = _proposed(sheet_id, actor, version)
        data = sheet_manners.read(ISSUED, payload, programme=sheet.programme, actor=actor, at=at)
        known = sheet_manners.rows_of(sheet)
        kept = known if rows is None else [row for row in known if row.pk in rows]
        due = data["due_date"] or sheet_manners.in_workdays(at, DAYS_TO_ANSWER[sheet.colour])
        _demand_sendable(sheet, kept, set(rows or ()) - {row.pk for row in known}, due, at)
        post = assignees.head_of(sheet.unit)
        _remove(sheet, [row for row in known if row not in kept], None, actor, at)
        sheet_manners.save(
            sheet,
            status=Status.ISSUED,
            number=services.next_sheet_number(sheet.programme),
            issued_date=day_of(at),
            issued_by=actor.user,
            due_date=due,
            words=data["words"] or "",
        )
        Task.objects.create(kind=Kind.ANSWER_SHEET, sheet=sheet, post=post, due_date=due, opened_at=at)
        list_tasks.close_done((Kind.ISSUE_SHEETS,), programme=sheet.programme, at=at)
        _tell(sheet, kept, actor, at)
    return sheet


def _demand_sendable(
    sheet: Sheet, kept: list[SheetRow], unknown: Collection[int], due: datetime.date, at: datetime.datetime
) -> None:
    faults: dict[str, Any] = {}
    outdated = [row.pledge.number for row in kept if is_outdated(row, sheet)]
    if unknown:
        faults["rows"] = _("所选的项不在这份督办单上,请刷新页面后重试。")
    elif not kept:
        faults["rows"] = _("请至少选择一项;都不发的,请选“不予发出”。")
    elif outdated:
        told = {"numbers": "、".join(outdated)}
        faults["rows"] = _("%(numbers)s 已不由这个单位推进,请不要勾选。") % told
    if due < day_of(at):
        faults["due_date"] = _("回复期限不能早于今天。")
    if faults:
        raise BadInput(faults)


def is_outdated(row: SheetRow, sheet: Sheet) -> bool:
    """Whether the item was claimed, closed or given to another unit since it was proposed."""
    return row.pledge.state not in ASKED or row.pledge.lead_unit_id != sheet.unit_id


def _tell(sheet: Sheet, rows: list[SheetRow], actor: Actor, at: datetime.datetime) -> None:
    """The event on the sheet, and one on each item's own stream."""
    words = " ".join(filter(None, (sheet.number, sheet.words)))
    given = {"number": sheet.number, "colour": sheet.colour, "due_date": sheet.due_date, "words": words}
    sheet_manners.record("issue_sheet", sheet, actor=actor, at=at, pledges=[row.pledge for row in rows], **given)
    for row in sorted(rows, key=lambda row: row.pledge_id):  # everybody who writes to several streams in one order
        audit.append(
            stream=audit.stream_of(row.pledge),
            action="issue_sheet",
            actor=actor,
            at=at,
            payload={
                "input": story.recorded({"sheet": sheet, **given, "reason_code": row.reason}),
                "version": row.pledge.version,
            },
        )


def _proposed(sheet_id: int, actor: Actor, version: int | None) -> Sheet:
    """A proposed sheet for the director to decide about."""
    sheet = sheet_manners.locked(sheet_id, actor)
    sheet_manners.demand(
        sheet,
        refusal=permissions.may_issue_sheets(actor),
        version=version,
        status=Status.PROPOSED,
        why=NOT_PROPOSED,
    )
    return sheet
