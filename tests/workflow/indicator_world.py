"""Indicators for tests: gross product, named for the growth target of a pledge, and its figures."""

from decimal import Decimal
from typing import Any

from pledges.models import Figure, Indicator, Pledge, Target
from tests.factories import Government, TargetFactory, actor, drafted, moment, payload_for, perform
from workflow import indicators, target_sources

GDP = {"name": "地区生产总值", "unit": "元", "scale": "100000000", "publisher": "市统计局"}


def add(at: Government, **fields: Any) -> Indicator:
    return indicators.add(actor=actor(at.statistician), payload={**GDP, **fields}, at=moment("2020-01-15"))


def plan(at: Government, indicator: Indicator, period: str, released: str, *, on: str = "2020-01-15") -> Figure:
    payload = {"period": period, "release_date": released}
    return indicators.plan_release(indicator.pk, actor=actor(at.statistician), payload=payload, at=moment(on))


def enter(at: Government, indicator: Indicator, period: str, growth: str, *, on: str, **fields: Any) -> Figure:
    payload = {"period": period, "year_on_year": growth, **fields}
    return indicators.enter(indicator.pk, actor=actor(at.statistician), payload=payload, at=moment(on))


def revise(at: Government, indicator: Indicator, period: str, growth: str, *, on: str, **fields: Any) -> Figure:
    fields = {"revision": 1, "reason": "最终核实", **fields}
    seen = fields.pop("revision")
    payload = {"period": period, "year_on_year": growth, **fields}
    return indicators.revise(indicator.pk, actor=actor(at.statistician), payload=payload, revision=seen, at=moment(on))


def name(at: Government, pledge: Pledge, indicator: Indicator, *, uses: str = "year_on_year", **fields: Any) -> Pledge:
    target = pledge.targets.get()
    payload = {"target": target.pk, "source": "indicator", "indicator": indicator.pk, "uses": uses, **fields}
    version = Pledge.objects.values_list("version", flat=True).get(pk=pledge.pk)
    return target_sources.name(
        pledge.pk, actor=actor(at.supervisor), version=version, payload=payload, at=moment("2020-02-02")
    )


def draft(at: Government, *, goal: str = "6.5", **target: Any) -> Pledge:
    """地区生产总值增长 6.5% 以上, a draft."""
    pledge = drafted(at, target=None, title="地区生产总值增长6.5%以上")
    given = {"name": "增速", "unit": "%", "comparator": "ge", "quantity_kind": "growth", **target}
    TargetFactory(pledge=pledge, value=Decimal(goal), **given)
    return pledge


def in_progress(at: Government, indicator: Indicator, *, due: str = "2020-12-31", **target: Any) -> Pledge:
    """The same with the indicator named, assigned and signed, and reported with an estimate for the first quarter."""
    pledge = name(at, draft(at, **target), indicator)
    assign = {**payload_for("assign", at, pledge), "due_date": due}
    pledge = perform("assign", pledge, at.director, at="2020-02-03", **assign)
    return perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")


def report(at: Government, pledge: Pledge, estimate: str | None, *, on: str) -> Pledge:
    values = {} if estimate is None else {str(Target.objects.get(pledge=pledge).pk): estimate}
    return perform("report", pledge, at.coordinator, at=on, sentence="工业回升,服务业平稳", values=values)


def shown(pledge: Pledge) -> tuple[str, str]:
    row = Pledge.objects.get(pk=pledge.pk)
    return row.light, row.light_reason
