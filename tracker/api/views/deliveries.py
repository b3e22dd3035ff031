"""Messages that did not get through, for the system administrator: to whom and why, never what they said."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from tracker.api.base import Collection
from tracker.api.serializers import robots as forms
from tracker.api.serializers.errors import Conflict
from workflow import deliveries as sending
from workflow import organisation
from workflow.models import Delivery
from workflow.notifications import ABOUT, TRIES


class Deliveries(ListModelMixin, Collection):
    """试过各次仍未送达的消息,新的在前,由系统管理员查看。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Delivery.objects.order_by("-pk")
    serializer_class = forms.DeliveryRow

    def get_queryset(self) -> QuerySet[Any]:
        organisation.demand_administrator(self.actor, None)
        seen: Any = super().get_queryset()
        found: QuerySet[Any] = seen.failed(tries=TRIES).select_related(*ABOUT)
        return found

    @extend_schema(responses=forms.DeliveryCounts, summary="待发、已发和未送达的条数")
    @action(detail=False)
    def counts(self, request: Request) -> Response:
        organisation.demand_administrator(self.actor, None)
        return Response(sending.counts(self.actor))

    @extend_schema(request=None, responses={204: None, 409: Conflict}, summary="再次发送一条未送达的消息")
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: str) -> Response:
        sending.send_again(int(pk), actor=self.actor, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
