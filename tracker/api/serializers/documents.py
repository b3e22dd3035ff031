"""Documents and the measures read in them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges import coverage
from pledges.models import Document, Measure
from tracker import words
from tracker.api.serializers.links import MeasureHints
from tracker.web import hints


class MeasureTarget(serializers.Serializer):
    """从原文读出的一个数;数值以基本单位计。"""

    value = serializers.CharField()
    value_max = serializers.CharField(allow_null=True)
    baseline = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    scale = serializers.IntegerField()
    comparator = serializers.CharField()
    quantity_kind = serializers.CharField()
    object = serializers.CharField(allow_blank=True)
    quote = serializers.CharField(allow_blank=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    shown = serializers.CharField()


class MeasureRow(serializers.ModelSerializer):
    fate_label = serializers.CharField(source="get_fate_display", read_only=True)
    targets = serializers.SerializerMethodField()
    pledge = serializers.SerializerMethodField(help_text="立项后的事项 id")

    class Meta:
        model = Measure
        fields = [
            "id",
            "document",
            "position",
            "start",
            "end",
            "quote",
            "title",
            "section",
            "trackable",
            "form",
            "firmness",
            "deadline",
            "lead",
            "support",
            "person",
            "targets",
            "doubts",
            "fate",
            "fate_label",
            "reason",
            "pledge",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(MeasureTarget(many=True))
    def get_targets(self, measure: Measure) -> list[dict[str, Any]]:
        return [_target(found) for found in measure.targets]

    def get_pledge(self, measure: Measure) -> int | None:
        pledge = getattr(measure, "pledge", None)
        return pledge.pk if pledge else None


class MeasureDetail(MeasureRow):
    hints = serializers.SerializerMethodField(help_text="供参考:牵头单位、以往的牵头单位、可能重复的事项")

    class Meta(MeasureRow.Meta):
        fields = [*MeasureRow.Meta.fields, "hints"]
        read_only_fields = fields

    @extend_schema_field(MeasureHints())
    def get_hints(self, measure: Measure) -> Any:
        light = Document.objects.select_related("programme__government").defer("content", "text", "zones")
        document = light.get(pk=measure.document_id)
        return MeasureHints(hints.of(document, [measure], self.context["actor"])[measure.pk]).data


def _target(found: dict[str, Any]) -> dict[str, Any]:
    value_max = found.get("value_max")
    scale = int(found.get("scale") or 1)
    row: dict[str, Any] = {name: found.get(name) for name in ("start", "end")}
    row |= {name: _plain(found.get(name)) for name in ("value", "value_max", "baseline")}
    row |= {name: found.get(name) or "" for name in ("unit", "comparator", "quantity_kind", "object", "quote")}
    row["shown"] = words.wanted(
        value=Decimal(found["value"]),
        value_max=None if value_max is None else Decimal(value_max),
        unit=str(row["unit"]),
        scale=scale,
        comparator=str(row["comparator"]),
        quantity_kind=str(row["quantity_kind"]),
    )
    return row | {"scale": scale}


def _plain(number: str | None) -> str | None:
    return None if number is None else f"{Decimal(number).normalize():f}"


class Fates(serializers.Serializer):
    """各处理结果的条数。"""

    pending = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    merged = serializers.IntegerField()


class DocumentRow(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    imported_by = serializers.CharField(source="imported_by.name", read_only=True, allow_null=True, default=None)
    measures = Fates(source="*", read_only=True, help_text="拟立项条目(只计可督办的)")

    class Meta:
        model = Document
        fields = [
            "id",
            "programme",
            "title",
            "kind",
            "kind_label",
            "filename",
            "sha256",
            "imported_by",
            "imported_at",
            "measures",
        ]
        read_only_fields = fields


class Gap(serializers.Serializer):
    """没有读出条目的一句。"""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class PlanCoverage(serializers.Serializer):
    """计划部分读出了多少;比例以万分之一计,没有句子时为空。"""

    sentences = serializers.IntegerField()
    covered = serializers.IntegerField(help_text="读出条目的句数")
    bp = serializers.IntegerField(allow_null=True)
    characters = serializers.IntegerField()
    characters_covered = serializers.IntegerField()
    characters_bp = serializers.IntegerField(allow_null=True)
    gaps = Gap(many=True)


class DocumentDetail(DocumentRow):
    text = serializers.CharField(read_only=True, help_text="正文;所有位置都按它的字符计")
    coverage = serializers.SerializerMethodField()

    class Meta(DocumentRow.Meta):
        fields = [*DocumentRow.Meta.fields, "text", "zones", "coverage"]
        read_only_fields = fields

    @extend_schema_field(PlanCoverage)
    def get_coverage(self, document: Document) -> dict[str, Any]:
        found = coverage.of(document.text, document.zones, document.measures.values_list("start", "end"))
        gaps = [{"start": start, "end": end, "text": document.text[start:end]} for start, end in found.gaps]
        names = ("sentences", "covered", "bp", "characters", "characters_covered", "characters_bp")
        return {**{name: getattr(found, name) for name in names}, "gaps": gaps}


class MeasureParts(serializers.Serializer):
    """拆分得到的两条。"""

    first = MeasureRow()
    second = MeasureRow()


class DocumentImport(serializers.Serializer):
    """导入一份文件(multipart/form-data)。"""

    file = serializers.FileField(
        allow_empty_file=True, max_length=200, help_text="DOCX、PDF、XLSX、CSV、网页或纯文本,20 MB 以内"
    )
    plan_year = serializers.IntegerField(help_text="计划年度")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(
        choices=Document.Kind.choices, required=False, allow_null=True, default=None, help_text="不填则自动判断"
    )
