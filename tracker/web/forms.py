"""The form of an act, made from what the act needs. No rule stands here: the gate judges what was typed.

A field's widget follows from its name. What each field offers (units, periods, …) and begins with, the pledge says.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from pledges import standing
from pledges.completion import TargetFacts
from pledges.models import LightOverride, Outcome, Pledge, Post, Report, Role, Target, Unit
from tracker import shares, words
from tracker.web import act_hints, figures, light_boxes, sheet_boxes, signed_page_boxes
from tracker.web.fields import ActForm, Field, Option
from workflow import proposals, special_sheets
from workflow.consistency import Question
from workflow.context import Context
from workflow.models import ConsultationAnswer, Proposal
from workflow.needs import Need
from workflow.transitions import Held, Method, Transition

Offer = Callable[[Context], list[Option]]


def _choices(choices: Any, only: tuple[str, ...] = ()) -> Offer:
    return lambda context: [(value, label) for value, label in choices.choices if not only or value in only]


def _units(context: Context) -> list[Option]:
    below = Unit.objects.below(context.pledge.programme.government).filter(is_active=True)
    return [(str(unit.pk), str(unit)) for unit in below.order_by("position", "pk")]


def _leaders(context: Context) -> list[Option]:
    posts = Post.objects.filter(unit=context.pledge.programme.government, role=Role.LEADER, is_active=True)
    return [(str(post.pk), f"{post.title} {post.holder or ''}".strip()) for post in posts.select_related("holder")]


def _periods(context: Context) -> list[Option]:
    return [
        (
            period.key,
            _("%(period)s(填报截止 %(closes)s)") % {"period": period.key, "closes": period.closes_date.isoformat()},
        )
        for period in context.pledge.programme.periods.all()
        if period.start_date <= context.today
    ]


WIDGETS: dict[str, str] = {
    "lead_unit": "select",
    "light": "radios",
    "support": "checks",
    "leader": "select",
    "period": "select",
    "problem_kind": "select",
    "outlook": "select",
    "method": "radios",
    "outcome": "radios",
    "held": "radios",
    "answer": "radios",
    "settlement": "radios",
    "cadence": "radios",
    "words": "area",
    "due_date": "date",
    "start_date": "date",
    "data_date": "date",
    "sentence": "area",
    "problem": "area",
    "next_step": "area",
    "needs_coordination": "area",
    "reason": "area",
    "finding": "area",
    "evidence": "area",
    "evidence_link": "link",
    "judged_behind": "flag",
    "values": "values",
    "stages": "stages",
    "project": "sheet",
    "livelihood": "sheet",
    "signed_page": "signed_page",
    "seen": "hidden",
    "asked": "hidden",
}
OF_PARTS = ("values", "stages", "sheet", "signed_page")
OFFERS: dict[str, Offer] = {
    "lead_unit": _units,
    "support": _units,
    "leader": _leaders,
    "period": _periods,
    "problem_kind": _choices(Report.Problem),
    "outlook": _choices(Report.Outlook),
    "method": _choices(Method),
    "outcome": _choices(Outcome, only=(Outcome.MET, Outcome.MET_WITH_CHANGE)),
    "held": _choices(Held),
    "answer": _choices(ConsultationAnswer.Answer),
    "settlement": _choices(ConsultationAnswer.Settlement),
    "cadence": _choices(Pledge.Cadence),
    "light": _choices(LightOverride.Light),
}
# Acts that decide what somebody else has prepared.
PREPARED = {"claim": Proposal.Act.CLAIM, "verify": Proposal.Act.VERIFY}
MID_YEAR = (2, 3)  # the quarters in which a report says how the year will end
FIRST = ("values", "stages", "project", "livelihood", "sentence")  # a report begins with its numbers
WHEN_BEHIND = (
    "problem_kind",
    "problem",
    "next_step",
    "needs_coordination",
    "fall_reason",
    "evidence",
    "evidence_link",
)


def typed_in(data: QueryDict, transition: Transition) -> dict[str, Any]:
    """What a person sent, shaped as the gate reads it: lists for several choices, mappings for several boxes."""
    return {need.name: _typed(need, data) for need in transition.needs}


def _typed(need: Need, data: QueryDict) -> Any:
    widget = WIDGETS.get(need.name, "text")
    if widget == "checks":
        return data.getlist(need.name)
    if widget in OF_PARTS:
        prefix = f"{need.name}."
        return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}
    return data.get(need.name, "")


def first_values(transition: Transition, context: Context, returned: Report | None) -> dict[str, Any]:
    """What the form begins with. A report that came back begins with what it said."""
    if transition.name == "report":
        return _of_report(context, returned)
    if (transition.name, "period") in light_boxes.OFFERS:
        return {"period": light_boxes.first_period(transition.name, context)}
    pledge = context.pledge
    proposal = prepared(transition, pledge)
    if proposal is not None:
        return dict(proposal.given)
    support = [str(party.unit_id) for party in pledge.parties.all() if party.part == "support"]
    known: dict[str, Any] = {
        "lead_unit": str(pledge.lead_unit_id or ""),
        "support": support,
        "leader": str(pledge.leader_id or ""),
        "due_date": _iso(pledge.due_date),
        "start_date": _iso(pledge.start_date),
        "basis": pledge.basis,
        "person": pledge.person,
        "deliverable": pledge.deliverable,
        "title": pledge.title,
        "cadence": pledge.cadence,
        "weight": str(pledge.weight),
        "goal": pledge.goal,
    }
    return {need.name: known[need.name] for need in transition.needs if need.name in known}


def prepared(transition: Transition, pledge: Pledge) -> Proposal | None:
    """What somebody has prepared for this act's decision, and who; None where nothing was."""
    act = PREPARED.get(transition.name)
    return proposals.standing(pledge, act) if act else None


