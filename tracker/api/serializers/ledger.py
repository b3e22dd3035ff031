"""The quarter's ledger, as `tracker.exports.text.document` writes it; described for the OpenAPI document."""

from rest_framework import serializers

from tracker.exports.ledger import COLUMNS


class LedgerProgramme(serializers.Serializer):
    id = serializers.IntegerField()
    year = serializers.IntegerField()
    title = serializers.CharField()


class LedgerColumn(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()


class LedgerRow(serializers.Serializer):
    """一项;十八栏都是文字。"""

    pledge = serializers.IntegerField()
    progress_bp = serializers.IntegerField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        texts = {key: serializers.CharField(help_text=str(title)) for key, title in COLUMNS.items()}
        return super().get_fields() | texts


class LedgerSnapshot(serializers.Serializer):
    version = serializers.IntegerField()
    digest = serializers.CharField()


class Ledger(serializers.Serializer):
    """季度台账。完成率和亮灯为 ``as_of`` 当日的实时数据;已结账的期为快照中的数据。"""

    title = serializers.CharField()
    programme = LedgerProgramme()
    period = serializers.CharField()
    data_day = serializers.DateField()
    as_of = serializers.DateField()
    snapshot = LedgerSnapshot(allow_null=True, help_text="已结账的期:行取自快照")
    columns = LedgerColumn(many=True)
    rows = LedgerRow(many=True)
