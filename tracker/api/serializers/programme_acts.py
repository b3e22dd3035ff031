"""What each act on a programme takes and answers, for the OpenAPI document; the process reads and checks the values."""

from rest_framework import serializers

from tracker.api.serializers.payloads import Versioned


class NewProgramme(serializers.Serializer):
    year = serializers.IntegerField(help_text="计划年度,如 2021")


class ApproveProgramme(Versioned):
    approved_by = serializers.CharField(max_length=100, help_text="审定人,如“市政府常务会议”")
    approval_document = serializers.CharField(max_length=100, help_text="审定文件")
    approved_date = serializers.DateField(help_text="审定日期,不晚于今天")


class IssueProgramme(Versioned):
    document_number = serializers.CharField(max_length=60, help_text="文号,作为全部事项的交办依据")
    issued_date = serializers.DateField(help_text="印发日期,不早于审定日期,不晚于今天")


class BackToDrafting(Versioned):
    reason = serializers.CharField(max_length=200, help_text="退回理由")


class SeenRows(serializers.Serializer):
    versions = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="看到的各项:事项 id → 版本号;给出时,新增的或者已有变化的一项使整个请求不成立(409)",
    )


class SignList(SeenRows):
    person = serializers.CharField(
        max_length=60, required=False, help_text="用于还没有责任人的事项;不填时这些事项留待以后签收"
    )


class HowMany(serializers.Serializer):
    """办理了多少项。"""

    count = serializers.IntegerField()


BY_ACT: dict[str, type[serializers.Serializer]] = {
    "begin_consulting": Versioned,
    "approve_programme": ApproveProgramme,
    "issue_programme": IssueProgramme,
    "back_to_drafting": BackToDrafting,
}
