"""The planned course of a pledge, and its allocation, as the API writes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pledges.models import Milestone, Pledge, Target, TrajectoryPoint
from tracker import words
from tracker.shares import Block, Row


class PlannedPoint(serializers.ModelSerializer):
    value = serializers.SerializerMethodField("base_value", help_text="计划累计数,以基本单位计")
    shown = serializers.SerializerMethodField()

    class Meta:
        model = TrajectoryPoint
        fields = ["day", "value", "shown"]
        read_only_fields = fields

    def base_value(self, point: TrajectoryPoint) -> str:
        return f"{point.value.normalize():f}"

    def get_shown(self, point: TrajectoryPoint) -> str:
        return words.of_target(point.value, point.target)


class PlannedTarget(serializers.ModelSerializer):
    points = PlannedPoint(source="trajectory", many=True, read_only=True)

    class Meta:
        model = Target
        fields = ["id", "name", "points"]
        read_only_fields = fields


class PlannedStage(serializers.ModelSerializer):
    day = serializers.DateField(source="planned_date", read_only=True)

    class Meta:
        model = Milestone
        fields = ["id", "title", "day", "weight"]
        read_only_fields = fields


class Plan(serializers.ModelSerializer):
    targets = PlannedTarget(many=True, read_only=True)
    stages = PlannedStage(source="milestones", many=True, read_only=True)

    class Meta:
        model = Pledge
        fields = ["id", "number", "state", "version", "targets", "stages"]
        read_only_fields = fields


class StageGiven(serializers.Serializer):
    title = serializers.CharField(max_length=100)
    day = serializers.DateField()
    weight = serializers.IntegerField(required=False, help_text="权重,不填为 1")


class PlanGiven(serializers.Serializer):
    """整体替换;没有给出计划数的目标按时间匀速计算。"""

    version = serializers.IntegerField(help_text="打开时看到的版本号")
    points = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="目标 id → {日期 → 计划累计数},按目标的 typed_unit 填写(如万户)",
    )
    stages = StageGiven(many=True, required=False, help_text="节点,由早到晚")


class ShareRow(serializers.Serializer):
    id = serializers.IntegerField(source="pledge.pk")
    number = serializers.CharField(source="pledge.number")
    lead_unit = serializers.SerializerMethodField()
    state = serializers.CharField(source="pledge.state")
    light = serializers.CharField(source="pledge.shown_light")
    share = serializers.CharField(help_text="分解数")
    counted = serializers.CharField(help_text="已审核的累计完成数")
    note = serializers.CharField(help_text="还没有审核的填报")

    def get_lead_unit(self, row: Row) -> str:
        return str(row.pledge.lead_unit or "")


class Allocation(serializers.Serializer):
    """本人看得到的各份,和全部的合计。"""

    gap = serializers.CharField(help_text="已分多少,差额多少")
    counted = serializers.CharField(help_text="已审核的合计,待审核和未报送的各有几家")
    has_gap = serializers.BooleanField()
    shares = serializers.SerializerMethodField()

    @extend_schema_field(ShareRow(many=True))
    def get_shares(self, block: Block) -> list[dict[str, Any]]:
        return list(ShareRow(block.rows, many=True).data)
