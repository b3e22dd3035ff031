"""Posts and deputies."""

from rest_framework import serializers

from pledges.models import Deputy, Post, Role
from tracker.api.serializers.organisation import Person, PostRow


class DeputyRow(serializers.ModelSerializer):
    """代办 (AB岗):从起始日到终止日,含当天。"""

    post = PostRow(read_only=True)
    user = Person(read_only=True)

    class Meta:
        model = Deputy
        fields = ["id", "post", "user", "start_date", "end_date"]
        read_only_fields = fields


class DeputyAdd(serializers.Serializer):
    post = serializers.IntegerField(help_text="岗位 id")
    user = serializers.IntegerField(help_text="代办人的账号 id")
    start_date = serializers.DateField(help_text="起始日,不早于今天")
    end_date = serializers.DateField(help_text="终止日,含当天")


class SeatRow(PostRow):
    """岗位和现任的账号。"""

    holder_id = serializers.IntegerField(read_only=True, allow_null=True, help_text="现任的账号 id")

    class Meta(PostRow.Meta):
        model = Post
        fields = [*PostRow.Meta.fields, "holder_id", "is_chief"]
        read_only_fields = fields


class Appointment(serializers.Serializer):
    """设岗位,或者给已有的岗位指定继任者;继任者接手全部待办。"""

    unit = serializers.IntegerField(help_text="单位 id")
    role = serializers.ChoiceField(choices=Role.choices)
    title = serializers.CharField(max_length=60, help_text="职务")
    holder = serializers.IntegerField(allow_null=True, help_text="任职的账号 id;空缺为 null")
