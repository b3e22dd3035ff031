"""Group robots, and messages that did not get through. An address and a secret go in and never come out."""

from django.conf import settings
from rest_framework import serializers

from tracker.api.serializers.organisation import UnitName
from workflow.models import Delivery, Robot


class RobotRow(serializers.ModelSerializer):
    """地址只显示主机名,加签密钥不显示。"""

    unit = UnitName(read_only=True)
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    host = serializers.CharField(read_only=True)
    has_secret = serializers.SerializerMethodField(help_text="填过加签密钥")

    class Meta:
        model = Robot
        fields = ["id", "unit", "name", "kind", "kind_label", "host", "has_secret", "language"]
        fields += ["wants_overdue", "wants_coming", "wants_at_once", "is_active", "created_at"]
        read_only_fields = fields

    def get_has_secret(self, robot: Robot) -> bool:
        return bool(robot.secret)


class RobotChange(serializers.Serializer):
    """没有给出的不变。换了地址而没有给出密钥的,密钥清空。"""

    unit = serializers.IntegerField(required=False, help_text="单位 id")
    name = serializers.CharField(required=False, max_length=60, help_text="群名")
    kind = serializers.ChoiceField(required=False, choices=Robot.Kind.choices)
    url = serializers.CharField(required=False, write_only=True, max_length=500, help_text="平台给出的完整地址")
    secret = serializers.CharField(required=False, write_only=True, max_length=200, help_text="加签密钥")
    language = serializers.ChoiceField(required=False, choices=settings.LANGUAGES)
    wants_overdue = serializers.BooleanField(required=False, help_text="报逾期的数量")
    wants_coming = serializers.BooleanField(required=False, help_text="报七个工作日内到期的数量")
    wants_at_once = serializers.BooleanField(required=False, help_text="催办、督办单、批示即时通知")
    is_active = serializers.BooleanField(required=False, help_text="启用;false 为停用")


class RobotAdd(RobotChange):
    """没有给出的开关为开,语言为中文。"""

    unit = serializers.IntegerField(help_text="单位 id")
    name = serializers.CharField(max_length=60, help_text="群名")
    kind = serializers.ChoiceField(choices=Robot.Kind.choices)
    url = serializers.CharField(write_only=True, max_length=500, help_text="平台给出的完整地址,以 https:// 开头")


class RobotTest(serializers.Serializer):
    taken = serializers.BooleanField(help_text="测试消息已送达")
    fault = serializers.CharField(allow_blank=True, help_text="没有送达的原因")


class DeliveryRow(serializers.ModelSerializer):
    """一条消息:发给谁、为什么没有送达,不含内容。"""

    channel_label = serializers.CharField(source="get_channel_display", read_only=True)
    person = serializers.CharField(source="person.name", read_only=True, allow_null=True, default=None)
    robot = serializers.CharField(source="to_robot.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Delivery
        fields = ["id", "channel", "channel_label", "person", "robot", "attempts", "next_at", "error"]
        read_only_fields = fields


class DeliveryCounts(serializers.Serializer):
    waiting = serializers.IntegerField(help_text="待发")
    sent = serializers.IntegerField(help_text="已发")
    failed = serializers.IntegerField(help_text="试过各次仍未送达")
