"""Project and livelihood sheets, and the questions that a report raises."""

import datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflow.special_sheets import KINDS, Row


class SheetRow(serializers.Serializer):
    """台账的一项;``value`` 中金额以元计,``shown`` 为通行写法。"""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.SerializerMethodField("plain", allow_null=True)
    shown = serializers.CharField()
    is_derived = serializers.BooleanField(help_text="取自目标、节点或填报,不必填写")

    @extend_schema_field({"type": "string", "nullable": True})
    def plain(self, row: Row) -> str | None:
        value: Any = row.value
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, datetime.date):
            return value.isoformat()
        return None if value is None else str(value)


class Sheet(serializers.Serializer):
    """重点项目或民生实事台账。"""

    kind = serializers.ChoiceField(choices=[(name, kind.tag) for name, kind in KINDS.items()])
    label = serializers.CharField()  # type: ignore[assignment]
    rows = SheetRow(many=True)


class QuestionRow(serializers.Serializer):
    """提交前请核对的一处,不影响提交。"""

    code = serializers.CharField(help_text="核对以后随填报一并提交(asked)")
    field = serializers.CharField(help_text="所在的填报项,如 values.12")
    words = serializers.CharField()


class Questions(serializers.Serializer):
    questions = QuestionRow(many=True)
