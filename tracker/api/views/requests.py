"""Requests: the list, one, and the acts on them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request as Call
from rest_framework.response import Response

from config import clock
from pledges.errors import Invisible
from tracker.api.base import Collection, demand_number, version_of
from tracker.api.filters import RequestFilter
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.payloads import Versioned
from tracker.api.serializers.requests import RequestAnswer, RequestAsk, RequestDecide, RequestRow
from workflow import requests
from workflow.models import Request

DECIDED = ("words", "document_number", "signed_page", "outcome", "reopen", "due_date")
ANSWERS = {200: RequestRow, 409: Conflict}


class Requests(ListModelMixin, RetrieveModelMixin, Collection):
    """申请:延期、调整责任、调整目标、提请协调、调整责任人、暂缓、恢复推进、撤销、复核。"""

    queryset = Request.objects.order_by("-asked_at", "pk")
    serializer_class = RequestRow
    filterset_class = RequestFilter
    errors = (409,)

    def get_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset()
        return found.select_related("pledge__lead_unit", "asked_by", "decided_by").prefetch_related(
            "steps__answered_by"
        )

    @extend_schema(request=RequestAsk, responses={201: RequestRow, 409: Conflict}, summary="提出申请")
    def create(self, request: Call) -> Response:
        body = self.body()
        made = requests.ask(
            str(body.get("kind", "")),
            pledge_id=demand_number(body, "pledge"),
            actor=self.actor,
            payload=body,
            version=version_of(body),
            at=clock.now(),
        )
        return self._answer(made.pk, code=status.HTTP_201_CREATED)

    @extend_schema(request=RequestAnswer, responses=ANSWERS, summary="会商、督查室协调的意见")
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request: Call, pk: str) -> Response:
        body = self.body()
        said = {"words": body.get("words", ""), "agrees": body.get("agrees")}
        number = self._number(pk)
        requests.answer_step(number, actor=self.actor, version=version_of(body), at=clock.now(), **said)
        return self._answer(number)

    @extend_schema(request=RequestDecide, responses=ANSWERS, summary="决定")
    @action(detail=True, methods=["post"], filterset_class=None)
    def decide(self, request: Call, pk: str) -> Response:
        body = self.body()
        number = self._number(pk)
        requests.decide(
            number,
            actor=self.actor,
            version=version_of(body),
            grant=body.get("grant"),
            at=clock.now(),
            **{name: body[name] for name in DECIDED if name in body},
        )
        return self._answer(number)

    @extend_schema(request=Versioned, responses=ANSWERS, summary="撤回")
    @action(detail=True, methods=["post"], url_path="take-back", filterset_class=None)
    def take_back(self, request: Call, pk: str) -> Response:
        number = self._number(pk)
        requests.take_back(number, actor=self.actor, version=version_of(self.body()), at=clock.now())
        return self._answer(number)

    def _number(self, pk: str) -> int:
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            raise Invisible()
        return int(pk)

    def _answer(self, pk: int, *, code: int = status.HTTP_200_OK) -> Response:
        found = self.get_queryset().get(pk=pk)
        return Response(RequestRow(found, context=self.get_serializer_context()).data, status=code)