def _of_report(context: Context, returned: Report | None) -> dict[str, Any]:
    period = returned.period if returned else context.period_due()
    if period is not None and period.start_date > context.today:
        period = None
    values: dict[str, Any] = {
        "period": period.key if period else "",
        "data_date": _iso(min(context.today, period.end_date)) if period else "",
        "seen": newest_report_id(context.pledge),
        **{kind.name: special_sheets.boxes(context.pledge, kind) for kind in special_sheets.kinds_of(context.pledge)},
        "stages": {
            str(stage.milestone.pk): _iso(stage.done_date)
            for stage in figures.stages_of(context.pledge, today=context.today)
        },
    }
    if returned is None:
        split = shares.offered(context.pledge)
        return values | ({"values": {str(split["target"]): split["value"]}} if split else {})
    last = figures.values_of(returned)
    stages = {str(stage.milestone_id): _iso(stage.done_date) for stage in returned.stages.all()}
    texts = ("sentence", "problem_kind", "problem", "next_step", "needs_coordination", "outlook", "fall_reason")
    return values | {
        **{name: getattr(returned, name) for name in texts},
        "data_date": _iso(returned.data_date),
        "values": {
            str(target.pk): words.number(last[target.pk], target.scale)
            for target in context.pledge.targets.all()
            if target.pk in last
        },
        "stages": stages or values["stages"],
    }


def newest_report_id(pledge: Pledge) -> str:
    """What a report's form carries back as ``seen``: the newest report there is, 0 for none."""
    return str(pledge.reports.order_by("-pk").values_list("pk", flat=True).first() or 0)


def build(
    transition: Transition,
    context: Context,
    values: Mapping[str, Any],
    faults: Mapping[str, Any] | None = None,
    questions: Sequence[Question] = (),
) -> ActForm:
    """The form with these values in its boxes and these faults and questions (named as the gate names fields) beside
    them."""
    faults = faults or {}
    every = [
        _field(need, transition, context, values, faults)
        for need in transition.needs
        if _applies(need, context, values)
    ]
    hidden = [one for one in every if one.widget == "hidden"]
    fields = [_questioned(one, questions) for one in every if one.widget != "hidden"]
    fields.sort(key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST))
    folded = [one for one in fields if transition.name == "report" and one.name in WHEN_BEHIND]
    shown = [one for one in fields if one not in folded]
    known = {part.name: one.label for one in fields for part in (one, *one.parts)}
    return ActForm(
        shown=shown,
        folded=folded,
        hidden=hidden,
        is_open=is_behind(context.pledge) or any(one.value or one.has_fault or one.has_question for one in folded),
        general=[fault for name, fault in faults.items() if name not in known],
        summary=[(name, fault) for name, fault in faults.items() if name in known],
    )


def _questioned(one: Field, questions: Sequence[Question]) -> Field:
    return replace(
        one,
        questions=tuple(question.words for question in questions if question.field == one.name),
        parts=[_questioned(part, questions) for part in one.parts],
    )


def is_behind(pledge: Pledge) -> bool:
    return pledge.light in ("red", "yellow")


