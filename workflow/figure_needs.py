"""What the acts on indicators and figures need to be told, and how each answer is read."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.data_periods import DataPeriod
from pledges.errors import BadInput
from pledges.models import Figure, Indicator, Pledge, QuantityKind, Target
from workflow import needs
from workflow.context import Context, day_of
from workflow.needs import Need, read_all

SCALES = ("1", "10000", "100000000")
MOST_RANKED = 10_000
LATEST_RELEASE = datetime.timedelta(days=3 * 366)  # after the data period: what lies further off is a slip
PERCENT = "%"


def _scale(raw: Any, context: Context) -> str:
    if str(raw) not in SCALES:
        raise needs.Unreadable(_("请选择按个、按万还是按亿填写。"))
    return str(raw)


def _value(raw: Any, context: Context) -> Any:
    indicator: Any = getattr(context.pledge, "indicator", None)
    return needs.number(raw, Target(scale=indicator.scale, quantity_kind=indicator.quantity_kind))


def _year_on_year(raw: Any, context: Context) -> Any:
    return needs.number(raw, Target(scale=1, quantity_kind=QuantityKind.GROWTH))


INDICATOR = (
    Need("name", _("指标名称"), needs.text(80), required=True),
    Need("unit", _("单位"), needs.text(20), required=True),
    Need("scale", _("按什么填写"), _scale),
    Need("quantity_kind", _("量的种类"), needs.choice(QuantityKind)),
    Need("publisher", _("发布单位"), needs.text(60), required=True),
)
PLANNED = (Need("release_date", _("发布日期"), needs.day, required=True),)
ENTERED = (
    Need("value", _("数值"), _value),
    Need("year_on_year", _("同比(%)"), _year_on_year),
    Need("rank", _("位次"), needs.whole_number(1, MOST_RANKED)),
    Need("rank_of", _("参加排位数"), needs.whole_number(1, MOST_RANKED)),
    Need("stage", _("阶段"), needs.choice(Figure.Stage)),
    Need("release_date", _("发布日期"), needs.day),
)
REVISED = (*ENTERED, Need("reason", _("修订原因"), needs.text(200), required=True))


def read(
    wanted: tuple[Need, ...],
    given: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime.datetime,
    indicator: Indicator | None = None,
) -> dict[str, Any]:
    """What was typed, or BadInput with every fault."""
    nobody_s = Pledge()  # readers ask a pledge for what they need to know
    nobody_s.indicator = indicator  # type: ignore[attr-defined]
    return read_all(wanted, given, Context(actor=actor, pledge=nobody_s, at=at, calendar=calendars.current()))


def period_in(payload: Mapping[str, Any]) -> DataPeriod:
    """``period`` (``2020-1-2``), or ``start_date`` and ``end_date``, which must be whole months of one year."""
    try:
        if payload.get("period"):
            return DataPeriod.parse(str(payload["period"]))
        days = [datetime.date.fromisoformat(str(payload.get(name))) for name in ("start_date", "end_date")]
        return DataPeriod.parse(DataPeriod.of(*days).key)
    except ValueError:
        raise BadInput({"period": _("数据期应是同一年的整月,例如 2020-1-2 是 1—2月。")}) from None


def demand_sound(
    period: DataPeriod, data: Mapping[str, Any], *, at: datetime.datetime, newest: Figure | None = None
) -> None:
    """What holds between the answers, and against the figure that is revised. BadInput with every fault."""
    faults: dict[str, Any] = {}
    if "value" in data:
        faults |= _of_numbers(data, newest)
        if period.end_date >= day_of(at):
            raise BadInput(faults | {"period": _("数据期还没有结束,不能录入数据。")})
    released: datetime.date = data["release_date"]
    if released <= period.end_date:
        faults["release_date"] = _("发布日期应在数据期结束以后。")
    elif released - period.end_date > LATEST_RELEASE:
        faults["release_date"] = _("发布日期离数据期太远,请核对。")
    elif newest is not None and released < newest.release_date:
        faults["release_date"] = _("不能早于上一版的发布日期 %(day)s。") % {"day": newest.release_date.isoformat()}
    if faults:
        raise BadInput(faults)


def _of_numbers(data: Mapping[str, Any], newest: Figure | None) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    rank, rank_of = data["rank"], data["rank_of"]
    if data["value"] is None and data["year_on_year"] is None:
        faults["value"] = _("数值和同比至少填写一项。")
    if (rank is None) != (rank_of is None):
        faults["rank" if rank is None else "rank_of"] = _("位次和参加排位数要一起填写。")
    elif rank is not None and rank > rank_of:
        faults["rank"] = _("位次不能大于参加排位数。")
    if newest is None:
        return faults
    if newest.stage == Figure.Stage.FINAL and data["stage"] == Figure.Stage.PROVISIONAL:
        faults["stage"] = _("上一版已是最终数,不能改回初步数。")
    same = ("value", "year_on_year", "rank", "rank_of", "stage", "release_date")
    if not faults and all(data[name] == getattr(newest, name) for name in same):
        faults[""] = _("与上一版相同,没有可修订的。")
    return faults
