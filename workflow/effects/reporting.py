"""Effects of reporting: the unit's report, the head's approval, and what whoever checks it says."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.errors import BadInput, Stale, WrongState
from pledges.models import Evidence, Period, Pledge, Report, ReportStatus, Role, Target
from workflow import permissions
from workflow.context import Context
from workflow.effects import Data
from workflow.models import ReportReview

WAITING = (ReportStatus.SUBMITTED, ReportStatus.APPROVED)


def report(context: Context, data: Data) -> dict[str, Any]:
    """One more revision of the period's report: cumulative values, one sentence, what stands in the way."""
    period = data["period"] or context.period_due()
    if period is None:
        raise WrongState(_("本年度的填报窗口都已截止。"))
    _demand_newest_seen(context, data["seen"])
    data_date = data["data_date"] or min(context.today, period.end_date)
    values = data["values"]
    previous = _report_before(context.pledge, period)
    faults = _faults_of_a_fall(values, previous, data)
    if data_date > period.end_date or data_date.year < context.pledge.programme.year:
        faults["data_date"] = _("数据日期应在计划年度之内,且不晚于本期截止日。")
    if faults:
        raise BadInput(faults)
    stages = {stage.pk: stage for stage in context.pledge.milestones.all()}
    done = data["stages"]
    if done is None:
        done = {stage.milestone_id: stage.done_date for stage in previous.stages.all()} if previous else {}
    services.add_report(
        pledge=context.pledge,
        period=period,
        values=values,
        stages_done={stages[pk]: day for pk, day in done.items()},
        evidence=[
            (kind, data[name])
            for name, kind in (("evidence", Evidence.Kind.TEXT), ("evidence_link", Evidence.Kind.LINK))
            if data[name]
        ],
        data_date=data_date,
        late=context.today > period.closes_date,
        status=_first_status(context),
        reported_by=context.actor.user,
        post=context.actor.duty,
        submitted_at=context.at,
        **{name: data[name] or "" for name in REPORT_TEXTS},
    )
    if data.get("project"):
        services.keep_project_sheet(context.pledge, **data["project"])
    if data.get("livelihood"):
        services.keep_livelihood_sheet(context.pledge, **data["livelihood"])
    return {}


REPORT_TEXTS = (
    "sentence",
    "problem_kind",
    "problem",
    "next_step",
    "needs_coordination",
    "outlook",
    "fall_reason",
)


def _report_before(pledge: Pledge, period: Period) -> Report | None:
    """The report that this one follows: of the same period or an earlier one. A later period's says nothing here."""
    reports = pledge.reports.standing().filter(period__start_date__lte=period.start_date)
    report: Report | None = reports.prefetch_related("values", "stages").first()
    return report


def _faults_of_a_fall(values: dict[Target, Decimal], previous: Report | None, data: Data) -> dict[str, Any]:
    """A cumulative amount that falls is either a slip or news; it asks for the reason. A ceiling may well fall."""
    last = {value.target_id: value.value for value in previous.values.all()} if previous else {}
    fallen = [
        target
        for target, value in values.items()
        if target.quantity_kind == Target.QuantityKind.AMOUNT
        and not target.more_is_worse
        and target.indicator_id is None  # an estimate may come down
        and value < last.get(target.pk, value)
    ]
    if not fallen or data["fall_reason"]:
        return {}
    return {f"values.{target.pk}": _("累计数比上次少,请核对;确实下降的,请填写下降原因。") for target in fallen} | {
        "fall_reason": _("请说明累计数下降的原因。")
    }


def _demand_newest_seen(context: Context, seen: int | None) -> None:
    """``seen`` is the newest report that stood when the form was opened (0 for none): reports raise no version."""
    newest = context.pledge.reports.select_related("reported_by", "period").order_by("-pk").first()
    if seen is None or newest is None or newest.pk == seen:
        return
    told = {"who": newest.reported_by, "period": newest.period.key, "sentence": newest.sentence}
    raise Stale([_("%(who)s 填报了 %(period)s:%(sentence)s") % told])


def _first_status(context: Context) -> ReportStatus:
    """A head's own report, or that of a unit without one, needs no further approval."""
    unit, duty = context.pledge.lead_unit, context.actor.duty
    is_heads_own = duty is not None and duty.role == Role.HEAD
    if is_heads_own or unit is None or not permissions.has_head(unit):
        return ReportStatus.APPROVED
    return ReportStatus.SUBMITTED


def approve(context: Context, data: Data) -> dict[str, Any]:
    """审签 of everything that waits, online or with the signed page."""
    for report in waiting_reports(context.pledge, ReportStatus.SUBMITTED):
        services.review_report(report, status=ReportStatus.APPROVED)
        _keep_review(context, report, ReportReview.Verdict.APPROVED, signed_page=data.get("signed_page"))
    return {}


def accept(context: Context, data: Data) -> dict[str, Any]:
    if data["judged_behind"] and context.pledge.form != Pledge.Form.ONGOING:
        raise BadInput({"judged_behind": _("只有持续性事项由督查室评定,其他事项以数据为准。")})
    report = waiting_reports(context.pledge, ReportStatus.APPROVED)[0]
    services.review_report(report, status=ReportStatus.ACCEPTED, judged_behind=bool(data["judged_behind"]))
    _keep_review(context, report, ReportReview.Verdict.ACCEPTED)
    return {}


def return_report(context: Context, data: Data) -> dict[str, Any]:
    is_head = permissions.is_lead_head(context.actor, context.pledge) is None
    waiting = waiting_reports(context.pledge, *(WAITING[:1] if is_head else WAITING))
    if not waiting:
        raise WrongState(_("本单位已经审签,需要退回时请联系审核的人。"))
    services.review_report(waiting[0], status=ReportStatus.RETURNED, return_reason=data["reason"])
    _keep_review(context, waiting[0], ReportReview.Verdict.RETURNED, words=data["reason"])
    return {}


def _keep_review(context: Context, report: Report, verdict: str, **more: Any) -> None:
    ReportReview.objects.create(
        report=report, verdict=verdict, by=context.actor.user, post=context.actor.duty, at=context.at, **more
    )


def a_report_waits(pledge: Pledge) -> Any | None:
    """None while a report waits to be checked or approved, else why there is nothing to return."""
    return None if waiting_reports(pledge) else _("没有等待审核的填报。")


def an_approved_report_waits(pledge: Pledge) -> Any | None:
    """None while a report waits for its check, else why there is nothing to accept."""
    if waiting_reports(pledge, ReportStatus.APPROVED):
        return None
    return _("填报还在等待牵头单位负责人审签。") if waiting_reports(pledge) else _("没有等待审核的填报。")


def a_report_waits_for_approval(pledge: Pledge) -> Any | None:
    return None if waiting_reports(pledge, ReportStatus.SUBMITTED) else _("没有等待审签的填报。")


def is_to_approve(context: Context) -> bool:
    return bool(waiting_reports(context.pledge, ReportStatus.SUBMITTED))


def is_to_check(context: Context) -> bool:
    return bool(waiting_reports(context.pledge, ReportStatus.APPROVED))


def is_to_report(context: Context) -> bool:
    """Whether the running window has brought no report yet."""
    period = context.period_due()
    return period is not None and not context.pledge.reports.standing().filter(period=period).exists()


def waiting_reports(pledge: Pledge, *statuses: ReportStatus) -> list[Report]:
    """The last revision of each period, where it waits to be approved or checked; the newest period first."""
    return list(pledge.reports.waiting(*(statuses or WAITING)))
