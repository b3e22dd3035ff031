"""Events, for the auditor."""

from typing import Any

from rest_framework import serializers

from tracker.exports import events
from workflow import story
from workflow.models import Event


class EventRow(serializers.Serializer):
    """一条操作记录。摘要按导出文件的规则计算(docs/operations.md)。"""

    stream = serializers.CharField(help_text="记录所属,如 pledge:12")
    sequence = serializers.IntegerField(help_text="在所属记录中的序号")
    at = serializers.DateTimeField(help_text="UTC")
    action = serializers.CharField()
    label = serializers.CharField(help_text="动作名称")  # type: ignore[assignment]
    sentence = serializers.CharField(help_text="记录,一句话")
    user = serializers.IntegerField(allow_null=True)
    username = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    post = serializers.IntegerField(allow_null=True)
    post_name = serializers.CharField(allow_blank=True)
    acting_for = serializers.IntegerField(allow_null=True)
    acting_for_name = serializers.CharField(allow_blank=True)
    payload = serializers.CharField(allow_blank=True, help_text="内容,规范 JSON 文本;已清除的为空")
    erased = serializers.BooleanField()
    payload_digest = serializers.CharField()
    previous = serializers.CharField(allow_blank=True)
    digest = serializers.CharField()

    def to_representation(self, event: Event) -> dict[str, Any]:
        names: story.Names = self.context["names"]
        return events.row_of(event, names)
