"""Units, posts and people."""

from rest_framework import serializers

from pledges.models import Post, Unit, User


class UnitName(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ["id", "name"]
        read_only_fields = fields


class UnitRow(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ["id", "name", "name_en", "kind", "parent", "path", "aliases", "position", "is_active"]
        read_only_fields = fields


class PostRow(serializers.ModelSerializer):
    unit = UnitName(read_only=True)
    role_label = serializers.CharField(source="get_role_display", read_only=True)
    holder = serializers.CharField(source="holder.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Post
        fields = ["id", "title", "role", "role_label", "unit", "holder"]
        read_only_fields = fields


class Person(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "name", "language"]
        read_only_fields = fields


class Me(serializers.Serializer):
    """本人、可以选择的岗位,以及这次请求所用的岗位。"""

    user = Person()
    acting_post = serializers.IntegerField(allow_null=True, help_text="这次请求所用岗位的 id")
    is_deputy = serializers.BooleanField(help_text="是否以 AB 岗代办")
    posts = PostRow(many=True)
