"""The bodies of refusals, for the OpenAPI document; `tracker.api.errors` writes them."""

from rest_framework import serializers


class Error(serializers.Serializer):
    """为什么没有办成。"""

    code = serializers.CharField(help_text="给程序看的一个词")
    message = serializers.CharField(help_text="给人看的一句话")


class Conflict(Error):
    """打开之后情况已有变化,或者现在的状态不允许。"""

    changes = serializers.ListField(child=serializers.CharField(), help_text="打开之后发生了什么,由早到晚")


class InvalidInput(Error):
    """填写的内容不能接受。"""

    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="各栏要改什么;键为栏目名(如 values.12),空键指整个请求",
    )
