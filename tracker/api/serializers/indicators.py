"""Indicators and their published figures, and what their acts take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges.data_periods import DataPeriod
from pledges.models import Figure, FigureNumber, Indicator, QuantityKind, Target
from tracker import figure_table
from tracker.api.serializers.payloads import Versioned
from tracker.api.serializers.targets import AmountField


class IndicatorRow(serializers.ModelSerializer):
    typed_unit = serializers.SerializerMethodField(help_text="录入时数值所用的单位,如“亿元”")

    class Meta:
        model = Indicator
        fields = ["id", "name", "unit", "scale", "typed_unit", "quantity_kind", "publisher", "is_active"]
        read_only_fields = fields

    def get_typed_unit(self, indicator: Indicator) -> str:
        return figure_table.unit_of(indicator)


class FigureRow(serializers.ModelSerializer):
    """一个数据期的一版。发布日期以前,除统计数据员和审计管理员外只见发布日期。"""

    period = serializers.SerializerMethodField(help_text="如 2020-1-2,即 1—2月")
    value = AmountField(read_only=True, allow_null=True, help_text="以基本单位计")
    year_on_year = AmountField(read_only=True, allow_null=True, help_text="同比,百分数,照发布的数")
    is_released = serializers.SerializerMethodField()
    entered_by = serializers.CharField(source="entered_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Figure
        fields = ["id", "period", "start_date", "end_date", "value", "year_on_year", "rank", "rank_of", "stage"]
        fields += ["release_date", "is_released", "revision", "reason", "entered_by", "entered_at"]
        read_only_fields = fields

    HIDDEN = ("value", "year_on_year", "rank", "rank_of", "stage", "reason", "entered_by", "entered_at")

    def to_representation(self, figure: Figure) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(figure)
        if self.get_is_released(figure) or figure_table.may_see_ahead(self.context["actor"]):
            return told
        return {name: None if name in self.HIDDEN else value for name, value in told.items()}

    @extend_schema_field(str)
    def get_period(self, figure: Figure) -> str:
        return DataPeriod.of(figure.start_date, figure.end_date).key

    def get_is_released(self, figure: Figure) -> bool:
        return figure.is_entered and figure.release_date <= self.context["today"]


class IndicatorAdd(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    unit = serializers.CharField(max_length=20, help_text="基本单位,如“元”")
    scale = serializers.ChoiceField(choices=(1, 10_000, 100_000_000), required=False, help_text="录入时的倍数")
    quantity_kind = serializers.ChoiceField(choices=QuantityKind.choices, required=False)
    publisher = serializers.CharField(max_length=60, help_text="发布单位")


class FigurePlan(serializers.Serializer):
    period = serializers.CharField(required=False, help_text="数据期,如 2020-1-2;或给出 start_date 和 end_date")
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    release_date = serializers.DateField()


class FigureEnter(FigurePlan):
    value = serializers.CharField(required=False, help_text="数值,按 typed_unit 填写;与同比至少填一项")
    year_on_year = serializers.CharField(required=False, help_text="同比,百分数,下降为负")
    rank = serializers.IntegerField(required=False)
    rank_of = serializers.IntegerField(required=False)
    stage = serializers.ChoiceField(choices=Figure.Stage.choices, required=False)
    release_date = serializers.DateField(required=False, help_text="不填为已安排的日期,没有安排的为今天")


class FigureRevise(FigureEnter):
    revision = serializers.IntegerField(help_text="所见的版次")
    reason = serializers.CharField(max_length=200, help_text="修订原因")


class SourceName(Versioned):
    target = serializers.IntegerField(help_text="目标 id")
    source = serializers.ChoiceField(choices=Target.Source.choices)  # type: ignore[assignment]
    source_unit = serializers.IntegerField(required=False, help_text="提供数据的部门 id")
    indicator = serializers.IntegerField(required=False, help_text="指标 id")
    uses = serializers.ChoiceField(choices=FigureNumber.choices, required=False)
