"""The inbox of the person who asks, and which of it comes outside the product as well. Reading a list marks nothing."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput
from pledges.models import User
from tracker.api.base import ActorEndpoint, Collection
from tracker.api.filters import AlertFilter, DigestFilter
from tracker.api.serializers import inbox as forms
from workflow import preferences, reminders
from workflow.models import Alert, Digest, Preference, Reminder

ABOUT_TASK = ("task__pledge", "task__document", "task__period")


class Digests(ListModelMixin, Collection):
    """每日提醒,本人的,新的在前。"""

    queryset = Digest.objects.order_by("-day", "-pk")
    serializer_class = forms.DigestRow
    filterset_class = DigestFilter

    def get_queryset(self) -> QuerySet[Any]:
        lines = Reminder.objects.select_related(*ABOUT_TASK, "pledge").order_by("day", "pk")
        return super().get_queryset().prefetch_related(Prefetch("reminders", queryset=lines))


class Alerts(ListModelMixin, Collection):
    """即时提醒:催办、督办单、批示,本人的,新的在前。"""

    queryset = Alert.objects.order_by("-created_at", "-pk")
    serializer_class = forms.AlertRow
    filterset_class = AlertFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related(*ABOUT_TASK)


class Inbox(ActorEndpoint):
    @extend_schema(responses=forms.Unread, summary="未读的份数")
    def get(self, request: Request) -> Response:
        return Response({"unread": reminders.unread(self.actor)})


class Read(ActorEndpoint):
    @extend_schema(request=None, responses=forms.Unread, summary="全部标为已读")
    def post(self, request: Request) -> Response:
        reminders.mark_read(actor=self.actor, at=clock.now())
        return Response({"unread": reminders.unread(self.actor)})


class _OfPreferences(ActorEndpoint):
    @property
    def person(self) -> User:
        assert self.actor.user is not None  # noqa: S101  nobody else has been authenticated
        return self.actor.user


class Preferences(_OfPreferences):
    @extend_schema(responses=forms.PreferenceRow(many=True), summary="接收设置:各类提醒、各渠道")
    def get(self, request: Request) -> Response:
        return Response([_told(one) for one in preferences.of(self.person)])


class PreferenceView(_OfPreferences):
    @extend_schema(request=forms.PreferenceSet, responses=forms.PreferenceRow, summary="改一类提醒在一个渠道的接收设置")
    def put(self, request: Request, channel: str, group: str) -> Response:
        is_on = self.body().get("is_on")
        if not isinstance(is_on, bool):
            raise BadInput({"is_on": _("请填写 true 或 false。")})
        preferences.switch(self.person, group, channel, is_on=is_on)
        return Response(_told(Preference(group=group, channel=channel, is_on=is_on)))


def _told(preference: Preference) -> dict[str, Any]:
    return dict(
        forms.PreferenceRow(
            {
                "group": preference.group,
                "group_label": preference.get_group_display(),
                "channel": preference.channel,
                "channel_label": preference.get_channel_display(),
                "is_on": preference.is_on,
            }
        ).data
    )
