"""The acts on a programme, and what a unit does with its whole list."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config import clock
from pledges.errors import BadInput
from tracker.api.base import ActorEndpoint, number_in, version_of
from tracker.api.serializers import programme_acts as payloads
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.programmes import ProgrammeRow
from workflow import programmes
from workflow.programme_table import ProgrammeAct

# Where each act stands in an address.
SLUGS = {
    "begin_consulting": "begin-consulting",
    "approve_programme": "approve",
    "issue_programme": "issue",
    "back_to_drafting": "back-to-drafting",
}


class Act(ActorEndpoint):
    """One act of the table on one programme. The process asks and checks everything."""

    name = ""
    errors = (409,)

    def post(self, request: Request, pk: int) -> Response:
        body = self.body()
        done = programmes.perform(
            self.name,
            programme_id=pk,
            actor=self.actor,
            payload={key: value for key, value in body.items() if key != "version"},
            version=version_of(body),
            at=clock.now(),
        )
        return Response(ProgrammeRow(done, context=self.get_serializer_context()).data)


def act(row: ProgrammeAct) -> type[APIView]:
    """The endpoint of one row of the programme's table, described as such."""
    view = type(f"Programme{row.name.title().replace('_', '')}", (Act,), {"name": row.name})
    described = extend_schema(
        operation_id=f"programmes_{row.name}",
        summary=str(row.label),
        request=payloads.BY_ACT[row.name],
        responses={200: ProgrammeRow, 409: Conflict},
    )
    return extend_schema_view(post=described)(view)


class Agree(ActorEndpoint):
    errors = (409,)

    @extend_schema(
        operation_id="programmes_agree",
        summary="本单位其余未答复的事项全部同意",
        request=payloads.SeenRows,
        responses={200: payloads.HowMany, 409: Conflict},
    )
    def post(self, request: Request, pk: int) -> Response:
        versions = _versions(self.body())
        count = programmes.agree_to_rest(pk, actor=self.actor, at=clock.now(), versions=versions)
        return Response({"count": count})


class Sign(ActorEndpoint):
    errors = (409,)

    @extend_schema(
        operation_id="programmes_sign",
        summary="签收本单位的清单",
        request=payloads.SignList,
        responses={200: payloads.HowMany, 409: Conflict},
    )
    def post(self, request: Request, pk: int) -> Response:
        body = self.body()
        count = programmes.sign_list(
            pk, actor=self.actor, at=clock.now(), person=body.get("person"), versions=_versions(body)
        )
        return Response({"count": count})


def _versions(body: Mapping[str, Any]) -> dict[int, int] | None:
    """The rows that the caller saw, or None where nothing was said of them."""
    given = body.get("versions")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise BadInput({"versions": _("请填写“事项 id → 版本号”。")})
    found: dict[int, int] = {}
    for key in given:
        pledge_id, version = number_in({"id": key}, "id"), number_in(given, key)
        if pledge_id is None or version is None:
            raise BadInput({"versions": _("请填写“事项 id → 版本号”。")})
        found[pledge_id] = version
    return found
