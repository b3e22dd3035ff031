"""What a person is told outside the product: by group of reminders and channel. The inbox shows everything."""

from collections.abc import Collection

from django.db import transaction

from pledges.models import User
from workflow.models import Preference, Reminder

Group = Preference.Group
Channel = Preference.Channel
OVERDUE = (Reminder.Kind.OVERDUE, Reminder.Kind.UNREPORTED)


def group_of(kind: str, is_copy: bool) -> str:
    """The group that a digest's reminder belongs to."""
    if is_copy:
        return Group.COPIES
    return Group.OVERDUE if kind in OVERDUE else Group.COMING


def silenced(user: User, channel: str = Channel.EMAIL) -> set[str]:
    """The groups the person does not want on the channel."""
    return set(user.preferences.filter(channel=channel, is_on=False).values_list("group", flat=True))


@transaction.atomic
def choose(user: User, wanted: Collection[str], channel: str = Channel.EMAIL) -> None:
    """Want these groups on the channel and no others; names of no group are passed over."""
    Preference.objects.bulk_create(
        [Preference(user=user, group=group, channel=channel, is_on=group in wanted) for group in Group.values],
        update_conflicts=True,
        unique_fields=["user", "group", "channel"],
        update_fields=["is_on"],
    )
