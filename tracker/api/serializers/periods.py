"""Periods being checked and closed, and what these acts take."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges.models import Period
from tracker.api.serializers.organisation import UnitName
from tracker.api.serializers.programmes import PeriodRow
from tracker.models import Snapshot
from workflow.models import Objection, PeriodCheck


class ObjectionRow(serializers.ModelSerializer):
    class Meta:
        model = Objection
        fields = ["id", "pledge", "words", "evidence", "settlement", "settled_at"]
        read_only_fields = fields


class PeriodCheckRow(serializers.ModelSerializer):
    unit = UnitName(read_only=True)
    objections = ObjectionRow(many=True, read_only=True)

    class Meta:
        model = PeriodCheck
        fields = ["id", "unit", "answer", "at", "objections"]
        read_only_fields = fields


class SnapshotRow(serializers.ModelSerializer):
    erased_places = serializers.IntegerField(read_only=True, help_text="已清除文字的处数")

    class Meta:
        model = Snapshot
        fields = ["id", "version", "digest", "taken_at", "erased_places"]
        read_only_fields = fields


class PeriodDetail(PeriodRow):
    """单位只看到本单位的答复。"""

    checks = serializers.SerializerMethodField()
    snapshots = SnapshotRow(many=True, read_only=True)

    class Meta(PeriodRow.Meta):
        model = Period
        fields = [*PeriodRow.Meta.fields, "checks", "snapshots"]
        read_only_fields = fields

    @extend_schema_field(PeriodCheckRow(many=True))
    def get_checks(self, period: Period) -> list[dict[str, object]]:
        return list(PeriodCheckRow(self.context["checks"], many=True).data)


class ObjectionGiven(serializers.Serializer):
    pledge = serializers.IntegerField()
    words = serializers.CharField()
    evidence = serializers.CharField()


class CheckGiven(serializers.Serializer):
    """没有列出异议就是无异议。"""

    objections = ObjectionGiven(many=True, required=False)


class SettleGiven(serializers.Serializer):
    objection = serializers.IntegerField()
    settlement = serializers.CharField()


class ReopenGiven(serializers.Serializer):
    words = serializers.CharField()
    document_number = serializers.CharField()
    signed_page = serializers.IntegerField(required=False, help_text="代录时必填")
