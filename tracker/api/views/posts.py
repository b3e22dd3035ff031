"""Posts and deputies: appointing, and who does a post's duties for a while."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.models import Deputy, Post, Role, Unit, User
from tracker.api.base import Collection, demand_number, number_in
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.posts import Appointment, DeputyAdd, DeputyRow, SeatRow
from workflow import organisation


class _OfPosts(ListModelMixin, Collection):
    lookup_value_regex = r"[0-9]{1,18}"

    def _seen(self) -> QuerySet[Post]:
        """The posts of the actor's government."""
        posts: QuerySet[Post] = Post.objects.filter(unit__in=Unit.objects.visible_to(self.actor), is_active=True)
        return posts

    def _person(self, body: Mapping[str, Any], name: str) -> User | None:
        if body.get(name) is None:
            return None
        found = User.objects.filter(pk=number_in(body, name) or 0).first()
        if found is None:
            raise BadInput({name: _("没有这个账号。")})
        return found


@extend_schema_view(create=extend_schema(request=Appointment, responses={201: SeatRow}, summary="设岗位或指定继任者"))
class Posts(_OfPosts):
    """岗位,由系统管理员管理。"""

    queryset = Post.objects.none()
    serializer_class = SeatRow

    def get_queryset(self) -> QuerySet[Any]:
        if not organisation.is_administrator(self.actor):
            raise Forbidden(_("组织机构和工作日历由系统管理员管理。"))
        return self._seen().select_related("unit", "holder").order_by("unit__path", "pk")

    def create(self, request: Request) -> Response:
        body = self.body()
        if not organisation.is_administrator(self.actor):
            raise Forbidden(_("只有系统管理员可以这样做。"))
        unit = Unit.objects.visible_to(self.actor).filter(pk=demand_number(body, "unit")).first()
        if unit is None:
            raise BadInput({"unit": _("请选择单位。")})
        if body.get("role") not in Role.values:
            raise BadInput({"role": _("请选择角色。")})
        title = body.get("title")
        post = organisation.appoint(
            actor=self.actor,
            at=clock.now(),
            unit=unit,
            role=Role(body["role"]),
            title=title if isinstance(title, str) else "",
            holder=self._person(body, "holder"),
        )
        return Response(SeatRow(post).data, status=status.HTTP_201_CREATED)


@extend_schema_view(create=extend_schema(request=DeputyAdd, responses={201: DeputyRow}, summary="安排代办"))
class Deputies(_OfPosts):
    """代办:系统管理员看到全部,其他人看到本人岗位的。"""

    queryset = Deputy.objects.none()
    serializer_class = DeputyRow
    errors = (409,)

    def get_queryset(self) -> QuerySet[Any]:
        posts = self._seen()
        if not organisation.is_administrator(self.actor):
            posts = posts.filter(holder=self.actor.user)
        found: QuerySet[Any] = Deputy.objects.filter(post__in=posts)
        return found.select_related("post__unit", "post__holder", "user").order_by("-start_date", "pk")

    def create(self, request: Request) -> Response:
        body = self.body()
        post = self._seen().filter(pk=demand_number(body, "post")).select_related("unit", "holder").first()
        if post is None:
            raise Invisible()
        deputy = organisation.appoint_deputy(
            post,
            self._person(body, "user"),
            _day(body, "start_date"),
            _day(body, "end_date"),
            actor=self.actor,
            at=clock.now(),
        )
        return Response(DeputyRow(deputy).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None, 409: Conflict}, summary="结束代办")
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        organisation.end_deputy(int(pk), actor=self.actor, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _day(body: Mapping[str, Any], name: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(body.get(name)))
    except ValueError:
        return None
