"""The API's front door, its description, and what answers where there is nothing."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from pledges.errors import Invisible
from tracker.api import schema
from tracker.api.base import Endpoint

SINGLE = ("tokens", "me", "inbox", "preferences", "events")
NAMES = (
    *("programmes", "units", "documents", "measures", "pledges", "tasks"),
    *("requests", "sheets", "instructions", "signed-pages", "posts", "deputies", "indicators", "rollups"),
    *("digests", "alerts", "robots", "deliveries"),
)


class Root(Endpoint):
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        places = {name: f"api:{name}" for name in SINGLE}
        places |= {name: f"api:{name}-list" for name in NAMES}
        places |= {"schema": "api:schema", "docs": "api:docs"}
        return Response({name: reverse(place, request=request) for name, place in places.items()})


class Nothing(Endpoint):
    """An address that does not exist, refused in the shape of every other refusal."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise Invisible()

    post = put = patch = delete = get


schema_document = SpectacularAPIView.as_view(custom_settings=schema.SETTINGS)
# Swagger's pages set styles from their script; the scripts themselves come from this server alone.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))
