"""What a message says, in its reader's language: counts and a link, never content."""

import datetime
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.models import User
from workflow import preferences, robot_counts
from workflow.channels import Call, Message
from workflow.context import day_of
from workflow.ladder import LADDER, WINDOW
from workflow.models import Alert, Delivery, Preference, Reminder, Robot, Task

Kind = Reminder.Kind
Counts = Counter[tuple[str, bool, bool]]  # the kind, whether it is a copy, whether of a pledge's own due date


def compose(delivery: Delivery, *, at: datetime.datetime) -> Message | Call | None:
    """The message in its recipient's language; None when nothing is left to say or nobody to say it to."""
    robot, person = delivery.to_robot, delivery.person
    if robot is not None:
        with translation.override(robot.language):
            return _call(delivery, robot, at) if robot.is_active else None
    if person is None or not (person.is_active and person.email):
        return None
    with translation.override(person.language):
        return _digest(delivery, person) if delivery.digest else _alert(delivery, person, day_of(at))


def desk_address() -> str:
    return str(settings.SITE_URL + reverse("web:desk"))


def _message(delivery: Delivery, person: User, subject: str, lines: list[str], day: datetime.date) -> Message:
    context = {"day": day, "lines": lines, "url": desk_address()}
    return Message(
        key=delivery.key,
        address=person.email,
        subject=subject,
        text=render_to_string("workflow/digest.txt", context),
        html=render_to_string("workflow/digest.html", context),
    )


# A person's digest


def _digest(delivery: Delivery, person: User) -> Message | None:
    digest = delivery.digest
    if digest is None:
        return None
    silenced = preferences.silenced(person)
    standing = digest.reminders.standing().values_list("kind", "is_copy", "pledge")
    counts: Counts = Counter(
        (kind, is_copy, pledge is not None)
        for kind, is_copy, pledge in standing
        if preferences.group_of(kind, is_copy) not in silenced
    )
    if not counts:
        return None
    subject = _("任务提醒:%(counts)s") % {"counts": _(",").join(_parts(counts))}
    return _message(delivery, person, subject, list(_lines(counts)), digest.day)


def _parts(counts: Counts) -> Iterator[str]:
    """What the subject counts: one's own overdue and not reported, one's own to come, the unit's overdue."""

    def number(*kinds: str, is_copy: bool = False) -> int:
        return sum(counts[kind, is_copy, of_pledge] for kind in kinds for of_pledge in (False, True))

    if overdue := number(Kind.OVERDUE):
        yield _overdue(overdue)
    if unreported := number(Kind.UNREPORTED):
        yield ngettext("%(count)d 项未报送", "%(count)d 项未报送", unreported) % {"count": unreported}
    if coming := number(*LADDER, *WINDOW):
        yield _coming(coming)
    if opens := number(Kind.OPENS):
        yield ngettext("%(count)d 项开始填报", "%(count)d 项开始填报", opens) % {"count": opens}
    if copies := number(Kind.OVERDUE, is_copy=True):
        yield ngettext("本单位 %(count)d 项逾期", "本单位 %(count)d 项逾期", copies) % {"count": copies}
    if silent := number(Kind.UNREPORTED, is_copy=True):
        yield ngettext("本单位 %(count)d 项未报送", "本单位 %(count)d 项未报送", silent) % {"count": silent}


def _overdue(count: int) -> str:
    return ngettext("%(count)d 项逾期", "%(count)d 项逾期", count) % {"count": count}


def _coming(count: int) -> str:
    return ngettext("%(count)d 项将到期", "%(count)d 项将到期", count) % {"count": count}


