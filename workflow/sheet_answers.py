"""What a unit answers to a 督办单, row by row, and what the office says of each answer."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput, Invisible, WrongState
from workflow import assignees, needs, permissions, sheet_manners
from workflow.models import Sheet, SheetRow, Task
from workflow.needs import Need
from workflow.sheet_manners import DAYS_TO_JUDGE, Kind, Status

Verdict = SheetRow.Verdict
DAYS_TO_ANSWER_AGAIN = 3  # working days, after a rejected answer
ANSWER = (Need("words", _("回复"), needs.text(500), required=True),)
VERDICT = (
    Need("verdict", _("认定"), needs.choice(Verdict), required=True),
    Need("words", _("认定意见"), needs.text(300)),
)
NOTHING = _("请至少填写一项。")


def answer_row(
    row_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Sheet:
    """Answer one row: ``{"words"}``."""
    try:
        return answer(_sheet_of(row_id), actor=actor, version=version, answers={row_id: payload}, at=at)
    except BadInput as refusal:
        raise _of_one_row(refusal) from refusal


def judge_row(
    row_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Sheet:
    """Say of one answer whether it is accepted: ``{"verdict", "words"}``."""
    try:
        return judge(_sheet_of(row_id), actor=actor, version=version, verdicts={row_id: payload}, at=at)
    except BadInput as refusal:
        raise _of_one_row(refusal) from refusal


def answer(
    sheet_id: int,
    *,
    actor: Actor,
    version: int | None,
    answers: Mapping[int, Mapping[str, Any]],
    at: datetime.datetime,
) -> Sheet:
    """Answer some rows at once: ``{row id: {"words"}}``. With the last one the sheet is answered and goes back.

    An answer may be put better until then; one that the office has accepted stays. Faults are named ``12.words``.
    """
    with transaction.atomic():
        sheet = sheet_manners.locked(sheet_id, actor)
        sheet_manners.demand(
            sheet,
            refusal=permissions.may_answer_sheet(actor, sheet.unit),
            version=version,
            status=Status.ISSUED,
            why=_("这份督办单已全部回复或已办结,不能再回复。"),
        )
        rows = {row.pk: row for row in sheet_manners.rows_of(sheet)}
        if any(rows[pk].verdict == Verdict.ACCEPTED for pk in answers if pk in rows):
            raise WrongState(_("这一项的回复已经认可,不需要再回复。"))
        _demand_known(answers, rows)
        read = _read_each(ANSWER, answers, sheet, actor, at)
        for pk, data in read.items():
            row = rows[pk]
            row.answer, row.answered_by, row.answered_at = data["words"], actor.user, at
            row.verdict, row.verdict_words, row.judged_by, row.judged_at = "", "", None, None
            row.save()
        is_whole = all(row.answer for row in rows.values())
        sheet_manners.save(sheet, status=Status.ANSWERED if is_whole else Status.ISSUED)
        if is_whole:
            sheet_manners.close_tasks(sheet, Kind.ANSWER_SHEET, at=at)
            _open(Kind.JUDGE_SHEET, sheet, sheet_manners.in_workdays(at, DAYS_TO_JUDGE), at)
        for pk, data in read.items():
            words = f"{rows[pk].pledge.number} {data['words']}"
            sheet_manners.record("answer_sheet", sheet, actor=actor, at=at, pledge=rows[pk].pledge, words=words)
    return sheet


def judge(
    sheet_id: int,
    *,
    actor: Actor,
    version: int | None,
    verdicts: Mapping[int, Mapping[str, Any]],
    at: datetime.datetime,
) -> Sheet:
    """Say of some answers whether they are accepted: ``{row id: {"verdict", "words"}}``; a rejection says why.

    Once every answer is judged the sheet is closed, or goes back to the unit for the rows that were rejected, to be
    answered anew within three working days. What had been answered stays in the events.
    """
    with transaction.atomic():
        sheet = sheet_manners.locked(sheet_id, actor)
        sheet_manners.demand(
            sheet,
            refusal=permissions.may_judge_sheets(actor),
            version=version,
            status=Status.ANSWERED,
            why=_("这份督办单没有等待认定的回复。"),
        )
        rows = {row.pk: row for row in sheet_manners.rows_of(sheet)}
        _demand_known(verdicts, rows)
        read = _read_each(VERDICT, verdicts, sheet, actor, at)
        _demand_reasons(read)
        for pk, data in read.items():
            row = rows[pk]
            row.verdict, row.verdict_words = data["verdict"], data["words"] or ""
            row.judged_by, row.judged_at = actor.user, at
            row.save()
        _conclude(sheet, list(rows.values()), at)
        for pk, data in read.items():
            act = "accept_sheet_answer" if data["verdict"] == Verdict.ACCEPTED else "reject_sheet_answer"
            words = " ".join(filter(None, (rows[pk].pledge.number, data["words"])))
            sheet_manners.record(act, sheet, actor=actor, at=at, pledge=rows[pk].pledge, words=words)
    return sheet


def _conclude(sheet: Sheet, rows: list[SheetRow], at: datetime.datetime) -> None:
    """Close the sheet or send it back, once every row is judged."""
    if not all(row.verdict for row in rows):
        sheet_manners.save(sheet)
        return
    sheet_manners.close_tasks(sheet, Kind.JUDGE_SHEET, at=at)
    rejected = [row for row in rows if row.verdict == Verdict.REJECTED]
    if not rejected:
        sheet_manners.save(sheet, status=Status.CLOSED, closed_at=at)
        return
    for row in rejected:
        row.answer, row.answered_by, row.answered_at = "", None, None
        row.save()
    due = sheet_manners.in_workdays(at, DAYS_TO_ANSWER_AGAIN)
    sheet_manners.save(sheet, status=Status.ISSUED, due_date=due)
    _open(Kind.ANSWER_SHEET, sheet, due, at)


def _open(kind: str, sheet: Sheet, due: datetime.date, at: datetime.datetime) -> None:
    of_unit = kind == Kind.ANSWER_SHEET
    post = assignees.head_of(sheet.unit) if of_unit else assignees.supervisor_of(sheet.programme, sheet.unit)
    Task.objects.create(kind=kind, sheet=sheet, post=post, due_date=due, opened_at=at)


def _demand_known(given: Mapping[int, Any], rows: Mapping[int, SheetRow]) -> None:
    if not given:
        raise BadInput({"": NOTHING})
    if not set(given) <= set(rows):
        raise BadInput({"": _("所填的项不在这份督办单上,请刷新页面后重试。")})


def _read_each(
    wanted: tuple[Need, ...],
    given: Mapping[int, Mapping[str, Any]],
    sheet: Sheet,
    actor: Actor,
    at: datetime.datetime,
) -> dict[int, dict[str, Any]]:
    read: dict[int, dict[str, Any]] = {}
    faults: dict[str, Any] = {}
    for pk, payload in given.items():
        try:
            read[pk] = sheet_manners.read(wanted, payload, programme=sheet.programme, actor=actor, at=at)
        except BadInput as refusal:
            faults |= {f"{pk}.{name}": fault for name, fault in refusal.fields.items()}
    if faults:
        raise BadInput(faults)
    return read


def _demand_reasons(read: Mapping[int, Mapping[str, Any]]) -> None:
    faults = {
        f"{pk}.words": _("不认可的,请写明理由。")
        for pk, data in read.items()
        if data["verdict"] == Verdict.REJECTED and not data["words"]
    }
    if faults:
        raise BadInput(faults)


def _sheet_of(row_id: int) -> int:
    sheet_id: int | None = SheetRow.objects.filter(pk=row_id).values_list("sheet", flat=True).first()
    if sheet_id is None:
        raise Invisible()
    return sheet_id


def _of_one_row(refusal: BadInput) -> BadInput:
    return BadInput({name.partition(".")[2] or name: fault for name, fault in refusal.fields.items()})
