"""Who I am, and the units."""

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.models import Unit
from tracker.api.base import ActorEndpoint, Collection
from tracker.api.serializers.organisation import Me, UnitRow


class MeView(ActorEndpoint):
    @extend_schema(responses=Me, summary="本人和岗位")
    def get(self, request: Request) -> Response:
        return Response(
            Me(
                {
                    "user": self.actor.user,
                    "acting_post": self.actor.duty.pk if self.actor.duty else None,
                    "is_deputy": self.actor.acting_for is not None,
                    "posts": self.posts,
                }
            ).data
        )


class Units(ListModelMixin, RetrieveModelMixin, Collection):
    queryset = Unit.objects.order_by("path")
    serializer_class = UnitRow
