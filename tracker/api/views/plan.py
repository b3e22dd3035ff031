"""A pledge's planned course, and what became of one that was split among units."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import Invisible
from pledges.models import Pledge
from tracker import shares
from tracker.api.base import ActorEndpoint, version_of
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.plan import Allocation, Plan, PlanGiven
from workflow import planning


class PlanView(ActorEndpoint):
    """序时计划:每个目标各日的计划累计数,和各个节点。"""

    errors = (409,)

    @extend_schema(operation_id="pledges_plan_retrieve", responses=Plan, summary="序时计划")
    def get(self, request: Request, pk: int) -> Response:
        return Response(self._plan(pk))

    @extend_schema(
        operation_id="pledges_plan", request=PlanGiven, responses={200: Plan, 409: Conflict}, summary="编制序时计划"
    )
    def put(self, request: Request, pk: int) -> Response:
        body = self.body()
        planning.plan_as_typed(pk, actor=self.actor, version=version_of(body), payload=body, at=clock.now())
        return Response(self._plan(pk))

    def _plan(self, pk: int) -> Any:
        pledges = Pledge.objects.visible_to(self.actor).prefetch_related("targets__trajectory", "milestones")
        pledge = pledges.filter(pk=pk).first()
        if pledge is None:
            raise Invisible()
        return Plan(pledge).data


class AllocationView(ActorEndpoint):
    """分解:各单位的一份,合计与差额。"""

    @extend_schema(operation_id="pledges_allocation", responses=Allocation, summary="分解情况")
    def get(self, request: Request, pk: int) -> Response:
        pledge = Pledge.objects.visible_to(self.actor).prefetch_related("targets").filter(pk=pk).first()
        if pledge is None:
            raise Invisible()
        block = shares.block(pledge, self.actor)
        if block is None:
            raise Invisible()
        return Response(Allocation(block).data)
