"""核对期 and 结账: a unit checks and objects, the office settles, the director closes, a leader reopens."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput, Invisible
from pledges.models import Period, Programme
from pledges.querysets import OWN_UNIT
from tracker import snapshots
from tracker.api.base import ActorEndpoint, demand_number, number_in
from tracker.api.serializers import periods as forms
from tracker.api.serializers.errors import Conflict
from workflow import period_closing

_LIST: Any = _("请填写一组异议,每条有 pledge、words 和 evidence。")
DONE = {200: forms.PeriodDetail, 409: Conflict}


class _OfPeriod(ActorEndpoint):
    def answered(self, pk: int) -> Response:
        period = self.found(pk)
        checks = [
            check
            for check in period_closing.checks_of(period)
            if self.actor.role not in OWN_UNIT or (self.actor.unit and check.unit_id == self.actor.unit.pk)
        ]
        return Response(forms.PeriodDetail(period, context={"checks": checks}).data)

    def found(self, pk: int) -> Period:
        seen = Programme.objects.visible_to(self.actor)
        found = Period.objects.filter(pk=pk, programme__in=seen).select_related("programme").first()
        if found is None:
            raise Invisible()
        return found


class PeriodView(_OfPeriod):
    @extend_schema(responses=forms.PeriodDetail, summary="一期:核对、异议和快照")
    def get(self, request: Request, pk: int) -> Response:
        return self.answered(pk)


class Check(_OfPeriod):
    @extend_schema(request=forms.CheckGiven, responses=DONE, summary="核对答复:无异议,或逐项提出异议")
    def post(self, request: Request, pk: int) -> Response:
        given = self.body().get("objections") or []
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            raise BadInput({"objections": _LIST})
        objections = {number_in(one, "pledge") or 0: one for one in given}
        period_closing.answer(pk, actor=self.actor, objections=objections, at=clock.now())
        return self.answered(pk)


class Settle(_OfPeriod):
    @extend_schema(request=forms.SettleGiven, responses=DONE, summary="处理一条异议")
    def post(self, request: Request, pk: int) -> Response:
        body = self.body()
        period_closing.settle(pk, demand_number(body, "objection"), actor=self.actor, payload=body, at=clock.now())
        return self.answered(pk)


class Close(_OfPeriod):
    @extend_schema(request=None, responses=DONE, summary="本期结账,数字冻结")
    def post(self, request: Request, pk: int) -> Response:
        snapshots.close(pk, actor=self.actor, at=clock.now())
        return self.answered(pk)


class Reopen(_OfPeriod):
    @extend_schema(request=forms.ReopenGiven, responses=DONE, summary="市领导决定重新开账")
    def post(self, request: Request, pk: int) -> Response:
        period_closing.reopen(pk, actor=self.actor, payload=self.body(), at=clock.now())
        return self.answered(pk)


class SnapshotView(_OfPeriod):
    @extend_schema(responses=OpenApiTypes.OBJECT, summary="已结账的期的最新快照,逐字节")
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The whole text for who sees every pledge of the programme; Invisible for units and while it is not closed."""
        period = self.found(pk)
        frozen = None if self.actor.role in OWN_UNIT else snapshots.of(period)
        if frozen is None:
            raise Invisible()
        return HttpResponse(frozen.snapshot.text, content_type="application/json")
