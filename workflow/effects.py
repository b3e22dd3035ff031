"""What each action changes. Called by the gate after every check has passed; writes through `pledges.services`.

An effect returns the fields of the pledge that change (the gate writes them, with the state) and refuses with a domain
error where the facts themselves forbid the act.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from pledges import completion, services, standing
from pledges.errors import BadInput, WrongState
from pledges.models import Evidence, Party, Period, Pledge, Report, ReportStatus, Target
from workflow.context import Context

Data = dict[str, Any]
Effect = Callable[[Context, Data], dict[str, Any]]


def assign(context: Context, data: Data) -> dict[str, Any]:
    """What was settled when the measure was accepted stands where nothing is given in its place."""
    start, due = data["start_date"] or context.pledge.start_date, data["due_date"]
    if start and start > due:
        raise BadInput({"start_date": _("开始日期不能晚于完成时限。")})
    deliverable = data["deliverable"] or context.pledge.deliverable
    if context.pledge.form == Pledge.Form.ONGOING and not deliverable:
        raise BadInput({"deliverable": _("持续性事项请写明成果,核验时以它为准。")})
    support = data["support"]
    if support is None:
        parties = context.pledge.parties.select_related("unit").filter(part=Party.Part.SUPPORT)
        support = [party.unit for party in parties]
    services.set_parties(context.pledge, lead=data["lead_unit"], support=support)
    return {
        "lead_unit": data["lead_unit"],
        "leader": data["leader"] or context.pledge.leader,
        "start_date": start,
        "due_date": due,
        "original_due_date": due,
        "basis": data["basis"],
        "deliverable": deliverable,
        "person": data["person"] or context.pledge.person,
        "assigned_date": context.today,
    }


def sign(context: Context, data: Data) -> dict[str, Any]:
    return {"person": data["person"], "signed_date": context.today}


def report(context: Context, data: Data) -> dict[str, Any]:
    """One more revision of the period's report: cumulative values, one sentence, what stands in the way."""
    period = data["period"] or context.period_due()
    if period is None:
        raise WrongState(_("本年度的填报窗口都已截止。"))
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
        reported_by=context.actor.user,
        post=context.actor.duty,
        submitted_at=context.at,
        **{name: data[name] or "" for name in REPORT_TEXTS},
    )
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
        and value < last.get(target.pk, value)
    ]
    if not fallen or data["fall_reason"]:
        return {}
    return {f"values.{target.pk}": _("累计数比上次少,请核对;确实下降的,请填写下降原因。") for target in fallen} | {
        "fall_reason": _("请说明累计数下降的原因。")
    }


def accept(context: Context, data: Data) -> dict[str, Any]:
    if data["judged_behind"] and context.pledge.form != Pledge.Form.ONGOING:
        raise BadInput({"judged_behind": _("只有持续性事项由督查室评定,其他事项以数据为准。")})
    services.review_report(
        waiting_reports(context.pledge)[0], status=ReportStatus.ACCEPTED, judged_behind=bool(data["judged_behind"])
    )
    return {}


def return_report(context: Context, data: Data) -> dict[str, Any]:
    services.review_report(
        waiting_reports(context.pledge)[0], status=ReportStatus.RETURNED, return_reason=data["reason"]
    )
    return {}


def a_report_waits(pledge: Pledge) -> Any | None:
    """None while a report waits for its review, else why there is nothing to review."""
    return None if waiting_reports(pledge) else _("没有等待审核的填报。")


def waiting_reports(pledge: Pledge) -> list[Report]:
    """The last revision of each period, where nobody has reviewed it; the newest period first."""
    later = Report.objects.filter(pledge=pledge, period=OuterRef("period"), revision__gt=OuterRef("revision"))
    waiting = pledge.reports.standing().filter(~Exists(later), status=ReportStatus.SUBMITTED)
    return list(waiting)


def claim(context: Context, data: Data) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if not data["reason"] and not _all_reached(context):
        faults["reason"] = _("还有目标没有达到,请说明为什么可以销号,或者先填报最新数据。")
    if not data["evidence"] and not context.pledge.targets.all():
        faults["evidence"] = _("这一事项没有量化目标,请写明成果的证明材料。")
    if faults:
        raise BadInput(faults)
    return {"claimed_date": context.today, "claim_due_date": context.pledge.due_date}


def _all_reached(context: Context) -> bool:
    """Every target reached and every stage done, by the report that stands now."""
    found = standing.facts_of(
        context.pledge,
        periods=[],
        calendar=context.calendar,
        thresholds=completion.Thresholds.from_settings(context.pledge.programme.thresholds),
        today=context.today,
    )
    return all(completion.reached(target) for target in found.targets) and all(
        stage.done is not None for stage in found.milestones
    )


def return_claim(context: Context, data: Data) -> dict[str, Any]:
    return {"claimed_date": None, "claim_due_date": None}


def verify(context: Context, data: Data) -> dict[str, Any]:
    return {"outcome": data["outcome"], "closed_date": context.today}


def open_window(context: Context, data: Data) -> dict[str, Any]:
    return {}
