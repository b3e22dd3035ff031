"""What a pledge aims at, and the published figure of a target that an indicator measures.

Amounts are strings in base units (75000 户), and beside each stands ``shown``, as people write it (7.5万户).
"""

import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges import published
from pledges.data_periods import DataPeriod
from pledges.models import Figure, Indicator, Target
from tracker import figure_table, words


class Amount(serializers.Field):
    """A decimal as plain digits without trailing zeros: never 7.5E+4, never a float."""

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}"


AmountField = extend_schema_field({"type": "string", "format": "decimal", "example": "75000"})(Amount)


class TargetRow(serializers.ModelSerializer):
    value = AmountField(read_only=True, help_text="以基本单位计")
    value_max = AmountField(read_only=True, allow_null=True)
    baseline = AmountField(read_only=True, allow_null=True)
    shown = serializers.SerializerMethodField(help_text="如“不少于7.5万户”")
    typed_unit = serializers.SerializerMethodField(help_text="填报时数值所用的单位,如“万户”")

    class Meta:
        model = Target
        fields = [
            "id",
            "name",
            "value",
            "value_max",
            "unit",
            "scale",
            "typed_unit",
            "comparator",
            "quantity_kind",
            "baseline",
            "more_is_worse",
            "zero_tolerance",
            "quote",
            "source",
            "source_unit",
            "indicator",
            "uses",
            "shown",
        ]
        read_only_fields = fields

    def get_shown(self, target: Target) -> str:
        return words.goal(target)

    def get_typed_unit(self, target: Target) -> str:
        return f"{words.SCALES.get(target.scale, '')}{target.unit}"


class IndicatorName(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = ["id", "name", "publisher"]
        read_only_fields = fields


class PublishedFigure(serializers.ModelSerializer):
    """已发布的一版数据。"""

    period = serializers.SerializerMethodField(help_text="如 2020-1-2,即 1—2月")
    period_label = serializers.SerializerMethodField(help_text="如“1—2月”")
    value = AmountField(read_only=True, allow_null=True, help_text="以基本单位计")
    value_shown = serializers.SerializerMethodField()
    year_on_year = AmountField(read_only=True, allow_null=True, help_text="同比,百分数,照发布的数")
    year_on_year_shown = serializers.SerializerMethodField()
    stage_label = serializers.CharField(source="get_stage_display", read_only=True)

    class Meta:
        model = Figure
        fields = ["id", "period", "period_label", "value", "value_shown", "year_on_year", "year_on_year_shown"]
        fields += ["rank", "rank_of", "stage", "stage_label", "release_date", "revision"]
        read_only_fields = fields

    def get_period(self, figure: Figure) -> str:
        return DataPeriod.of(figure.start_date, figure.end_date).key

    def get_period_label(self, figure: Figure) -> str:
        return str(DataPeriod.of(figure.start_date, figure.end_date).label)

    def get_value_shown(self, figure: Figure) -> str:
        return figure_table.amount(figure.value, figure.indicator)

    def get_year_on_year_shown(self, figure: Figure) -> str:
        return figure_table.percent(figure.year_on_year)


class PublishedRow(serializers.Serializer):
    """目标所用的指标今天已发布的数据。``number`` 是目标取用的那一个数,与页面上的相同。"""

    indicator = IndicatorName()
    number = AmountField(allow_null=True, help_text="降幅为正数;没有已发布的数据时为 null")
    shown = serializers.CharField(allow_blank=True)
    figure = PublishedFigure(allow_null=True)
    is_awaiting = serializers.BooleanField(help_text="待发布:应当有的数据还没有发布")
    next_release = serializers.DateField(allow_null=True, help_text="待发布的数据安排在哪一天;没有安排的为 null")


class TargetDetail(TargetRow):
    published = serializers.SerializerMethodField(help_text="以统计指标为准的目标;其他目标为 null")

    class Meta(TargetRow.Meta):
        fields = [*TargetRow.Meta.fields, "published"]
        read_only_fields = fields

    @extend_schema_field(PublishedRow(allow_null=True))
    def get_published(self, target: Target) -> Any:
        today: datetime.date = self.context["today"]
        pledge = target.pledge
        known = published.of_target(target, year=pledge.programme.year, due=pledge.due_date, today=today)
        if known is None:
            return None
        told = {
            "indicator": target.indicator,
            "number": known.number,
            "shown": "" if known.number is None else words.of_target(known.number, target),
            "figure": known.figure,
            "is_awaiting": known.is_awaiting,
            "next_release": known.next_release,
        }
        return PublishedRow(told).data
