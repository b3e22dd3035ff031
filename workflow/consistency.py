"""Questions before a report goes up (核对): what was typed, compared with the report before it and the targets.

A question never refuses. The page shows it once, and the report goes up with the codes of the questions that were
answered; the API answers the list and leaves it at that. What the gate refuses outright is not asked here.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pledges import calendars, completion, sentence_check, sentences, standing
from pledges.actors import Actor
from pledges.models import Period, Pledge, Report, Target
from pledges.sentence_check import Typed
from pledges.working_days import Calendar
from workflow import services, sheet_needs, special_sheets
from workflow.context import Context
from workflow.needs import read_all
from workflow.transitions import BY_NAME

Data = Mapping[str, Any]
TENFOLD = 10
MID_YEAR = (2, 3)  # the quarters whose report says how the year will end
SCALES = {10_000: "万", 100_000_000: "亿"}
MAY_FALL = (Target.QuantityKind.AMOUNT, Target.QuantityKind.GROWTH)  # the gate asks for a reason; rates go both ways
NO_LEVEL = Target.QuantityKind.GROWTH


@dataclass(frozen=True)
class Question:
    """``field`` is named as the gate names it (``values.12``); ``words`` say what was compared, with the numbers."""

    kind: str
    field: str
    words: str

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.field}"


def of_input(
    *, pledge: Pledge, actor: Actor, payload: Data, at: datetime.datetime, calendar: Calendar
) -> list[Question]:
    """The questions that a report as typed raises. BadInput where it cannot be read."""
    context = Context(actor=actor, pledge=pledge, at=at, calendar=calendar)
    return list(questions(context, read_all(BY_NAME["report"].needs, payload, context)))


def rehearse(
    *, pledge_id: int, actor: Actor, payload: Data, version: int | None, at: datetime.datetime
) -> list[Question]:
    """The questions of a report that the gate would take; raises what the gate would raise, and changes nothing.

    The report goes through the gate and is undone, so that a refusal comes before any question.
    """
    calendar = calendars.current()
    with transaction.atomic():
        pledge = services.locked(pledge_id, actor)
        services.perform(
            "report", pledge_id=pledge_id, actor=actor, payload=payload, version=version, at=at, calendar=calendar
        )
        transaction.set_rollback(True)
    return of_input(pledge=pledge, actor=actor, payload=payload, at=at, calendar=calendar)


def questions(context: Context, data: Data) -> Iterator[Question]:
    """``data`` as the needs of the row ``report`` have read it. Reads the pledge's facts, and its standing reports."""
    period = data["period"] or context.period_due()
    if period is None:
        return
    before = _reports_before(context.pledge, period)
    last = _values(before[0]) if before else {}
    yield from _of_values(data["values"], last)
    yield from _of_sentence(context, data, period, before)
    yield from _of_outlook(context, data, period)
    yield from _of_sheets(context, data)


def _reports_before(pledge: Pledge, period: Period) -> list[Report]:
    """The reports that count, of this period or an earlier one, the newest first."""
    reports: Any = pledge.reports.standing().filter(period__start_date__lte=period.start_date)
    return list(reports.select_related("period").prefetch_related("values"))


def _values(report: Report) -> dict[int, Decimal]:
    return {value.target_id: value.value for value in report.values.all()}


# The values


def _of_values(values: Mapping[Target, Decimal], last: Mapping[int, Decimal]) -> Iterator[Question]:
    for target, value in values.items():
        old = last.get(target.pk)
        if old is None:
            continue
        field = f"values.{target.pk}"
        told = {"name": _name(target), "new": amount(value, target), "old": amount(old, target)}
        if value < old and target.quantity_kind not in MAY_FALL and not target.more_is_worse:
            yield Question("fell", field, _("%(name)s填了 %(new)s,比上次的 %(old)s 少。确实下降了吗?") % told)
        if target.quantity_kind != NO_LEVEL and old > 0 and value > 0 and _is_tenfold(value, old):
            told["unit"] = f"{SCALES.get(target.scale, '')}{target.unit}"
            if value > old:
                told["times"] = _times(value, old)
                words = _("%(name)s填了 %(new)s,是上次 %(old)s 的 %(times)s 倍。单位对吗?这里按“%(unit)s”填写。")
            else:
                words = _("%(name)s填了 %(new)s,不到上次 %(old)s 的十分之一。单位对吗?这里按“%(unit)s”填写。")
                if value * TENFOLD == old:
                    words = _("%(name)s填了 %(new)s,只有上次 %(old)s 的十分之一。单位对吗?这里按“%(unit)s”填写。")
            yield Question("jump", field, words % told)


