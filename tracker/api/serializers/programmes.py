"""Programmes, their periods, and the figures rolled up for them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges import sentences
from pledges.models import Period, Programme
from tracker import rollups
from tracker.api.serializers.organisation import UnitName
from tracker.models import FIGURES, Rollup


class ProgrammeRow(serializers.ModelSerializer):
    government = UnitName(read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Programme
        fields = [
            "id",
            "government",
            "year",
            "title",
            "state",
            "state_label",
            "version",
            "approved_by",
            "approval_document",
            "approved_date",
            "document_number",
            "issued_date",
        ]
        read_only_fields = fields


class PeriodRow(serializers.ModelSerializer):
    quarter = serializers.IntegerField(read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Period
        fields = ["id", "key", "quarter", "start_date", "end_date", "opens_date", "closes_date"]
        fields += ["state", "state_label", "check_due_date", "closed_at", "version"]
        read_only_fields = fields


class RateFigure(serializers.Serializer):
    """一个比率:分子、分母;不足五项时没有百分比。"""

    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    bp = serializers.IntegerField(allow_null=True, help_text="万分之几")
    shown = serializers.SerializerMethodField()

    def get_shown(self, rate: rollups.Rate) -> str:
        return sentences.percent(rate.bp)


class RollupRow(serializers.ModelSerializer):
    unit = UnitName(read_only=True, allow_null=True)
    completion = serializers.SerializerMethodField(help_text="完成率")
    on_pace_rate = serializers.SerializerMethodField(help_text="达序时率")
    on_time_rate = serializers.SerializerMethodField(help_text="按时填报率")

    class Meta:
        model = Rollup
        fields = ["programme", "scope", "unit", "section", "leader", "tag", *FIGURES]
        fields += ["completion", "on_pace_rate", "on_time_rate"]
        read_only_fields = fields

    @extend_schema_field(RateFigure)
    def get_completion(self, rollup: Rollup) -> Any:
        return RateFigure(rollups.rates(rollup).completion).data

    @extend_schema_field(RateFigure)
    def get_on_pace_rate(self, rollup: Rollup) -> Any:
        return RateFigure(rollups.rates(rollup).pace).data

    @extend_schema_field(RateFigure)
    def get_on_time_rate(self, rollup: Rollup) -> Any:
        return RateFigure(rollups.rates(rollup).on_time).data
