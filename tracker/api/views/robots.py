"""Group robots, for the system administrator: their addresses and secrets go in and never come out."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput
from pledges.models import Unit
from tracker.api.base import Collection, demand_number
from tracker.api.serializers import robots as forms
from tracker.api.serializers.errors import Error
from workflow import organisation, robot_edits
from workflow.models import Robot

SWITCHES = (*robot_edits.WANTS, "is_active")
NEW = {"language": "zh-hans", **dict.fromkeys(SWITCHES, True)}


@extend_schema_view(
    create=extend_schema(request=forms.RobotAdd, responses={201: forms.RobotRow, 403: Error}, summary="添加群机器人"),
)
class Robots(ListModelMixin, RetrieveModelMixin, Collection):
    """群机器人,由系统管理员管理。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Robot.objects.none()
    serializer_class = forms.RobotRow

    def get_queryset(self) -> QuerySet[Any]:
        organisation.demand_administrator(self.actor, None)
        found: QuerySet[Any] = robot_edits.visible_to(self.actor)
        return found

    def create(self, request: Request) -> Response:
        given = NEW | self._given(self.body())
        made = robot_edits.add(given, actor=self.actor, at=clock.now())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=forms.RobotChange, responses=forms.RobotRow, summary="修改、停用或启用群机器人")
    def partial_update(self, request: Request, pk: str) -> Response:
        changed = robot_edits.change(int(pk), self._given(self.body()), actor=self.actor, at=clock.now())
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=None, responses=forms.RobotTest, summary="向群里发一条测试消息")
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        fault = robot_edits.test(int(pk), actor=self.actor, at=clock.now())
        return Response({"taken": not fault, "fault": fault})

    def _given(self, body: Mapping[str, Any]) -> dict[str, Any]:
        organisation.demand_administrator(self.actor, None)  # before anything is said about the fields
        given = {name: body[name] for name in robot_edits.FIELDS if name in body}
        faults: dict[str, Any] = {}
        for name, value in given.items():
            if name in SWITCHES and not isinstance(value, bool):
                faults[name] = _("请填写 true 或 false。")
            elif name not in (*SWITCHES, "unit") and not isinstance(value, str):
                faults[name] = _("请填写文字。")
        if faults:
            raise BadInput(faults)
        if "unit" in given:
            seen = Unit.objects.visible_to(self.actor)
            given["unit"] = seen.filter(pk=demand_number(given, "unit")).first()
        return given
