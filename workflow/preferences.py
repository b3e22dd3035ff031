"""What a person is told outside the product: by group of reminders and channel. The inbox shows everything."""

from collections.abc import Collection, Mapping

from django.db import transaction

from pledges.errors import Invisible
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


def of(user: User) -> list[Preference]:
    """Every group on every channel, kept or as it is until somebody chooses."""
    off = {channel: silenced(user, channel) for channel in Channel.values}
    return [
        Preference(user=user, group=group, channel=channel, is_on=group not in off[channel])
        for channel in Channel.values
        for group in Group.values
    ]


def choose(user: User, wanted: Collection[str], channel: str = Channel.EMAIL) -> None:
    """Want these groups on the channel and no others; names of no group are passed over."""
    _keep(user, {group: group in wanted for group in Group.values}, channel)


def switch(user: User, group: str, channel: str, *, is_on: bool) -> None:
    """Want one group on one channel, or no longer; the others stay. Raises Invisible for what is neither."""
    if group not in Group.values or channel not in Channel.values:
        raise Invisible()
    _keep(user, {group: is_on}, channel)


@transaction.atomic
def _keep(user: User, chosen: Mapping[str, bool], channel: str) -> None:
    Preference.objects.bulk_create(
        [Preference(user=user, group=group, channel=channel, is_on=is_on) for group, is_on in chosen.items()],
        update_conflicts=True,
        unique_fields=["user", "group", "channel"],
        update_fields=["is_on"],
    )
