"""Signed pages: put on record, and read by whoever sees what they bear out."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput
from tracker.api.base import Collection
from tracker.api.serializers.signed_pages import SignedPageRow, SignedPageUpload
from tracker.web.signed_pages import as_download
from workflow import signed_pages
from workflow.models import SignedPage


@extend_schema_view(
    create=extend_schema(request=SignedPageUpload, responses={201: SignedPageRow}, summary="登记签字页")
)
class SignedPages(ListModelMixin, RetrieveModelMixin, Collection):
    """签字页:本人登记的,以及能看到的填报、申请和批示所附的。"""

    lookup_value_regex = r"[0-9]{1,18}"
    queryset = SignedPage.objects.none()
    serializer_class = SignedPageRow
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> QuerySet[Any]:
        return signed_pages.visible_to(self.actor).select_related("recorded_by").order_by("-recorded_at", "-pk")

    def create(self, request: Request) -> Response:
        given: Any = request.data  # a form's, by its parser
        upload = request.FILES.get("scan")
        if upload is not None and (upload.size or 0) > signed_pages.LARGEST:
            raise BadInput({"scan": signed_pages.TOO_LARGE})  # before it is read
        page = signed_pages.keep(
            actor=self.actor,
            filename=(upload.name or "") if upload else "",
            content=upload.read() if upload else b"",
            signer=str(given.get("signer", "")),
            signed_date=_day(str(given.get("signed_date", ""))),
            at=clock.now(),
        )
        return Response(self.get_serializer(page).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, summary="扫描件")
    @action(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponse:
        return as_download(signed_pages.visible(int(pk), self.actor))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A scan is what it is, whatever the caller prefers."""
        return super().perform_content_negotiation(request, force=force or self.action == "content")


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None
