"""拟发单: what the weekly list and the supervisors propose, and the director's decision about it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Unit
from pledges.querysets import WHOLE_PROGRAMME
from tracker.web import context
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from tracker.web.sheets import tabs, version_in
from workflow import permissions, sheet_manners
from workflow import sheets as service
from workflow.models import Sheet, SheetRow


@dataclass(frozen=True)
class Item:
    row: SheetRow
    is_outdated: bool
    is_chosen: bool


@dataclass(frozen=True)
class Proposed:
    """One proposed sheet with what its form holds and what is wrong with it."""

    sheet: Sheet
    items: list[Item]
    words: str
    due_date: str
    faults: Mapping[str, Any] = field(default_factory=dict)
    refusal: Any = None
    changes: list[str] = field(default_factory=list)

    @property
    def has_trouble(self) -> bool:
        return bool(self.faults or self.refusal)


@dataclass(frozen=True)
class Group:
    unit: Unit
    sheets: list[Proposed]


@login_required
@require_safe
def proposed(request: PageRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def issue(request: PageRequest, pk: int) -> HttpResponse:
    """Issue the rows that are ticked."""
    ticked = [int(one) for one in request.POST.getlist("rows") if one.isascii() and one.isdecimal() and len(one) < 19]
    typed = {name: request.POST.get(name, "") for name in ("words", "due_date")}
    try:
        issued = service.issue(
            pk, actor=request.actor, version=version_in(request.POST), payload=typed, rows=ticked, at=clock.now()
        )
    except (BadInput, Stale, WrongState) as refusal:
        return _page(request, at=pk, typed=typed, ticked=ticked, refusal=refusal)
    said = {"number": issued.number, "unit": issued.unit}
    messages.success(request, _("%(number)s 已发给%(unit)s。") % said)
    return redirect("web:sheets-proposed")


@login_required
@require_POST
def drop(request: PageRequest, pk: int) -> HttpResponse:
    """Do not issue a proposed sheet."""
    return _dropped(request, pk, lambda **given: service.drop(pk, **given))


@login_required
@require_POST
def drop_row(request: PageRequest, pk: int) -> HttpResponse:
    """Take one item off a proposed sheet."""
    sheet_id = SheetRow.objects.filter(pk=pk).values_list("sheet", flat=True).first()
    return _dropped(request, sheet_id or 0, lambda **given: service.drop_row(pk, **given))


def _dropped(request: PageRequest, sheet_id: int, act: Callable[..., Sheet]) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("words", "due_date")}
    try:
        sheet = act(
            actor=request.actor, version=version_in(request.POST), payload={"words": typed["words"]}, at=clock.now()
        )
    except (BadInput, Stale, WrongState) as refusal:
        return _page(request, at=sheet_id, typed=typed, refusal=refusal)
    done = _("已决定不予发出。") if sheet.status == Sheet.Status.DROPPED else _("已移出拟发单。")
    messages.success(request, done)
    return redirect("web:sheets-proposed")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, pk: int) -> HttpResponse:
    """Put one item by hand on its unit's proposed sheet."""
    pledge = visible(pk, request.actor)
    typed = {name: request.POST.get(name, "") for name in ("colour", "finding")}
    refusal: BadInput | WrongState | None = None
    if request.method == "POST":
        try:
            row = service.add_row(pk, actor=request.actor, payload=typed, at=clock.now())
        except (BadInput, WrongState) as found:
            refusal = found
        else:
            said = {"number": pledge.number, "sheet": row.sheet.get_colour_display()}
            messages.success(request, _("%(number)s 已列入拟发的%(sheet)s。") % said)
            return redirect("web:sheets-proposed")
    else:
        _demand_proposer(request.actor)
    page = {
        "pledge": pledge,
        "typed": typed,
        "colours": Sheet.Colour.choices,
        "faults": refusal.fields if isinstance(refusal, BadInput) else {},
        "refusal": refusal if isinstance(refusal, WrongState) else None,
    }
    code = 200 if refusal is None else 422 if isinstance(refusal, BadInput) else 409
    return render(request, "tracker/sheets/add.html", page, status=code)


def _demand_proposer(actor: Actor) -> None:
    reason = permissions.may_propose_sheets(actor)
    if reason is not None:
        raise Forbidden(reason)


def _page(
    request: PageRequest,
    *,
    at: int = 0,
    typed: Mapping[str, str] | None = None,
    ticked: list[int] | None = None,
    refusal: BadInput | Stale | WrongState | None = None,
) -> HttpResponse:
    """All proposed sheets of the programme, by unit; after a refusal that one sheet with what was typed."""
    if request.actor.role not in WHOLE_PROGRAMME:
        raise Forbidden(_("拟发单由督查室商定,发出以后各单位可以看到。"))
    found = (
        Sheet.objects.visible_to(request.actor)
        .filter(programme=context.programme_of(request), status=Sheet.Status.PROPOSED)
        .select_related("unit")
        .prefetch_related("rows__pledge")
        .order_by("unit__position", "unit", "colour")
    )
    usual = {colour: sheet_manners.in_workdays(clock.now(), days) for colour, days in service.DAYS_TO_ANSWER.items()}
    groups: dict[int, Group] = {}
    for sheet in found:
        mine = sheet.pk == at
        one = _shown(
            sheet,
            usual[sheet.colour],
            typed if mine else None,
            ticked if mine else None,
            refusal if mine else None,
        )
        groups.setdefault(sheet.unit_id, Group(sheet.unit, [])).sheets.append(one)
    # what was refused about a sheet that is proposed no longer is said above the others
    is_standing = at in {sheet.pk for sheet in found}
    page = {
        "tabs": tabs(request.actor, "sheets-proposed"),
        "groups": list(groups.values()),
        "why": _why(list(groups.values())),
        "may_issue": permissions.may_issue_sheets(request.actor) is None,
        "refusal": None if is_standing else WrongState(service.NOT_PROPOSED) if isinstance(refusal, Stale) else refusal,
    }
    code = 200 if refusal is None else 422 if isinstance(refusal, BadInput) else 409
    return render(request, "tracker/sheets/proposed.html", page, status=code)


def _shown(
    sheet: Sheet,
    usual: datetime.date,
    typed: Mapping[str, str] | None,
    ticked: list[int] | None,
    refusal: BadInput | Stale | WrongState | None,
) -> Proposed:
    rows = sorted(sheet.rows.all(), key=lambda row: row.pledge.number)
    outdated = {row.pk for row in rows if service.is_outdated(row, sheet)}
    return Proposed(
        sheet=sheet,
        items=[
            Item(row, row.pk in outdated, row.pk in ticked if ticked is not None else row.pk not in outdated)
            for row in rows
        ],
        words=typed["words"] if typed else "",
        due_date=typed["due_date"] if typed else usual.isoformat(),
        faults=refusal.fields if isinstance(refusal, BadInput) else {},
        refusal=None if isinstance(refusal, BadInput) else refusal,
        changes=refusal.changes if isinstance(refusal, Stale) else [],
    )


def _why(groups: list[Group]) -> str:
    sheets = [one for group in groups for one in group.sheets]
    if not sheets:
        return _("没有等待签发的督办单。")
    told = {"sheets": len(sheets), "units": len(groups), "items": sum(len(one.items) for one in sheets)}
    return _("拟发 %(sheets)d 份,涉及 %(units)d 个单位、%(items)d 项,由督查室主任逐份签发。") % told
