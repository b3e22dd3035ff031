"""The record of events, for the auditor alone; narrowed like the page."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tracker import event_filters
from tracker.api.base import ActorEndpoint
from tracker.api.pagination import Pages
from tracker.api.serializers.events import EventRow
from workflow import audit_search, story

FILTERS = {
    "stream": (OpenApiTypes.STR, "记录所属,如 pledge:12"),
    "kind": (OpenApiTypes.STR, "对象的类别,如 pledge、document、organisation"),
    "number": (OpenApiTypes.STR, "事项编号"),
    "action": (OpenApiTypes.STR, "动作"),
    "person": (OpenApiTypes.STR, "姓名的一部分,或账号"),
    "unit": (OpenApiTypes.INT, "岗位所在单位的 id,含下属"),
    "since": (OpenApiTypes.DATE, "自哪一天"),
    "until": (OpenApiTypes.DATE, "至哪一天"),
    "words": (OpenApiTypes.STR, "内容中的字词"),
    "page": (OpenApiTypes.INT, "第几页"),
    "page_size": (OpenApiTypes.INT, "每页条数,最多 200"),
}


class Events(ActorEndpoint):
    @extend_schema(
        operation_id="events_list",
        summary="操作记录,新的在前;只供审计管理员",
        parameters=[OpenApiParameter(name, kind, description=told) for name, (kind, told) in FILTERS.items()],
        responses=inline_serializer(
            "EventPage",
            {
                "count": serializers.IntegerField(),
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
                "results": EventRow(many=True),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        pages = Pages()
        found = audit_search.found(self.actor, event_filters.read(request.query_params, self.actor))
        events: list[Any] = pages.paginate_queryset(story.with_actors(found), request, view=self) or []
        names = story.Names.of(story.payload_of(event) for event in events)
        context = self.get_serializer_context() | {"names": names}
        return pages.get_paginated_response(EventRow(events, many=True, context=context).data)
