"""Published figures: indicators, the days on which figures come out, the figures and their revisions.

The statistician enters each figure once; every pledge with a target that names the indicator is judged anew in the same
transaction. A figure whose release day lies ahead counts from that day, when the standing refresh comes by.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.data_periods import DataPeriod
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Figure, Indicator, Pledge, QuantityKind, Unit
from pledges.querysets import own_government
from workflow import audit, permissions, story
from workflow.context import day_of
from workflow.figure_needs import ENTERED, INDICATOR, PLANNED, REVISED, demand_sound, period_in, read
from workflow.signals import Mark, changed

Payload = Mapping[str, Any]


def add(*, actor: Actor, payload: Payload, at: datetime.datetime) -> Indicator:
    """An indicator of the statistician's government."""
    _demand_statistician(actor)
    data = read(INDICATOR, payload, actor=actor, at=at)
    government = Unit.objects.filter(pk__in=own_government(actor)).first()
    if government is None:
        raise Invisible()
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=government.pk)  # two of one name take turns
        _demand_new_name(government, data["name"])
        fields = {name: data[name] for name in ("name", "unit", "publisher")}
        fields["scale"] = int(data["scale"] or 1)
        fields["quantity_kind"] = data["quantity_kind"] or QuantityKind.AMOUNT
        indicator = services.add_indicator(government=government, **fields)
        _record(indicator, "add_indicator", actor, at, fields)
    return indicator


def set_active(indicator_id: int, *, actor: Actor, is_active: bool, at: datetime.datetime) -> Indicator:
    """An indicator that is no longer published is offered to no new target; its figures stay."""
    with transaction.atomic():
        indicator = _locked(indicator_id, actor)
        if indicator.is_active == is_active:
            raise WrongState(_("这个指标已经是这样了。"))
        services.change_indicator(indicator, is_active=is_active)
        _record(indicator, "change_indicator", actor, at, {"is_active": is_active})
    return indicator


def plan_release(indicator_id: int, *, actor: Actor, payload: Payload, at: datetime.datetime) -> Figure:
    """The day on which a data period's figure is to come out, or another day for it, until it has been entered."""
    with transaction.atomic():
        indicator = _locked(indicator_id, actor)
        period, newest = _newest_of(indicator, payload)
        if newest is not None and newest.is_entered:
            raise _has_been_entered(period)
        data = read(PLANNED, payload, actor=actor, at=at)
        demand_sound(period, data, at=at)
        figure = services.plan_release(indicator, period, release_date=data["release_date"])
        _record(indicator, "plan_release", actor, at, _told(period, data))
        _judge_anew(indicator, period.year, at)
    return figure


def enter(indicator_id: int, *, actor: Actor, payload: Payload, at: datetime.datetime) -> Figure:
    """The first figure of a data period; it comes out on its planned day, or today."""
    with transaction.atomic():
        indicator = _locked(indicator_id, actor)
        period, newest = _newest_of(indicator, payload)
        if newest is not None and newest.is_entered:
            raise _has_been_entered(period)
        data = read(ENTERED, payload, actor=actor, at=at, indicator=indicator)
        data["release_date"] = data["release_date"] or (newest.release_date if newest else day_of(at))
        demand_sound(period, data, at=at)
        figure = services.enter_figure(indicator, period, **_fields(data, actor, at))
        _record(indicator, "enter_figure", actor, at, _told(period, data))
        _judge_anew(indicator, period.year, at)
    return figure


def revise(indicator_id: int, *, actor: Actor, payload: Payload, revision: int | None, at: datetime.datetime) -> Figure:
    """Another figure for a data period that has one, with the reason. Periods that are frozen stay as they are:
    `workflow.corrections` lists what they said otherwise. ``revision`` is the one the person saw."""
    with transaction.atomic():
        indicator = _locked(indicator_id, actor)
        period, newest = _newest_of(indicator, payload)
        if newest is None or not newest.is_entered:
            raise WrongState(_("%(period)s还没有数据,请先录入。") % {"period": period.full_label})
        if revision is None:
            raise BadInput({"revision": _("请求没有带上版次,请刷新页面后重试。")})
        if revision != newest.revision:
            raise Stale([_stands(newest, period)])
        data = read(REVISED, payload, actor=actor, at=at, indicator=indicator)
        data["release_date"] = data["release_date"] or max(newest.release_date, day_of(at))
        data["stage"] = data["stage"] or newest.stage
        demand_sound(period, data, at=at, newest=newest)
        figure = services.revise_figure(newest, reason=data["reason"], **_fields(data, actor, at))
        _record(indicator, "revise_figure", actor, at, _told(period, data) | {"revision": figure.revision})
        _judge_anew(indicator, period.year, at)
    return figure


def _demand_statistician(actor: Actor) -> None:
    reason = permissions.may_keep_indicators(actor)
    if reason is not None:
        raise Forbidden(reason)


def _locked(indicator_id: int, actor: Actor) -> Indicator:
    indicator: Indicator | None = (
        Indicator.objects.visible_to(actor)
        .select_for_update(of=("self",), no_key=True)  # targets may be given it meanwhile
        .filter(pk=indicator_id)
        .first()
    )
    if indicator is None:
        raise Invisible()
    _demand_statistician(actor)
    return indicator


def _demand_new_name(government: Unit, name: str) -> None:
    if Indicator.objects.filter(government=government, name=name).exists():
        raise BadInput({"name": _("已经有这个指标。")})


def _newest_of(indicator: Indicator, payload: Payload) -> tuple[DataPeriod, Figure | None]:
    """The data period that is meant, and its last revision: the plan alone, a figure, or nothing."""
    period = period_in(payload)
    rows = indicator.figures.filter(start_date=period.start_date, end_date=period.end_date)
    return period, rows.order_by("-revision").first()


def _has_been_entered(period: DataPeriod) -> WrongState:
    return WrongState(_("%(period)s的数据已经录入,需要更改的请修订。") % {"period": period.full_label})


def _stands(figure: Figure, period: DataPeriod) -> str:
    told = {"who": figure.entered_by, "period": period.full_label, "reason": figure.reason}
    return now_("%(who)s 修订了%(period)s的数据:%(reason)s") % told


def _fields(data: Mapping[str, Any], actor: Actor, at: datetime.datetime) -> dict[str, Any]:
    fields = {name: data[name] for name in ("value", "year_on_year", "rank", "rank_of", "release_date")}
    fields["stage"] = data["stage"] or Figure.Stage.PROVISIONAL
    return fields | {"entered_by": actor.user, "post": actor.duty, "entered_at": at}


def _told(period: DataPeriod, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"period": period.key, **{name: value for name, value in data.items() if value is not None}}


def _record(indicator: Indicator, action: str, actor: Actor, at: datetime.datetime, given: Mapping[str, Any]) -> None:
    told = {"name": indicator.name, "input": story.recorded(given)}
    audit.append(stream=audit.stream_of(indicator), action=action, actor=actor, at=at, payload=told)


def _judge_anew(indicator: Indicator, year: int, at: datetime.datetime) -> None:
    """Every pledge of the year that has a target measured by this indicator, under its lock, in order."""
    calendar, today = calendars.current(), day_of(at)
    named = Pledge.objects.filter(targets__indicator=indicator, programme__year=year).values("pk")
    for pledge in list(Pledge.objects.select_for_update(of=("self",)).filter(pk__in=named).order_by("pk")):
        mark = Mark.of(pledge)
        services.keep_standing(pledge.pk, calendar=calendar, today=today)
        changed.send(sender=Pledge, pledge_id=pledge.pk, before=mark, after=mark, at=at)
