"""The rows of the quarterly ledger, which the Excel sheet, CSV, JSON and the API share.

The eighteen columns are those of the specification ("The quarter"). Figures are never computed here: 完成率 and 亮灯
are the pledge's live standing, everything else is what was written down.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges import overrides, published, sentences
from pledges.actors import Actor
from pledges.models import LightOverride, Party, Period, Pledge, Programme, Report, ReportStatus
from tracker import words

COLUMNS: dict[str, Any] = {
    "number": gettext_lazy("序号"),
    "section": gettext_lazy("来源章节"),
    "quote": gettext_lazy("原文"),
    "title": gettext_lazy("工作任务"),
    "goal": gettext_lazy("年度目标值"),
    "leader": gettext_lazy("牵头领导"),
    "lead_unit": gettext_lazy("牵头单位"),
    "support_units": gettext_lazy("配合单位"),
    "person": gettext_lazy("责任人"),
    "due_date": gettext_lazy("完成时限"),
    "by_quarter": gettext_lazy("一至四季度形象进度"),
    "sentence": gettext_lazy("进展情况"),
    "value": gettext_lazy("完成值(数据截止期)"),
    "progress": gettext_lazy("完成率"),
    "light": gettext_lazy("亮灯"),
    "problem": gettext_lazy("存在问题"),
    "next_step": gettext_lazy("下步措施"),
    "remarks": gettext_lazy("备注"),
}
QUARTERS = (gettext_lazy("一季度"), gettext_lazy("二季度"), gettext_lazy("三季度"), gettext_lazy("四季度"))


@dataclass(frozen=True)
class Row:
    """One pledge: its id, the eighteen texts, and the number behind 完成率 (basis points) for formats that have one."""

    pledge_id: int
    texts: dict[str, str]
    progress_bp: int | None


@dataclass(frozen=True)
class Ledger:
    """``data_day`` is the last day that a figure of the period can be about; ``as_of`` the day of lights and 完成率.
    ``frozen_as`` is the version and the digest of the snapshot that the rows are from."""

    programme: Programme
    period: Period
    data_day: datetime.date
    as_of: datetime.date
    rows: list[Row]
    frozen_as: tuple[int, str] | None = None

    @property
    def title(self) -> str:
        return _("%(programme)s(%(year)d年%(quarter)s)") % {
            "programme": self.programme.title,
            "year": self.programme.year,
            "quarter": QUARTERS[self.period.quarter - 1],
        }

    @property
    def head_line(self) -> str:
        if self.frozen_as is not None:
            return _(
                "期:%(period)s　数据截至:%(data_day)s　已冻结,版本 %(version)d,摘要 %(digest)s　共 %(rows)d 项"
            ) % {
                "period": self.period.key,
                "data_day": self.data_day.isoformat(),
                "version": self.frozen_as[0],
                "digest": self.frozen_as[1][:12],
                "rows": len(self.rows),
            }
        return _("期:%(period)s　数据截至:%(data_day)s　完成率和亮灯为实时数据(%(as_of)s)　共 %(rows)d 项") % {
            "period": self.period.key,
            "data_day": self.data_day.isoformat(),
            "as_of": self.as_of.isoformat(),
            "rows": len(self.rows),
        }


def of(programme: Programme, period: Period, *, actor: Actor, today: datetime.date) -> Ledger:
    """The ledger of a programme up to a period, as far as the actor sees its pledges."""
    return Ledger(
        programme=programme,
        period=period,
        data_day=min(period.end_date, today),
        as_of=today,
        rows=list(rows(programme, period, actor=actor, today=today)),
    )


def rows(programme: Programme, period: Period, *, actor: Actor, today: datetime.date) -> Iterator[Row]:
    """Top-level pledges in force, by number, in a fixed number of queries."""
    pledges: Any = Pledge.objects.visible_to(actor)
    ordered = pledges.filter(programme=programme).top_level().in_force().with_latest_report()
    decided = overrides.of_period(overrides.running(programme.periods.all(), today))
    for pledge in ordered.order_by(Length("number"), "number"):
        yield row_of(pledge, period, today, decided.get(pledge.pk))


def row_of(pledge: Pledge, period: Period, today: datetime.date, override: LightOverride | None) -> Row:
    """``override`` is the decision behind the light, where there is one."""
    standing: list[Report] = getattr(pledge, "newest_reports")  # noqa: B009  set by the prefetch of with_latest_report
    reports = [report for report in standing if report.period.start_date <= period.start_date]
    by_period: dict[int, Report] = {}
    for report in reports:  # newest first
        by_period.setdefault(report.period_id, report)
    newest = reports[0] if reports else None
    current = by_period.get(period.pk)
    return Row(
        pledge_id=pledge.pk,
        progress_bp=pledge.progress_bp,
        texts={
            "number": pledge.number,
            "section": pledge.section,
            "quote": pledge.quote,
            "title": pledge.title,
            "goal": "\n".join(words.goal(target) for target in pledge.targets.all()) or pledge.deliverable,
            "leader": _leader(pledge),
            "lead_unit": pledge.lead_unit.name if pledge.lead_unit else "",
            "support_units": "、".join(
                party.unit.name for party in pledge.parties.all() if party.part == Party.Part.SUPPORT
            ),
            "person": pledge.person,
            "due_date": pledge.due_date.isoformat() if pledge.due_date else "",
            "by_quarter": "\n".join(
                f"{QUARTERS[report.period.quarter - 1]}:{report.sentence}"
                for report in sorted(by_period.values(), key=lambda report: report.period.start_date)
            ),
            "sentence": current.sentence if current else "",
            "value": "\n".join(_values(pledge, newest, period, today)),
            "progress": sentences.percent(pledge.progress_bp),
            "light": sentences.light_words(pledge) or words.state(pledge),
            "problem": _problem(newest) if newest else "",
            "next_step": newest.next_step if newest else "",
            "remarks": ";".join(_remarks(pledge, newest, current, override)),
        },
    )


def _leader(pledge: Pledge) -> str:
    if pledge.leader is None:
        return ""
    return pledge.leader.holder.name if pledge.leader.holder else pledge.leader.title


def _values(pledge: Pledge, report: Report | None, period: Period, today: datetime.date) -> Iterator[str]:
    """What was reported; of a target that an indicator measures what has been published up to the period."""
    reported = {value.target_id: value.value for value in report.values.all()} if report else {}
    for target in pledge.targets.all():
        value, day = reported.get(target.pk), report.data_date if report else None
        if target.indicator is not None:
            known = published.of_target(
                target, year=pledge.programme.year, due=pledge.due_date, today=today, until=period.end_date
            )
            value, day = (known.number, known.data_date) if known else (None, None)
        if value is not None and day is not None:
            yield f"{words.of_target(value, target)}({day.isoformat()})"


def _problem(report: Report) -> str:
    if report.problem_kind and report.problem:
        return f"{Report.Problem(report.problem_kind).label}:{report.problem}"
    return report.problem or (str(Report.Problem(report.problem_kind).label) if report.problem_kind else "")


def _remarks(
    pledge: Pledge, newest: Report | None, current: Report | None, override: LightOverride | None
) -> Iterator[str]:
    """What the figures do not say: unreviewed, late, missing, why another light, once red, moved or late in the end."""
    if current is None:
        yield _("本期未填报")
    if newest is not None and newest.status in (ReportStatus.SUBMITTED, ReportStatus.APPROVED):
        yield _("未审核")
    if newest is not None and newest.late:
        yield _("逾期填报")
    if override is not None and pledge.is_light_decided:
        yield _("亮灯调整:%(reason)s") % {"reason": override.reason}
    if pledge.was_red:
        yield _("曾亮红灯×%(times)d") % {"times": pledge.was_red}
    if pledge.original_due_date and pledge.original_due_date != pledge.due_date:
        yield _("原定时限 %(day)s") % {"day": pledge.original_due_date.isoformat()}
    if pledge.is_late:
        yield _("逾期申请销号")
