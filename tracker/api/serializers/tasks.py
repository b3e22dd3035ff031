"""A person's desk."""

from rest_framework import serializers

from pledges.models import Document, Pledge
from tracker.api.serializers.organisation import UnitName
from workflow.models import Task


class TaskPledge(serializers.ModelSerializer):
    lead_unit = UnitName(read_only=True, allow_null=True)

    class Meta:
        model = Pledge
        fields = ["id", "number", "title", "state", "lead_unit", "version"]
        read_only_fields = fields


class TaskDocument(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ["id", "title"]
        read_only_fields = fields


class TaskRow(serializers.ModelSerializer):
    label = serializers.CharField(source="get_kind_display", read_only=True)  # type: ignore[assignment]
    pledge = TaskPledge(read_only=True, allow_null=True)
    document = TaskDocument(read_only=True, allow_null=True)
    period = serializers.CharField(source="period.key", read_only=True, allow_null=True, default=None)
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            "id",
            "kind",
            "label",
            "post",
            "pledge",
            "document",
            "programme",
            "request",
            "sheet",
            "instruction",
            "period",
            "due_date",
            "is_overdue",
            "opened_at",
        ]
        read_only_fields = fields

    def get_is_overdue(self, task: Task) -> bool:
        return bool(task.due_date < self.context["today"])
