"""Pledges, what was reported of them, and what may be done with them."""

import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from pledges import sentences
from pledges.models import (
    Evidence,
    LightOverride,
    Milestone,
    Party,
    Pledge,
    Post,
    Report,
    ReportStage,
    ReportValue,
)
from tracker import pledge_links, words
from tracker.api.serializers.links import LinkRow
from tracker.api.serializers.organisation import UnitName
from tracker.api.serializers.special_sheets import Sheet
from tracker.api.serializers.targets import AmountField, TargetDetail, TargetRow
from workflow import services, special_sheets

LIGHTS = [(str(light), label) for light, label in sentences.LIGHTS.items()]
REASONS = [(str(reason), label) for reason, label in sentences.REASONS.items()]
PACES = list(sentences.PACES.items())


class Standing(serializers.Serializer):
    """实时进度:亮灯、原因和数字;已申请销号和已销号的事项没有亮灯。"""

    light = serializers.ChoiceField(
        source="shown_light", choices=LIGHTS, allow_blank=True, help_text="计入统计的亮灯:本期调整过的,为调整后的"
    )
    rule_light = serializers.ChoiceField(source="light", choices=LIGHTS, allow_blank=True, help_text="规则判定的亮灯")
    light_reason = serializers.ChoiceField(choices=REASONS, allow_blank=True, help_text="规则判定的原因")
    words = serializers.SerializerMethodField(help_text="如“红灯 逾期”“黄灯(规则判定:红灯)”")
    sentence = serializers.SerializerMethodField(help_text="计划、实际、差距和亮灯,一句话")
    progress_bp = serializers.IntegerField(allow_null=True, help_text="完成率,万分之几")
    progress = serializers.SerializerMethodField()
    plan_bp = serializers.IntegerField(allow_null=True, help_text="序时计划,万分之几")
    plan = serializers.SerializerMethodField()
    pace = serializers.ChoiceField(choices=PACES, allow_blank=True)
    data_date = serializers.DateField(allow_null=True)
    missed = serializers.IntegerField(help_text="连续未报送的期数")
    last_light = serializers.ChoiceField(choices=LIGHTS, allow_blank=True, help_text="未报送时,上一次的亮灯")
    was_red = serializers.IntegerField(help_text="曾亮红灯的次数")

    def get_words(self, pledge: Pledge) -> str:
        return sentences.light_words(pledge)

    def get_sentence(self, pledge: Pledge) -> str:
        today: datetime.date = self.context["today"]
        return sentences.of(pledge, today=today)

    def get_progress(self, pledge: Pledge) -> str:
        return sentences.percent(pledge.progress_bp)

    def get_plan(self, pledge: Pledge) -> str:
        return sentences.percent(pledge.plan_bp)


