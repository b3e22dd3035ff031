"""Pledges: lists, one with everything, what happened to it, and the acts of the table."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config import clock
from pledges.errors import Invisible
from pledges.models import LightOverride, Pledge, Report
from pledges.querysets import PUBLISHED
from tracker.api.base import ActorEndpoint, Collection, version_of
from tracker.api.filters import PledgeFilter
from tracker.api.serializers import payloads
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.pledges import PledgeDetail, PledgeRow, StoryLine
from workflow import services, story
from workflow.transitions import Transition


def with_detail(pledges: Any) -> Any:
    """With all that `PledgeDetail` shows, in a fixed number of queries."""
    reports = (
        Report.objects.select_related("period", "reported_by")
        .prefetch_related("values__target", "stages", "evidence")
        .order_by("-period__start_date", "-revision")
    )
    overrides = LightOverride.objects.select_related("period", "decided_by", "post__unit")
    return pledges.for_list().prefetch_related(
        "milestones", Prefetch("reports", queryset=reports), Prefetch("light_overrides", queryset=overrides), *PUBLISHED
    )


def detail_of(pledge_id: int, view: ActorEndpoint) -> Any:
    pledge = with_detail(Pledge.objects.visible_to(view.actor)).filter(pk=pledge_id).first()
    if pledge is None:
        raise Invisible()
    return PledgeDetail(pledge, context=view.get_serializer_context()).data


class Pledges(ListModelMixin, RetrieveModelMixin, Collection):
    queryset = Pledge.objects.order_by("-programme__year", "number", "pk")
    filterset_class = PledgeFilter

    def get_serializer_class(self) -> Any:
        return PledgeRow if self.action == "list" else PledgeDetail

    def get_queryset(self) -> QuerySet[Any]:
        pledges: Any = super().get_queryset()
        found: QuerySet[Any] = pledges.for_list() if self.action == "list" else with_detail(pledges)
        return found

    @extend_schema(responses=StoryLine(many=True), summary="履历,由早到晚")
    @action(detail=True, filterset_class=None)
    def events(self, request: Request, pk: str) -> Response:
        pledge = Pledge.objects.visible_to(self.actor).filter(pk=pk).first()
        if pledge is None:
            raise Invisible()
        return self.page_of(story.of_pledge(pledge), StoryLine)


class Act(ActorEndpoint):
    """One act of the table on one pledge. The gate asks and checks everything."""

    name = ""
    errors = (409,)

    def post(self, request: Request, pk: int) -> Response:
        body = self.body()
        services.perform(
            self.name,
            pledge_id=pk,
            actor=self.actor,
            payload={key: value for key, value in body.items() if key != "version"},
            version=version_of(body),
            at=clock.now(),
        )
        return Response(detail_of(pk, self))


def act(transition: Transition) -> type[APIView]:
    """The endpoint of one row of the table, described as such; acts of the system alone stay out of the description."""
    view = type(f"{transition.name.title().replace('_', '')}Act", (Act,), {"name": transition.name})
    payload = payloads.BY_ACT.get(transition.name, payloads.Versioned)
    described = extend_schema(
        operation_id=f"pledges_{transition.name}",
        summary=str(transition.label),
        request=payload,
        responses={200: PledgeDetail, 409: Conflict},
        exclude=not transition.is_for_people,
    )
    return extend_schema_view(post=described)(view)
