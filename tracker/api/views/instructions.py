"""Instructions: given by leaders, answered by who was asked to act."""

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
from tracker.api.base import Collection, number_in, version_of
from tracker.api.filters import LARGEST_ID, InstructionFilter
from tracker.api.serializers import sheets as forms
from tracker.api.serializers.errors import Conflict
from workflow import instructions as service
from workflow.models import Instruction

SUBJECTS = ("pledge", "unit", "period")


@extend_schema_view(
    create=extend_schema(
        request=forms.InstructionGive, responses={201: forms.InstructionRow, 409: Conflict}, summary="批示"
    )
)
class Instructions(ListModelMixin, RetrieveModelMixin, Collection):
    """市领导的批示:阅知或请办。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Instruction.objects.order_by("-recorded_at", "-pk")
    serializer_class = forms.InstructionRow
    filterset_class = InstructionFilter
    errors = (409,)

    def get_queryset(self) -> QuerySet[Any]:
        return _with_names(super().get_queryset())

    def create(self, request: Request) -> Response:
        body = self.body()
        named = [name for name in SUBJECTS if body.get(name) is not None]
        if len(named) != 1:
            raise BadInput({"": _("请给出事项、单位、期中的一个。")})
        pk = number_in(body, named[0]) or 0
        given = service.give(named[0], min(max(pk, 0), LARGEST_ID), actor=self.actor, payload=body, at=clock.now())
        return self._one(given.pk, status.HTTP_201_CREATED)

    @extend_schema(
        request=forms.InstructionAnswer, responses={200: forms.InstructionRow, 409: Conflict}, summary="回复办理情况"
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        body = self.body()
        service.answer(int(pk), actor=self.actor, version=version_of(body), payload=body, at=clock.now())
        return self._one(int(pk))

    def _one(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        found = _with_names(Instruction.objects.all()).get(pk=pk)
        return Response(forms.InstructionRow(found, context=self.get_serializer_context()).data, status=code)


def _with_names(found: Any) -> Any:
    return found.select_related("leader__unit", "leader__holder", "post__unit", "post__holder", "recorded_by")