def _applies(need: Need, context: Context, values: Mapping[str, Any]) -> bool:
    """Leave out boxes that this pledge, or this quarter, has no use for; never one that something stands in."""
    pledge = context.pledge
    if values.get(need.name):
        return True
    if need.name == "outlook":
        due = context.period_due()
        periods = {period.key: period.quarter for period in pledge.programme.periods.all()}
        return periods.get(values.get("period") or (due.key if due else "")) in MID_YEAR
    if need.name in ("values", "fall_reason"):
        return bool(pledge.targets.all())
    if need.name == "stages":
        return bool(pledge.milestones.all())
    if need.name in special_sheets.KINDS:
        return special_sheets.KINDS[need.name] in special_sheets.kinds_of(pledge)
    if need.name == "judged_behind":
        return pledge.form == Pledge.Form.ONGOING
    return True


def _field(
    need: Need, transition: Transition, context: Context, values: Mapping[str, Any], faults: Mapping[str, Any]
) -> Field:
    widget = WIDGETS.get(need.name, "text")
    offer = light_boxes.OFFERS.get((transition.name, need.name)) or OFFERS.get(need.name)
    given = values.get(need.name) or ""
    made = Field(
        name=need.name,
        label=need.label,
        widget=widget,
        required=need.required,
        value=",".join(given) if widget == "hidden" and isinstance(given, list) else given,
        fault=faults.get(need.name, ""),
        hint=act_hints.of(transition.name, need.name),
        options=offer(context) if offer else [],
    )
    if widget in OF_PARTS:
        parts = _parts(need.name, widget, context)
        boxes: Mapping[str, Any] = values.get(need.name) or {}
        return replace(
            made,
            value="",
            parts=[
                replace(
                    part,
                    value=boxes.get(part.name.rpartition(".")[2], ""),
                    fault=faults.get(part.name, ""),
                )
                for part in parts
            ],
        )
    return made


def _parts(name: str, widget: str, context: Context) -> list[Field]:
    if widget == "sheet":
        return sheet_boxes.of(special_sheets.KINDS[name], context)
    if widget == "signed_page":
        return signed_page_boxes.fields()
    return _value_parts(context) if widget == "values" else _stage_parts(context)


def _value_parts(context: Context) -> list[Field]:
    """A box a target, with its last value and what was planned for the period's end beside it."""
    pledge = context.pledge
    period = context.period_due()
    facts = figures.facts_of(pledge, calendar=context.calendar, today=context.today)
    split = shares.offered(pledge)
    parts = []
    for target, one in zip(pledge.targets.all(), facts.targets, strict=True):
        planned = figures.planned_value(facts, one, target, period.end_date) if period else None
        last = ""
        value, day = one.reported, one.data_date
        if target.indicator_id is not None:  # beside the box for 预计 stands the last 预计
            newest = standing.newest_report(pledge)
            value, day = figures.values_of(newest).get(target.pk), newest.data_date if newest else None
        if value is not None and day is not None:
            last = _("上次 %(amount)s(%(day)s)") % {"amount": words.of_target(value, target), "day": day.isoformat()}
        plan = ""
        if planned is not None and period is not None:
            plan = _("计划至 %(day)s %(amount)s") % {
                "day": period.end_date.isoformat(),
                "amount": words.of_target(planned, target),
            }
        parts.append(
            Field(
                name=f"values.{target.pk}",
                label=_label_of(target),
                widget="number",
                unit=figures.unit_of(target),
                last=last,
                plan=plan,
                hint=_hint_of(target, split, one),
            )
        )
    return parts


def _label_of(target: Target) -> str:
    """What an indicator measures is only estimated here, and may be left empty."""
    name = str(target.name or _("累计完成"))
    return _("%(name)s(预计,可不填)") % {"name": name} if target.indicator_id is not None else name


def _hint_of(target: Target, split: dict[str, Any] | None, one: TargetFacts) -> str:
    """What the target asks for; for one that is split among units also what of theirs has been checked, for one that
    an indicator measures what has been published."""
    asked = _("目标 %(goal)s") % {"goal": figures.goal_of(target)}
    if target.indicator_id is not None:
        told = (
            {"amount": words.of_target(one.reported, target), "day": one.data_date}
            if one.reported is not None
            else None
        )
        out = _("已发布 %(amount)s(%(day)s)") % told if told else _("尚无已发布数据")
        return f"{asked} · {out} · {_('是否完成以发布数据为准')}"
    return f"{asked} · {split['hint']}" if split and split["target"] == target.pk else asked


def _stage_parts(context: Context) -> list[Field]:
    return [
        Field(
            name=f"stages.{stage.pk}",
            label=stage.title,
            widget="date",
            hint=_("计划 %(day)s") % {"day": stage.planned_date.isoformat()},
        )
        for stage in context.pledge.milestones.all()
    ]


def _iso(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""
