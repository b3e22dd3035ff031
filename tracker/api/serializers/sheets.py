"""Sheets (督办单) and instructions (批示), and what their acts take."""

from rest_framework import serializers

from pledges.models import Pledge
from tracker.api.serializers.organisation import PostRow, UnitName
from tracker.api.serializers.payloads import Versioned
from workflow.models import Instruction, Sheet, SheetRow


class ItemOnSheet(serializers.ModelSerializer):
    class Meta:
        model = Pledge
        fields = ["id", "number", "title", "state"]
        read_only_fields = fields


class SheetItem(serializers.ModelSerializer):
    pledge = ItemOnSheet(read_only=True)
    reason_label = serializers.CharField(source="get_reason_display", read_only=True)

    class Meta:
        model = SheetRow
        fields = ["id", "pledge", "reason", "reason_label", "finding", "answer", "answered_at"]
        fields += ["verdict", "verdict_words", "judged_at"]
        read_only_fields = fields


class SheetRowOfList(serializers.ModelSerializer):
    unit = UnitName(read_only=True)
    colour_label = serializers.CharField(source="get_colour_display", read_only=True)
    status_label = serializers.CharField(source="get_status_display", read_only=True)

    class Meta:
        model = Sheet
        fields = ["id", "programme", "unit", "colour", "colour_label", "status", "status_label", "number"]
        fields += ["issued_date", "due_date", "words", "version"]
        read_only_fields = fields


class SheetDetail(SheetRowOfList):
    rows = SheetItem(many=True, read_only=True)

    class Meta(SheetRowOfList.Meta):
        fields = [*SheetRowOfList.Meta.fields, "rows"]
        read_only_fields = fields


class InstructionRow(serializers.ModelSerializer):
    leader = PostRow(read_only=True)
    post = PostRow(read_only=True, allow_null=True)
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Instruction
        fields = ["id", "leader", "kind", "kind_label", "pledge", "unit", "period", "words", "given_date", "post"]
        fields += ["due_date", "recorded_by", "recorded_at", "signed_page", "answer", "answered_at", "version"]
        read_only_fields = fields


class SheetAdd(serializers.Serializer):
    """列入拟发单,进入牵头单位的那一份。"""

    pledge = serializers.IntegerField(help_text="事项 id")
    colour = serializers.ChoiceField(choices=Sheet.Colour.choices)
    finding = serializers.CharField(max_length=300, help_text="情况")


class SheetIssue(Versioned):
    words = serializers.CharField(max_length=500, required=False, help_text="督办要求")
    due_date = serializers.DateField(required=False, help_text="回复期限;不填为黄单 5 个、红单 3 个工作日")
    rows = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="发出的各项的 id;不填为全部,其余移出"
    )


class SheetDrop(Versioned):
    words = serializers.CharField(max_length=300, required=False, help_text="理由")


class SheetRowDrop(SheetDrop):
    row = serializers.IntegerField(help_text="移出的项的 id")


class SheetAnswer(Versioned):
    answers = serializers.DictField(child=serializers.CharField(max_length=500), help_text="项的 id → 回复")


class Judgement(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=SheetRow.Verdict.choices)
    words = serializers.CharField(max_length=300, required=False, help_text="认定意见;不认可的必填")


class SheetJudge(Versioned):
    verdicts = serializers.DictField(child=Judgement(), help_text="项的 id → 认定")


class InstructionGive(serializers.Serializer):
    """批示;事项、单位、期给出其中一个。"""

    pledge = serializers.IntegerField(required=False, help_text="事项 id")
    unit = serializers.IntegerField(required=False, help_text="单位 id")
    period = serializers.IntegerField(required=False, help_text="期 id")
    kind = serializers.ChoiceField(choices=Instruction.Kind.choices)
    words = serializers.CharField(max_length=1000, help_text="批示内容")
    given_date = serializers.DateField(help_text="批示日期")
    post = serializers.IntegerField(
        required=False, help_text="承办岗位 id;不填为牵头单位或该单位的负责人,期为督查室主任"
    )
    due_date = serializers.DateField(required=False, help_text="办理期限;请办的必填")
    signed_page = serializers.IntegerField(required=False, help_text="领导签字页 id;代录的必填")


class InstructionAnswer(Versioned):
    words = serializers.CharField(max_length=1000, help_text="办理情况")
