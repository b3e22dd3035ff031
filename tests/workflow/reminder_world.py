"""A world for reminders: tasks of housing's coordinator, and what a claim and a digest of a day say."""

import datetime

from pledges.models import Post
from tests.factories import Government, PledgeFactory, moment
from workflow import reminders
from workflow.models import Reminder, Task

FRIDAY = datetime.date(2020, 10, 16)


def task(
    at: Government, due: datetime.date | str = FRIDAY, *, post: Post | None = None, opened: str = "2020-09-01"
) -> Task:
    """An open task about a pledge of its own, of the coordinator of housing unless said otherwise."""
    return Task.objects.create(
        kind=Task.Kind.SIGN,
        pledge=PledgeFactory(programme=at.programme),
        post=post or at.coordinator,
        due_date=due,
        opened_at=moment(opened),
    )


def claim(on: str) -> list[tuple[str, str]]:
    """What a claim on a day adds: (who, kind), in order."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    said = reminders.claim(at=moment(on))
    new = Reminder.objects.exclude(pk__in=before).select_related("recipient")
    assert said == len(new)
    return sorted((reminder.recipient.name, reminder.kind) for reminder in new)


def run(on: str) -> list[tuple[str, str]]:
    """Claim and gather on a day; what the digests of that day say: (who, kind), in order."""
    reminders.claim(at=moment(on))
    reminders.gather(at=moment(on))
    lines = Reminder.objects.filter(digest__day=on).values_list("digest__recipient__name", "kind")
    return sorted(lines)


def days_of(steps_from: str, until: str) -> dict[str, list[tuple[str, str]]]:
    """What claims on every day from one to another add, the days off included."""
    first, last = datetime.date.fromisoformat(steps_from), datetime.date.fromisoformat(until)
    days = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
    return {day.isoformat(): new for day in days if (new := claim(day.isoformat()))}