def _lines(counts: Counts) -> Iterator[str]:
    """The body: one line a kind, the most urgent first; then pledges' own due dates, then copies."""
    if overdue := counts[Kind.OVERDUE, False, False]:
        yield ngettext("%(count)d 项已逾期", "%(count)d 项已逾期", overdue) % {"count": overdue}
    if unreported := counts[Kind.UNREPORTED, False, False]:
        yield ngettext("%(count)d 项未报送", "%(count)d 项未报送", unreported) % {"count": unreported}
    for kind, days in WINDOW.items():
        if number := counts[kind, False, False]:
            text = ngettext(
                "%(count)d 项填报 %(days)d 个工作日内截止", "%(count)d 项填报 %(days)d 个工作日内截止", number
            )
            yield text % {"count": number, "days": days}
    for kind, days in LADDER.items():
        if number := counts[kind, False, False]:
            text = ngettext("%(count)d 项 %(days)d 个工作日内到期", "%(count)d 项 %(days)d 个工作日内到期", number)
            yield text % {"count": number, "days": days}
    if opens := counts[Kind.OPENS, False, False]:
        yield ngettext("%(count)d 项开始填报", "%(count)d 项开始填报", opens) % {"count": opens}
    if overdue := counts[Kind.OVERDUE, False, True]:
        text = ngettext("完成时限:%(count)d 项已逾期", "完成时限:%(count)d 项已逾期", overdue)
        yield text % {"count": overdue}
    for kind, days in LADDER.items():
        if number := counts[kind, False, True]:
            text = ngettext(
                "完成时限:%(count)d 项 %(days)d 个工作日内到期", "完成时限:%(count)d 项 %(days)d 个工作日内到期", number
            )
            yield text % {"count": number, "days": days}
    if copies := counts[Kind.OVERDUE, True, False] + counts[Kind.OVERDUE, True, True]:
        text = ngettext("抄送:本单位 %(count)d 项已逾期", "抄送:本单位 %(count)d 项已逾期", copies)
        yield text % {"count": copies}
    if silent := counts[Kind.UNREPORTED, True, False]:
        text = ngettext("抄送:本单位 %(count)d 项未报送", "抄送:本单位 %(count)d 项未报送", silent)
        yield text % {"count": silent}


# What goes at once


def _alert(delivery: Delivery, person: User, day: datetime.date) -> Message | None:
    if Preference.Group.AT_ONCE in preferences.silenced(person):
        return None
    lines = list(_at_once(delivery))
    if not lines:
        return None
    return _message(delivery, person, _("即时提醒:%(counts)s") % {"counts": _(",").join(lines)}, lines, day)


def _at_once(delivery: Delivery) -> Iterator[str]:
    alert = delivery.alert_id
    told = Alert.objects.standing().filter(Q(pk=alert) | Q(told_with=alert))
    counts = Counter(told.values_list("task__kind", flat=True))
    if urged := counts[Task.Kind.ANSWER_URGE]:
        yield ngettext("%(count)d 项催办待回应", "%(count)d 项催办待回应", urged) % {"count": urged}
    if sheets := counts[Task.Kind.ANSWER_SHEET]:
        yield ngettext("%(count)d 份督办单待回复", "%(count)d 份督办单待回复", sheets) % {"count": sheets}
    if instructed := counts[Task.Kind.ACT_ON_INSTRUCTION]:
        yield ngettext("%(count)d 件批示待办理", "%(count)d 件批示待办理", instructed) % {"count": instructed}


# What a robot says in its group


def _call(delivery: Delivery, robot: Robot, at: datetime.datetime) -> Call | None:
    if delivery.alert is not None:
        said, told = list(_at_once(delivery)), _("即时提醒:%(counts)s")
    else:
        said, told = list(_counts(delivery, robot, day_of(at))), _("任务提醒:%(counts)s")
    if not said:
        return None
    return Call(key=delivery.key, robot=robot, text=with_link(told % {"counts": _(",").join(said)}), at=at)


def with_link(text: str) -> str:
    return "\n".join([text, _("查看待办:"), desk_address()])


def _counts(delivery: Delivery, robot: Robot, today: datetime.date) -> Iterator[str]:
    """Nothing once a later day's message stands beside this one."""
    if robot.deliveries.filter(day__gt=delivery.day).exists():
        return
    counts = robot_counts.of(robot, today=today)
    if counts.overdue:
        yield _overdue(counts.overdue)
    if counts.coming:
        yield _coming(counts.coming)