class LeaderName(serializers.ModelSerializer):
    name = serializers.CharField(source="holder.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Post
        fields = ["id", "title", "name"]
        read_only_fields = fields


class PledgeRow(serializers.ModelSerializer):
    state_label = serializers.SerializerMethodField()
    lead_unit = UnitName(read_only=True, allow_null=True)
    support_units = serializers.SerializerMethodField()
    leader = LeaderName(read_only=True, allow_null=True)
    is_late = serializers.BooleanField(read_only=True, help_text="申请销号时已过当时的时限")
    targets = TargetRow(many=True, read_only=True)
    standing = Standing(source="*", read_only=True)

    class Meta:
        model = Pledge
        fields = [
            "id",
            "programme",
            "number",
            "title",
            "section",
            "form",
            "firmness",
            "state",
            "state_label",
            "outcome",
            "lead_unit",
            "support_units",
            "leader",
            "person",
            "start_date",
            "due_date",
            "tags",
            "parent",
            "is_late",
            "targets",
            "standing",
            "version",
        ]
        read_only_fields = fields

    def get_state_label(self, pledge: Pledge) -> str:
        return words.state(pledge)

    @extend_schema_field(UnitName(many=True))
    def get_support_units(self, pledge: Pledge) -> Any:
        supporting = [party.unit for party in pledge.parties.all() if party.part == Party.Part.SUPPORT]
        return UnitName(supporting, many=True).data


class PartyRow(serializers.ModelSerializer):
    unit = UnitName(read_only=True)

    class Meta:
        model = Party
        fields = ["unit", "part"]
        read_only_fields = fields


class MilestoneRow(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ["id", "position", "title", "planned_date", "weight"]
        read_only_fields = fields


class ReportedValue(serializers.ModelSerializer):
    value = AmountField(read_only=True, help_text="全年累计,以基本单位计")
    shown = serializers.SerializerMethodField()

    class Meta:
        model = ReportValue
        fields = ["target", "value", "shown"]
        read_only_fields = fields

    def get_shown(self, value: ReportValue) -> str:
        return words.of_target(value.value, value.target)


class ReportedStage(serializers.ModelSerializer):
    class Meta:
        model = ReportStage
        fields = ["milestone", "done_date"]
        read_only_fields = fields


class EvidenceRow(serializers.ModelSerializer):
    class Meta:
        model = Evidence
        fields = ["kind", "content"]
        read_only_fields = fields


class ReportRow(serializers.ModelSerializer):
    period = serializers.CharField(source="period.key", read_only=True)
    status_label = serializers.CharField(source="get_status_display", read_only=True)
    reported_by = serializers.CharField(source="reported_by.name", read_only=True, allow_null=True, default=None)
    values = ReportedValue(many=True, read_only=True)
    stages = ReportedStage(many=True, read_only=True)
    evidence = EvidenceRow(many=True, read_only=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "period",
            "revision",
            "data_date",
            "sentence",
            "values",
            "stages",
            "evidence",
            "problem_kind",
            "problem",
            "next_step",
            "needs_coordination",
            "outlook",
            "fall_reason",
            "status",
            "status_label",
            "return_reason",
            "judged_behind",
            "late",
            "reported_by",
            "submitted_at",
        ]
        read_only_fields = fields


class OverrideRow(serializers.ModelSerializer):
    """一次亮灯调整,和当时规则的判定。"""

    period = serializers.CharField(source="period.key", read_only=True)
    decided_by = serializers.CharField(source="decided_by.name", read_only=True)
    post = serializers.CharField(read_only=True)

    class Meta:
        model = LightOverride
        fields = [
            "period",
            "light",
            "reason",
            "basis",
            "rule_light",
            "rule_reason",
            "rules_version",
            "decided_by",
            "post",
            "decided_at",
            "withdrawn_at",
        ]
        read_only_fields = fields


class AllowedAct(serializers.Serializer):
    """现在可以办理的一步。"""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.URLField()


class PledgeDetail(PledgeRow):
    targets = TargetDetail(many=True, read_only=True)
    parties = PartyRow(many=True, read_only=True)
    milestones = MilestoneRow(many=True, read_only=True)
    reports = ReportRow(many=True, read_only=True, help_text="全部填报,最新的在前")
    light_overrides = OverrideRow(many=True, read_only=True, help_text="历次亮灯调整,取消的也在内")
    links = serializers.SerializerMethodField(help_text="延续自、延续为和同一事项,由人确认")
    special_sheets = serializers.SerializerMethodField(help_text="重点项目和民生实事台账;没有这些标签的事项为空")
    actions = serializers.SerializerMethodField(help_text="本人现在可以办理的步骤")

    class Meta(PledgeRow.Meta):
        fields = [
            *PledgeRow.Meta.fields,
            "quote",
            "document",
            "measure",
            "basis",
            "deliverable",
            "cadence",
            "original_due_date",
            "assigned_date",
            "signed_date",
            "claimed_date",
            "claim_due_date",
            "closed_date",
            "parties",
            "milestones",
            "reports",
            "light_overrides",
            "links",
            "special_sheets",
            "actions",
        ]
        read_only_fields = fields

    @extend_schema_field(LinkRow(many=True))
    def get_links(self, pledge: Pledge) -> Any:
        return LinkRow(pledge_links.of_pledge(pledge, self.context["actor"]), many=True).data

    @extend_schema_field(Sheet(many=True))
    def get_special_sheets(self, pledge: Pledge) -> Any:
        found = [
            {"kind": kind.name, "label": kind.label, "rows": special_sheets.rows(pledge, kind)}
            for kind in special_sheets.kinds_of(pledge)
        ]
        return Sheet(found, many=True).data

    @extend_schema_field(AllowedAct(many=True))
    def get_actions(self, pledge: Pledge) -> Any:
        return [
            {
                "name": act.name,
                "label": str(act.label),
                "url": reverse(f"api:pledge-{act.name}", [pledge.pk], request=self.context["request"]),
            }
            for act in services.allowed(pledge, self.context["actor"])
        ]


class StoryLine(serializers.Serializer):
    """履历中的一条。"""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    act = serializers.CharField()
    words = serializers.CharField()
    text = serializers.CharField()
    version = serializers.IntegerField()
