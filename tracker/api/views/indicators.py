"""Published figures: the indicators, their figures, and the statistician's acts; where a target's numbers come from."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.models import Figure, Indicator
from tracker.api.base import ActorEndpoint, Collection, number_in, version_of
from tracker.api.serializers import indicators as forms
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.pledges import PledgeDetail
from tracker.api.views.pledges import detail_of
from workflow import indicators as service
from workflow import target_sources

ANSWER = {200: forms.FigureRow, 409: Conflict}


@extend_schema_view(
    create=extend_schema(request=forms.IndicatorAdd, responses={201: forms.IndicatorRow}, summary="设立统计指标")
)
class Indicators(ListModelMixin, RetrieveModelMixin, Collection):
    """统计指标。数据由统计数据员录入一次,所有用到它的目标都取这里的数。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Indicator.objects.order_by("position", "pk")
    serializer_class = forms.IndicatorRow
    errors = (409,)

    def create(self, request: Request) -> Response:
        made = service.add(actor=self.actor, payload=self.body(), at=clock.now())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=forms.FigureRow(many=True), summary="各数据期的数据,每一版都在")
    @action(detail=True)
    def figures(self, request: Request, pk: str) -> Response:
        rows = Figure.objects.filter(indicator=self.get_object()).select_related("entered_by")
        return self.page_of(rows.order_by("-end_date", "start_date", "-revision"), forms.FigureRow)

    @extend_schema(request=forms.FigurePlan, responses=ANSWER, summary="安排发布日期")
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        return self._one(service.plan_release(int(pk), actor=self.actor, payload=self.body(), at=clock.now()))

    @extend_schema(request=forms.FigureEnter, responses=ANSWER, summary="录入数据")
    @action(detail=True, methods=["post"])
    def enter(self, request: Request, pk: str) -> Response:
        return self._one(service.enter(int(pk), actor=self.actor, payload=self.body(), at=clock.now()))

    @extend_schema(request=forms.FigureRevise, responses=ANSWER, summary="修订数据")
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> Response:
        body = self.body()
        seen = number_in(body, "revision")
        return self._one(service.revise(int(pk), actor=self.actor, payload=body, revision=seen, at=clock.now()))

    def _one(self, figure: Figure) -> Response:
        return Response(forms.FigureRow(figure, context=self.get_serializer_context()).data)


class TargetSource(ActorEndpoint):
    errors = (409,)

    @extend_schema(request=forms.SourceName, responses={200: PledgeDetail, 409: Conflict}, summary="指定目标的数据来源")
    def post(self, request: Request, pk: int) -> Response:
        body: dict[str, Any] = self.body()
        target_sources.name(pk, actor=self.actor, version=version_of(body), payload=body, at=clock.now())
        return Response(detail_of(pk, self))
