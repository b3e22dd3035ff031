"""工作日历: what the system administrator changes in the table of working days, each with its event."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden
from workflow import audit, organisation

YEARS = (1990, 2200)
LONGEST_NOTE = 60


def set_day(day: datetime.date | None, *, works: bool | None, note: str, actor: Actor, at: datetime.datetime) -> None:
    """Say whether a day is worked, whatever its weekday; ``works`` None leaves it to the weekday again."""
    _demand_administrator(actor)
    faults: dict[str, Any] = {}
    if day is None:
        faults["day"] = _("请填写日期。")
    elif not YEARS[0] <= day.year <= YEARS[1]:
        faults["day"] = _("年份应在 %(first)d 至 %(last)d 之间。") % {"first": YEARS[0], "last": YEARS[1]}
    if len(note.strip()) > LONGEST_NOTE:
        faults["note"] = _("说明最多 60 字。")
    if faults or day is None:
        raise BadInput(faults)
    with transaction.atomic():
        calendars.ensure_year(day.year)  # else this one day would stand for a whole year that is known
        if works is None:
            services.clear_working_day(day)
        else:
            services.set_working_day(day, is_working=works, note=note.strip())
        _record("set_working_day", actor, at, {"day": day, "is_working": works, "note": note.strip()})


def confirm_year(year: int, *, actor: Actor, at: datetime.datetime) -> int:
    """The year's notice is out and the table agrees with it: none of its days is provisional any more."""
    _demand_administrator(actor)
    if not YEARS[0] <= year <= YEARS[1]:
        raise BadInput({"year": _("年份应在 %(first)d 至 %(last)d 之间。") % {"first": YEARS[0], "last": YEARS[1]}})
    with transaction.atomic():
        calendars.ensure_year(year)
        confirmed = services.confirm_working_days(year)
        _record("confirm_working_days", actor, at, {"year": year, "days": confirmed})
    return confirmed


def _demand_administrator(actor: Actor) -> None:
    if not actor.is_system and not organisation.is_administrator(actor):
        raise Forbidden(_("只有系统管理员可以这样做。"))


def _record(action: str, actor: Actor, at: datetime.datetime, payload: dict[str, Any]) -> None:
    audit.append(stream=organisation.STREAM, action=action, actor=actor, at=at, payload=payload)
