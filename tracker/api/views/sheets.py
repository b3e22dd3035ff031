"""Sheets: proposed and issued by the office, answered by the unit, judged by the office."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import Invisible
from tracker.api.base import Collection, demand_number, number_in, version_of
from tracker.api.filters import SheetFilter
from tracker.api.serializers import sheets as forms
from tracker.api.serializers.errors import Conflict
from workflow import sheets as service
from workflow.models import Sheet, SheetRow


@extend_schema_view(
    create=extend_schema(
        request=forms.SheetAdd, responses={201: forms.SheetDetail, 409: Conflict}, summary="把一个事项列入拟发单"
    )
)
class Sheets(ListModelMixin, RetrieveModelMixin, Collection):
    """督办单。单位只看到发给本单位及下属的;拟发的由督查室商定。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Sheet.objects.order_by("-proposed_at", "-pk")
    filterset_class = SheetFilter
    errors = (409,)

    def get_serializer_class(self) -> Any:
        return forms.SheetRowOfList if self.action == "list" else forms.SheetDetail

    def get_queryset(self) -> QuerySet[Any]:
        sheets = super().get_queryset().select_related("unit")
        return sheets if self.action == "list" else sheets.prefetch_related("rows__pledge")

    def create(self, request: Request) -> Response:
        body = self.body()
        row = service.add_row(demand_number(body, "pledge"), actor=self.actor, payload=body, at=clock.now())
        return self._one(row.sheet_id, status.HTTP_201_CREATED)

    @extend_schema(request=forms.SheetIssue, responses={200: forms.SheetDetail, 409: Conflict}, summary="签发")
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: str) -> Response:
        body = self.body()
        asked = body.get("rows")
        rows = None if asked is None else _ids(asked)
        service.issue(
            int(pk), actor=self.actor, version=version_of(body), payload=_texts(body), rows=rows, at=clock.now()
        )
        return self._one(int(pk))

    @extend_schema(request=forms.SheetDrop, responses={200: forms.SheetDetail, 409: Conflict}, summary="不予发出")
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        body = self.body()
        service.drop(int(pk), actor=self.actor, version=version_of(body), payload=_texts(body), at=clock.now())
        return self._one(int(pk))

    @extend_schema(request=forms.SheetRowDrop, responses={200: forms.SheetDetail, 409: Conflict}, summary="移出一项")
    @action(detail=True, methods=["post"], url_path="drop-row")
    def drop_row(self, request: Request, pk: str) -> Response:
        body = self.body()
        row = demand_number(body, "row")
        if not SheetRow.objects.filter(pk=row, sheet=int(pk)).exists():
            raise Invisible()
        sheet = service.drop_row(row, actor=self.actor, version=version_of(body), payload=_texts(body), at=clock.now())
        return self._one(sheet.pk)

    @extend_schema(request=forms.SheetAnswer, responses={200: forms.SheetDetail, 409: Conflict}, summary="逐项回复")
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        body = self.body()
        answers = {row: {"words": words} for row, words in _by_row(body.get("answers")).items()}
        service.answer(int(pk), actor=self.actor, version=version_of(body), answers=answers, at=clock.now())
        return self._one(int(pk))

    @extend_schema(request=forms.SheetJudge, responses={200: forms.SheetDetail, 409: Conflict}, summary="逐项认定")
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: str) -> Response:
        body = self.body()
        verdicts = {
            row: given if isinstance(given, Mapping) else {} for row, given in _by_row(body.get("verdicts")).items()
        }
        service.judge(int(pk), actor=self.actor, version=version_of(body), verdicts=verdicts, at=clock.now())
        return self._one(int(pk))

    def _one(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        sheet = Sheet.objects.select_related("unit").prefetch_related("rows__pledge").get(pk=pk)
        return Response(forms.SheetDetail(sheet, context=self.get_serializer_context()).data, status=code)


def _texts(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body.get(name) for name in ("words", "due_date")}


def _ids(given: Any) -> list[int]:
    """Row ids; what is none becomes 0, which no row has, so that the domain refuses it in its turn."""
    return [number_in({"id": one}, "id") or 0 for one in given] if isinstance(given, list) else [0]


def _by_row(given: Any) -> dict[int, Any]:
    """Row ids to what is said of them; JSON has text for keys."""
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {number_in({"id": name}, "id") or 0: value for name, value in pairs}
