"""Acts on many pledges at once, and the head's batch approval."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.models import Programme, Role, Unit
from tracker.api.base import ActorEndpoint, number_in
from tracker.api.serializers import many as forms
from tracker.api.serializers.errors import Conflict
from workflow import approvals, bulk
from workflow.models import SignedPage


class BulkAct(ActorEndpoint):
    errors = (409,)

    @extend_schema(
        operation_id="pledges_bulk",
        request=forms.Bulk,
        responses={200: forms.BulkRow(many=True), 409: Conflict},
        summary="一个动作办理多项(assign、urge、change_lead、tag、return_report)",
    )
    def post(self, request: Request, act: str) -> Response:
        body = self.body()
        versions = _numbers(body.get("versions"), "versions")
        told: dict[str, Any] = {
            "actor": self.actor,
            "payload": _mapping(body.get("payload"), "payload"),
            "each": _each(body.get("each")),
            "at": clock.now(),
        }
        if body.get("dry_run") is True:
            return Response(forms.BulkRow(bulk.preview(act, list(versions), **told), many=True).data)
        done = [bulk.Forecast(pledge, None) for pledge in bulk.perform(act, versions, **told)]
        return Response(forms.BulkRow(done, many=True).data)


class Approvals(ActorEndpoint):
    errors = (409,)

    @extend_schema(
        operation_id="approvals_waiting",
        responses=forms.ApprovalItem(many=True),
        summary="本单位等待审签的填报",
    )
    def get(self, request: Request, programme: int) -> Response:
        found, unit = self._programme(programme), self._unit()
        return Response(forms.ApprovalItem(approvals.waiting(unit, found), many=True).data)

    @extend_schema(
        operation_id="approvals_approve",
        request=forms.Approval,
        responses={200: forms.BulkRow(many=True), 409: Conflict},
        summary="审签所选:全部审签,或者一项也不审签",
    )
    def post(self, request: Request, programme: int) -> Response:
        body = self.body()
        done = approvals.approve_all(
            programme,
            actor=self.actor,
            reports=_numbers(body.get("reports"), "reports"),
            at=clock.now(),
            signed_page=self._signed_page(body),
        )
        return Response(forms.BulkRow([bulk.Forecast(pledge, None) for pledge in done], many=True).data)

    def _unit(self) -> Unit:
        if self.actor.unit is None or not self.actor.has_role(Role.HEAD, Role.COORDINATOR):
            raise Forbidden(_("审签由牵头单位的负责人办理。"))
        return self.actor.unit

    def _programme(self, pk: int) -> Programme:
        found: Programme | None = Programme.objects.visible_to(self.actor).filter(pk=pk).first()
        if found is None:
            raise Invisible()
        return found

    def _signed_page(self, body: Mapping[str, Any]) -> SignedPage | None:
        if body.get("signed_page") is None:
            return None
        pk = number_in(body, "signed_page")
        page = SignedPage.objects.filter(pk=pk or 0, recorded_by=self.actor.user).defer("content").first()
        if page is None:
            raise BadInput({"signed_page": _("请上传签字页的扫描件,并填写签字人和日期。")})
        return page


def _numbers(given: Any, name: str) -> dict[int, int]:
    """Ids to numbers; JSON has text for keys."""
    found = {}
    for key in _mapping(given, name):
        pk, number = number_in({"id": key}, "id"), number_in(given, key)
        if pk is None or number is None:
            raise BadInput({name: _("请填写整数。")})
        found[pk] = number
    return found


def _each(given: Any) -> dict[int, Mapping[str, Any]]:
    found: dict[int, Mapping[str, Any]] = {}
    for key, own in _mapping(given, "each").items():
        pk = number_in({"id": key}, "id")
        if pk is None:
            raise BadInput({"each": _("请填写整数。")})
        found[pk] = _mapping(own, f"each.{pk}")
    return found


def _mapping(given: Any, name: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadInput({name: _("应当是一个 JSON 对象。")})
    return given