def _is_tenfold(value: Decimal, old: Decimal) -> bool:
    return value >= TENFOLD * old or value * TENFOLD <= old


def _times(value: Decimal, old: Decimal) -> str:
    """Whole times, or one decimal cut off: 10, 12.5."""
    tenths = int(value * 10 / old)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


# The sentence


def _of_sentence(context: Context, data: Data, period: Period, before: list[Report]) -> Iterator[Question]:
    sentence, pledge = data["sentence"], context.pledge
    # Correcting one's own report repeats nothing.
    earlier = next((report for report in before if report.period_id != period.pk), None)
    done = sentence_check.says_done(sentence)
    short = _short_of_done(context, data, period) if done else ""
    if short:
        told = {"words": done, "short": short}
        yield Question("done", "sentence", _("文字说“%(words)s”,而%(short)s。两处哪一处对?") % told)
    if earlier and sentence_check.is_same(sentence, earlier.sentence):
        told = {"period": earlier.period.key}
        yield Question("same", "sentence", _("文字与 %(period)s 的填报相同。本期有什么新进展?") % told)
    phrases = sentence_check.empty_phrases(sentence, pledge.title)
    if phrases:
        told = {"words": "”“".join(dict.fromkeys(phrases))}
        words = _("文字只有“%(words)s”这样的说法,没有数字、日期、节点或地点。能写一件做了的事吗?")
        yield Question("phrases", "sentence", words % told)
    targets = list(data["values"])
    lasts = [_values(report) for report in (before[0], earlier) if report] if before else []
    typed = [_typed(target, data["values"][target], lasts) for target in targets]
    for found in sentence_check.differing(sentence, typed, pledge.title):
        target = targets[found.target]
        told = {"words": found.words, "name": _name(target), "new": amount(data["values"][target], target)}
        words = _("文字里写的是“%(words)s”,%(name)s填的是 %(new)s。两处哪一处对?") % told
        yield Question("number", f"values.{target.pk}", words)


def _typed(target: Target, value: Decimal, lasts: list[dict[int, Decimal]]) -> Typed:
    return Typed(
        unit=target.unit,
        name=target.name,
        typed=value,
        goal=target.value,
        goal_max=target.value_max,
        lasts=tuple(values[target.pk] for values in lasts if target.pk in values),
        scale=target.scale,
    )


def _short_of_done(context: Context, data: Data, period: Period) -> str:
    """What speaks against "all done": the target that is furthest from it, or the stages; "" where nothing does."""
    pledge = context.pledge
    facts = _facts_with(context, data, period)
    thresholds = completion.Thresholds.from_settings(pledge.programme.thresholds)
    short = [
        (completion.progress(one), target, one.reported)
        for target, one in zip(pledge.targets.all(), facts.targets, strict=True)
        if one.reported is not None and not completion.reached(one, thresholds)
    ]
    if short:
        progress, target, value = min(short, key=lambda one: one[0] or 0)
        told = {"name": _name(target), "new": amount(value or Decimal(0), target), "goal": amount(target.value, target)}
        if progress is None:
            return _("%(name)s填的是 %(new)s,目标是 %(goal)s") % told
        told["progress"] = sentences.percent(min(progress, completion.FULL_BP - 1))
        return _("%(name)s填的是 %(new)s,只是目标 %(goal)s 的 %(progress)s") % told
    stages = facts.milestones
    done = sum(1 for stage in stages if stage.done is not None)
    if stages and done < len(stages):
        return _("%(all)d 个节点只填了 %(done)d 个的完成日期") % {"all": len(stages), "done": done}
    return ""


