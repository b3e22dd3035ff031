"""The inbox: digests with their reminders, and what was told at once; and what comes outside the product as well."""

from rest_framework import serializers

from tracker.api.serializers.tasks import TaskDocument, TaskPledge
from workflow.models import Alert, Digest, Preference, Reminder, Task


class RemindedPledge(TaskPledge):
    class Meta(TaskPledge.Meta):
        fields = ["id", "number", "title", "state"]
        read_only_fields = fields


class RemindedTask(serializers.ModelSerializer):
    label = serializers.CharField(source="get_kind_display", read_only=True)  # type: ignore[assignment]
    pledge = RemindedPledge(read_only=True, allow_null=True)
    document = TaskDocument(read_only=True, allow_null=True)
    period = serializers.CharField(source="period.key", read_only=True, allow_null=True, default=None)
    is_done = serializers.SerializerMethodField(help_text="已办结")

    class Meta:
        model = Task
        fields = ["id", "kind", "label", "pledge", "document", "programme", "request", "sheet", "instruction"]
        fields += ["period", "due_date", "is_done"]
        read_only_fields = fields

    def get_is_done(self, task: Task) -> bool:
        return task.closed_at is not None


class ReminderLine(serializers.ModelSerializer):
    """一条提醒:关于一件待办,或者关于一个事项的完成时限。"""

    label = serializers.CharField(source="get_kind_display", read_only=True)  # type: ignore[assignment]
    task = RemindedTask(read_only=True, allow_null=True)
    pledge = RemindedPledge(read_only=True, allow_null=True)

    class Meta:
        model = Reminder
        fields = ["kind", "label", "is_copy", "day", "task", "pledge"]
        read_only_fields = fields


class DigestRow(serializers.ModelSerializer):
    reminders = ReminderLine(many=True, read_only=True)

    class Meta:
        model = Digest
        fields = ["id", "day", "created_at", "read_at", "reminders"]
        read_only_fields = fields


class AlertRow(serializers.ModelSerializer):
    task = RemindedTask(read_only=True)

    class Meta:
        model = Alert
        fields = ["id", "created_at", "read_at", "task"]
        read_only_fields = fields


class Unread(serializers.Serializer):
    unread = serializers.IntegerField(help_text="未读的份数,与页面上的相同")


class PreferenceRow(serializers.Serializer):
    group = serializers.ChoiceField(choices=Preference.Group.choices)
    group_label = serializers.CharField()
    channel = serializers.ChoiceField(choices=Preference.Channel.choices)
    channel_label = serializers.CharField()
    is_on = serializers.BooleanField()


class PreferenceSet(serializers.Serializer):
    is_on = serializers.BooleanField(help_text="要不要在这个渠道接收;收件页总是全部列出")
