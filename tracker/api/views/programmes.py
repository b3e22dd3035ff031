"""Programmes with their periods, the roll-ups, and the quarter's ledger."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import Invisible
from pledges.models import Period, Programme
from tracker.api.base import ActorEndpoint, Collection, number_in
from tracker.api.filters import RollupFilter
from tracker.api.serializers.errors import Error
from tracker.api.serializers.ledger import Ledger
from tracker.api.serializers.programme_acts import NewProgramme
from tracker.api.serializers.programmes import PeriodRow, ProgrammeRow, RollupRow
from tracker.exports import ledger, text
from tracker.models import Rollup
from workflow import programmes as workflow_programmes


class Programmes(ListModelMixin, RetrieveModelMixin, Collection):
    queryset = Programme.objects.select_related("government").order_by("-year", "pk")
    serializer_class = ProgrammeRow

    @extend_schema(request=NewProgramme, responses={201: ProgrammeRow, 403: Error}, summary="建立年度台账")
    def create(self, request: Request) -> Response:
        made = workflow_programmes.create(actor=self.actor, year=number_in(self.body(), "year"), at=clock.now())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=PeriodRow(many=True), summary="一个年度台账的各期")
    @action(detail=True)
    def periods(self, request: Request, pk: str) -> Response:
        return self.page_of(Period.objects.filter(programme=self.get_object()).order_by("start_date"), PeriodRow)


class Rollups(ListModelMixin, Collection):
    """汇总数。联络员和部门负责人只看到本单位及下属。"""

    queryset = Rollup.objects.select_related("unit").order_by("programme", "scope", "unit__path", "pk")
    serializer_class = RollupRow
    filterset_class = RollupFilter


class Quarter(ActorEndpoint):
    @extend_schema(responses=Ledger, summary="季度台账,与导出的 Excel 相同的十八栏")
    def get(self, request: Request, programme: int, period: str) -> Response:
        found = Programme.objects.visible_to(self.actor).filter(pk=programme).first()
        if found is None:
            raise Invisible()
        wanted = Period.objects.filter(programme=found, key=period).first()
        if wanted is None:
            raise Invisible()
        made = ledger.of(found, wanted, actor=self.actor, today=clock.today())
        return Response(text.document(made))
