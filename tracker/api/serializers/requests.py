"""Requests and their steps."""

from rest_framework import serializers

from pledges.models import Outcome
from tracker.api.serializers.payloads import Versioned
from tracker.api.serializers.tasks import TaskPledge
from workflow.models import Request, RequestStep


class RequestStepRow(serializers.ModelSerializer):
    label = serializers.CharField(source="get_name_display", read_only=True)  # type: ignore[assignment]
    answered_by = serializers.CharField(source="answered_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = RequestStep
        fields = [
            "position",
            "name",
            "label",
            "post",
            "opened_at",
            "due_date",
            "words",
            "agrees",
            "answered_by",
            "answered_at",
            "passed_on_at",
        ]
        read_only_fields = fields


class RequestRow(serializers.ModelSerializer):
    """一件申请。``given`` 是所申请的内容:日期、单位和目标的 id、以基本单位计的数值。"""

    label = serializers.CharField(source="get_kind_display", read_only=True)  # type: ignore[assignment]
    status_label = serializers.CharField(source="get_status_display", read_only=True)
    pledge = TaskPledge(read_only=True)
    asked_by = serializers.CharField(source="asked_by.name", read_only=True, allow_null=True, default=None)
    decided_by = serializers.CharField(source="decided_by.name", read_only=True, allow_null=True, default=None)
    steps = RequestStepRow(many=True, read_only=True)

    class Meta:
        model = Request
        fields = [
            "id",
            "kind",
            "label",
            "pledge",
            "reason",
            "given",
            "asked_by",
            "post",
            "asked_at",
            "asked_late",
            "due_date",
            "status",
            "status_label",
            "words",
            "document_number",
            "decided_by",
            "decided_post",
            "decided_at",
            "signed_page",
            "version",
            "steps",
        ]
        read_only_fields = fields


class RequestAsk(Versioned):
    """提出申请;``version`` 是事项的版本号。各类所需的内容见说明。"""

    pledge = serializers.IntegerField(help_text="事项 id")
    kind = serializers.ChoiceField(choices=Request.Kind.choices)
    reason = serializers.CharField(max_length=500, help_text="理由;提请协调的,写明要上级决定的事")
    due_date = serializers.DateField(required=False, help_text="延期:新的完成时限")
    lead_unit = serializers.IntegerField(required=False, help_text="调整责任:建议的牵头单位 id")
    target = serializers.IntegerField(required=False, help_text="调整目标:目标 id")
    value = serializers.CharField(required=False, help_text="调整目标:新的目标值,按目标的 typed_unit 填写")
    value_max = serializers.CharField(required=False, help_text="调整目标:新的目标上限")
    title = serializers.CharField(max_length=400, required=False, help_text="调整目标:新的工作任务")
    wanted_by = serializers.DateField(required=False, help_text="提请协调:希望何时答复")
    person = serializers.CharField(max_length=60, required=False, help_text="调整责任人:新的责任人")
    until = serializers.DateField(required=False, help_text="暂缓:暂缓至")


class RequestAnswer(Versioned):
    """会商、督查室协调的意见。"""

    words = serializers.CharField(max_length=500, required=False, allow_blank=True)
    agrees = serializers.BooleanField(required=False, allow_null=True, help_text="会商时必填")


class RequestDecide(Versioned):
    """决定;复核的,同意时给出新的结论,或者重新交办。"""

    grant = serializers.BooleanField(help_text="同意或不同意")
    words = serializers.CharField(max_length=500, required=False, allow_blank=True)
    document_number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    signed_page = serializers.IntegerField(required=False, help_text="签字页 id;代录市领导的决定时必填")
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)
    reopen = serializers.BooleanField(required=False)
    due_date = serializers.DateField(required=False, help_text="重新交办后的完成时限")
