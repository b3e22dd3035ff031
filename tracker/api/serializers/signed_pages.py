"""Signed pages (签字页): what an act refers to by its id."""

from rest_framework import serializers

from workflow.models import SignedPage


class SignedPageRow(serializers.ModelSerializer):
    """扫描件本身在 ``content/``。"""

    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True)

    class Meta:
        model = SignedPage
        fields = ["id", "filename", "media_type", "sha256", "signer", "signed_date", "recorded_by", "post"]
        fields += ["recorded_at"]
        read_only_fields = fields


class SignedPageUpload(serializers.Serializer):
    """登记一页签字页;随后由提出它的人在审签、批示、申请的决定中引用它的 id。"""

    scan = serializers.FileField(help_text="扫描件:PDF、JPG 或 PNG,不超过 10 MB")
    signer = serializers.CharField(max_length=60, help_text="在纸上签字的人")
    signed_date = serializers.DateField(help_text="签字日期")
