"""Documents, and the decisions about what was read in them."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from pledges.errors import BadInput, Forbidden
from pledges.models import Document, Fate, Measure, Pledge
from tracker.api.base import Collection, demand_number, demand_version, number_in
from tracker.api.filters import DocumentFilter, MeasureFilter
from tracker.api.parsers import StorableJSONParser
from tracker.api.serializers import payloads
from tracker.api.serializers.documents import (
    DocumentDetail,
    DocumentImport,
    DocumentRow,
    MeasureDetail,
    MeasureParts,
    MeasureRow,
)
from tracker.api.serializers.errors import Conflict, Error
from tracker.api.serializers.pledges import PledgeDetail, PledgeRow
from tracker.api.views.pledges import detail_of
from workflow import intake, measure_cuts, measure_decisions, permissions

MOST_IN_SECTION = 5000


def _count(fate: Fate) -> Count:
    return Count("measures", filter=Q(measures__fate=fate, measures__trackable=True))


@extend_schema_view(create=extend_schema(request=DocumentImport, responses={201: DocumentDetail}, summary="导入文件"))
class Documents(ListModelMixin, RetrieveModelMixin, Collection):
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Document.objects.order_by("-imported_at", "pk")
    parser_classes = [MultiPartParser]
    filterset_class = DocumentFilter

    def get_serializer_class(self) -> Any:
        return DocumentRow if self.action == "list" else DocumentDetail

    def get_queryset(self) -> QuerySet[Any]:
        documents = super().get_queryset().select_related("imported_by").defer("content")
        if self.action == "list":
            documents = documents.defer("content", "text", "zones")
        return documents.annotate(
            pending=_count(Fate.PENDING),
            accepted=_count(Fate.ACCEPTED),
            rejected=_count(Fate.REJECTED),
            merged=_count(Fate.MERGED),
        )

    def create(self, request: Request) -> Response:
        reason = permissions.may_import(self.actor)
        if reason is not None:
            raise Forbidden(reason)  # before the upload is even read
        given = DocumentImport(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        if upload.size > settings.DOCUMENT_MAX_BYTES:
            raise BadInput({"file": intake.UNREADABLE["too_large"]})
        document = intake.import_document(
            actor=self.actor,
            filename=upload.name,
            content=upload.read(),
            plan_year=given.validated_data["plan_year"],
            title=given.validated_data["title"],
            kind=given.validated_data["kind"],
            at=clock.now(),
        )
        made = self.get_queryset().get(pk=document.pk)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=payloads.MeasureAdd, responses={201: MeasureRow, 403: Error}, summary="把遗漏的一句标为条目")
    @action(detail=True, methods=["post"], parser_classes=[StorableJSONParser], filterset_class=None)
    def measures(self, request: Request, pk: str) -> Response:
        body, at = self.body(), clock.now()
        if "passage" in body:
            passage = body["passage"]
            if not isinstance(passage, str):
                raise BadInput({"passage": _("请填写文字。")})
            measure = measure_decisions.add_passage(int(pk), actor=self.actor, passage=passage, at=at)
        else:
            start, end = demand_number(body, "start"), demand_number(body, "end")
            measure = measure_decisions.add_measure(int(pk), actor=self.actor, start=start, end=end, at=at)
        made = MeasureRow(measure, context=self.get_serializer_context()).data
        return Response(made, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=payloads.SectionAccept,
        responses={201: PledgeRow(many=True), 403: Error, 409: Conflict},
        summary="整节立项",
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="accept-section",
        parser_classes=[StorableJSONParser],
        filterset_class=None,
        pagination_class=None,
    )
    def accept_section(self, request: Request, pk: str) -> Response:
        body = self.body()
        section = body.get("section")
        if not isinstance(section, str):
            raise BadInput({"section": _("请填写文字。")})
        pledges = measure_decisions.accept_section(
            int(pk),
            actor=self.actor,
            section=section,
            versions=_versions(body.get("versions")),
            payload=body,
            at=clock.now(),
        )
        rows = Pledge.objects.for_list().filter(pk__in=[pledge.pk for pledge in pledges]).order_by("number", "pk")
        made = PledgeRow(rows, many=True, context=self.get_serializer_context()).data
        return Response(made, status=status.HTTP_201_CREATED)


class Measures(ListModelMixin, RetrieveModelMixin, Collection):
    lookup_value_regex = r"[0-9]{1,18}"
    queryset = Measure.objects.select_related("pledge").order_by("document", "position")
    filterset_class = MeasureFilter

    def get_serializer_class(self) -> Any:
        return MeasureDetail if self.action == "retrieve" else MeasureRow

    def _row(self, measure: Measure) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=measure.pk)).data)

    @extend_schema(
        request=payloads.MeasureEdit, responses={200: MeasureRow, 409: Conflict}, summary="改正一条拟立项条目"
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        body = self.body()
        early = sorted(body.keys() & ONLY_WHEN_ACCEPTING)
        if early:
            raise BadInput({name: _("这一项在立项(accept)时填写。") for name in early})
        measure = measure_decisions.edit_measure(
            int(pk), actor=self.actor, version=demand_version(body), payload=_edits(body), at=clock.now()
        )
        return self._row(measure)

    @extend_schema(
        request=payloads.MeasureAccept,
        responses={201: PledgeDetail, 409: Conflict},
        summary="立项:生成一项待交办的任务事项",
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        body = self.body()
        pledge = measure_decisions.accept_measure(
            int(pk), actor=self.actor, version=demand_version(body), payload=_edits(body), at=clock.now()
        )
        return Response(detail_of(pledge.pk, self), status=status.HTTP_201_CREATED)

    @extend_schema(request=payloads.MeasureSplit, responses={200: MeasureParts, 409: Conflict}, summary="拆成两条")
    @action(detail=True, methods=["post"])
    def split(self, request: Request, pk: str) -> Response:
        body = self.body()
        first, second = measure_cuts.split_measure(
            int(pk),
            actor=self.actor,
            version=demand_version(body),
            at_offset=demand_number(body, "at_offset"),
            at=clock.now(),
        )
        parts = {"first": first, "second": second}
        return Response(MeasureParts(parts, context=self.get_serializer_context()).data)

    @extend_schema(request=payloads.MeasureMerge, responses={200: MeasureRow, 409: Conflict}, summary="与下一条合并")
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        body = self.body()
        measure = measure_cuts.merge_measures(
            int(pk),
            actor=self.actor,
            version=demand_version(body),
            next_id=demand_number(body, "next"),
            next_version=demand_version(body, "next_version"),
            at=clock.now(),
        )
        return self._row(measure)

    @extend_schema(request=payloads.WithReason, responses={200: MeasureRow, 409: Conflict}, summary="不立项")
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        body = self.body()
        reason = body.get("reason") or ""
        if not isinstance(reason, str):
            raise BadInput({"reason": _("请填写文字。")})
        measure = measure_decisions.reject_measure(
            int(pk), actor=self.actor, version=demand_version(body), reason=reason, at=clock.now()
        )
        return self._row(measure)

    @extend_schema(request=payloads.Versioned, responses={200: MeasureRow, 409: Conflict}, summary="恢复为待定")
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        body = self.body()
        measure = measure_decisions.reopen_measure(
            int(pk), actor=self.actor, version=demand_version(body), at=clock.now()
        )
        return self._row(measure)


# A measure has no place for these; they belong to the pledge that accepting makes of it.
ONLY_WHEN_ACCEPTING = payloads.MeasureAccept._declared_fields.keys() - payloads.MeasureEdit._declared_fields.keys()


def _versions(given: Any) -> dict[int, int]:
    """Ids to versions; JSON has text for keys."""
    found = {}
    if not isinstance(given, dict) or len(given) > MOST_IN_SECTION:
        raise BadInput({"versions": _("请给出看到的全部条目:条目 id 和版本号。")})
    for name in given:
        key, version = number_in({"id": name}, "id"), number_in(given, name)
        if key is None or version is None:
            raise BadInput({"versions": _("请给出看到的全部条目:条目 id 和版本号。")})
        found[key] = version
    return found


def _edits(body: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(body.get("targets", []), list):
        raise BadInput({"targets": _("请按目标逐项填写数值。")})
    return {name: value for name, value in body.items() if name != "version"}