def _facts_with(context: Context, data: Data, period: Period) -> completion.PledgeFacts:
    """The pledge's facts as if this report were the newest."""
    pledge = context.pledge
    periods = list(pledge.programme.periods.all())
    facts = standing.facts_of(
        pledge,
        periods=periods,
        calendar=context.calendar,
        thresholds=completion.Thresholds.from_settings(pledge.programme.thresholds),
        today=context.today,
    )
    day = data["data_date"] or min(context.today, period.end_date)
    values = {target.pk: value for target, value in data["values"].items()}
    stages = list(pledge.milestones.all())
    given = data["stages"]
    return dataclasses.replace(
        facts,
        targets=tuple(
            one  # what is typed for it is 预计, no fact
            if target.indicator_id is not None
            else dataclasses.replace(
                one, reported=values.get(target.pk), data_date=day if target.pk in values else None
            )
            for target, one in zip(pledge.targets.all(), facts.targets, strict=True)
        ),
        milestones=tuple(
            one if given is None else dataclasses.replace(one, done=given.get(stage.pk))
            for stage, one in zip(stages, facts.milestones, strict=True)
        ),
        missed=standing.windows_missed(
            periods=periods,
            assigned_date=pledge.assigned_date,
            newest=Report(period=period, data_date=day),
            today=context.today,
        ),
        judged_behind=False,
    )


# The outlook


def _of_outlook(context: Context, data: Data, period: Period) -> Iterator[Question]:
    if not data["outlook"]:
        if period.quarter in MID_YEAR:
            words = _("%(period)s 的填报要写全年预判:确保完成、有困难,还是难以完成?") % {"period": period.key}
            yield Question("outlook_missing", "outlook", words)
        return
    newest = standing.newest_report(context.pledge)
    if data["outlook"] != Report.Outlook.SURE or (newest and newest.period.start_date > period.start_date):
        return
    thresholds = completion.Thresholds.from_settings(context.pledge.programme.thresholds)
    found = completion.standing(_facts_with(context, data, period), context.today, thresholds)
    if found.light == completion.Light.RED:
        told = {"why": _why_red(context.pledge, found), "outlook": Report.Outlook.SURE.label}
        words = _("按这次填报的数,%(why)s,会亮红灯;全年预判是“%(outlook)s”。有把握吗?") % told
        yield Question("outlook_red", "outlook", words)


def _why_red(pledge: Pledge, found: completion.Standing) -> str:
    if found.reason == completion.Reason.OVERDUE and pledge.due_date:
        told: dict[str, Any] = {"due": pledge.due_date.isoformat(), "days": found.days_overdue}
        return _("完成时限 %(due)s 已过 %(days)d 天") % told
    if found.plan_bp is not None and found.progress_bp is not None:
        told = {"plan": sentences.percent(found.plan_bp), "progress": sentences.percent(found.progress_bp)}
        return _("计划 %(plan)s,实际 %(progress)s") % told
    return str(sentences.PLAIN[found.reason or completion.Reason.FAR_BEHIND])


# The sheets

MORE_THAN = {
    "project": (("funded", "total_investment"), ("invested", "total_investment")),
    "livelihood": (("funded", "budget"), ("spent", "funded"), ("spent", "budget")),
}


def _of_sheets(context: Context, data: Data) -> Iterator[Question]:
    """Money that is more than it comes from; asked where one of the two was given now."""
    for name, pairs in MORE_THAN.items():
        given = data.get(name)
        if not given:
            continue
        kind = special_sheets.KINDS[name]
        known = sheet_needs.merged(given, context, kind)
        target = special_sheets.investment_target(context.pledge)
        if name == "project" and target is not None:
            known["invested"] = data["values"].get(target)
        asked = {column.name for column in special_sheets.asked(context.pledge, kind)}
        for more, less in pairs:
            high, low = known[more], known[less]
            if high is None or low is None or high <= low or not ({more, less} & set(given)):
                continue
            told = {
                "more": kind.label_of(more),
                "high": special_sheets.in_wan(high),
                "less": kind.label_of(less),
                "low": special_sheets.in_wan(low),
            }
            words = _("%(more)s %(high)s,多于%(less)s %(low)s。单位对吗?这里按“万元”填写。") % told
            yield Question("more_than", f"{name}.{more if more in asked else less}", words)


def amount(value: Decimal, target: Target) -> str:
    """A value as people write it: 75000 户 at 10000 as "7.5万户"."""
    scale = target.scale if target.scale in SCALES else 1
    return f"{(value / scale).normalize():f}{SCALES.get(scale, '')}{target.unit}"


def _name(target: Target) -> str:
    return target.name or _("累计完成")
