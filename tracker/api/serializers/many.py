"""One act on many pledges, and a head's approval of a batch."""

from rest_framework import serializers


class Bulk(serializers.Serializer):
    """一个动作办理多项:要么全部办成,要么一项不动。"""

    versions = serializers.DictField(child=serializers.IntegerField(), help_text="事项 id → 看到的版本号,最多 200 项")
    payload = serializers.DictField(required=False, help_text="各项相同的内容,与单项办理的字段相同")
    each = serializers.DictField(
        child=serializers.DictField(), required=False, help_text="事项 id → 只用于这一项的内容,如牵头单位、完成时限"
    )
    dry_run = serializers.BooleanField(required=False, help_text="只看结果,不办理")


class BulkRow(serializers.Serializer):
    """办理后的状态和版本;只看结果时,``reasons`` 是不能办理的原因。"""

    id = serializers.IntegerField(source="pledge.pk")
    number = serializers.CharField(source="pledge.number")
    state = serializers.CharField(source="pledge.state")
    version = serializers.IntegerField(source="pledge.version")
    would_go = serializers.SerializerMethodField()
    reasons = serializers.ListField(child=serializers.CharField())

    def get_would_go(self, row: object) -> bool:
        return not row.reasons  # type: ignore[attr-defined]


class ApprovalItem(serializers.Serializer):
    """一项等待审签的填报;``report`` 是审签时要报出的填报 id。"""

    pledge = serializers.IntegerField(source="pledge.pk")
    number = serializers.CharField(source="pledge.number")
    title = serializers.CharField(source="pledge.title")
    report = serializers.IntegerField(source="seen")
    period = serializers.CharField(source="report.period.key")
    sentence = serializers.CharField(source="report.sentence")
    data_date = serializers.DateField(source="report.data_date")
    light = serializers.CharField(source="pledge.shown_light")


class Approval(serializers.Serializer):
    """审签一批;``signed_page`` 是本人刚登记的签字页,有它的按线下审签登记。"""

    reports = serializers.DictField(child=serializers.IntegerField(), help_text="事项 id → 看到的填报 id")
    signed_page = serializers.IntegerField(required=False, help_text="签字页 id")
