"""What each act takes, for the OpenAPI document.

The gate reads and checks the values itself (`workflow.needs`), so nothing here validates; a test holds these fields
and the table of transitions together.
"""

from rest_framework import serializers

from pledges.models import LightOverride, Outcome, Pledge, Report, Target
from workflow.models import ConsultationAnswer
from workflow.transitions import Held, Method


class Versioned(serializers.Serializer):
    version = serializers.IntegerField(help_text="打开时看到的版本号")


class Assign(Versioned):
    lead_unit = serializers.IntegerField(help_text="牵头单位 id")
    due_date = serializers.DateField(help_text="完成时限")
    basis = serializers.CharField(max_length=200, help_text="依据")
    support = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="配合单位 id")
    leader = serializers.IntegerField(required=False, help_text="牵头领导的岗位 id")
    person = serializers.CharField(max_length=60, required=False, help_text="责任人")
    start_date = serializers.DateField(required=False, help_text="开始")
    deliverable = serializers.CharField(max_length=200, required=False, help_text="成果;持续性事项必填")


class Amend(Versioned):
    """修改待交办的草案;没有给出的不变,空的清除(牵头领导、责任人、开始、成果、依据、总目标)。"""

    title = serializers.CharField(max_length=400, required=False, help_text="工作任务")
    lead_unit = serializers.IntegerField(required=False, help_text="牵头单位 id;征求意见期间换了单位的,由新单位答复")
    support = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="配合单位 id,整体替换")
    leader = serializers.IntegerField(required=False, help_text="牵头领导的岗位 id")
    person = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="责任人")
    start_date = serializers.DateField(required=False, help_text="开始")
    due_date = serializers.DateField(required=False, help_text="完成时限")
    deliverable = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="成果")
    basis = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="依据")
    cadence = serializers.ChoiceField(choices=Pledge.Cadence.choices, required=False, help_text="填报周期")
    weight = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="权重")
    goal = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="总目标")


class Sign(Versioned):
    person = serializers.CharField(max_length=60, help_text="责任人")


class ReportProgress(Versioned):
    sentence = serializers.CharField(max_length=500, help_text="进展情况")
    values = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="全年累计完成:目标 id → 数值,按目标的 typed_unit 填写(如万户)",
    )
    stages = serializers.DictField(
        child=serializers.DateField(), required=False, help_text="已完成的全部节点:节点 id → 完成日期"
    )
    period = serializers.CharField(required=False, help_text="期,如 2020-Q3;不填为本期")
    data_date = serializers.DateField(required=False, help_text="数据日期")
    problem_kind = serializers.ChoiceField(choices=Report.Problem.choices, required=False)
    problem = serializers.CharField(max_length=500, required=False, help_text="存在问题")
    next_step = serializers.CharField(max_length=500, required=False, help_text="下步措施")
    needs_coordination = serializers.CharField(max_length=500, required=False, help_text="需协调事项")
    outlook = serializers.ChoiceField(choices=Report.Outlook.choices, required=False, help_text="全年预判")
    fall_reason = serializers.CharField(max_length=200, required=False, help_text="数值下降原因")
    evidence = serializers.CharField(max_length=1000, required=False, help_text="佐证")
    evidence_link = serializers.URLField(max_length=1000, required=False, help_text="佐证链接")
    project = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="重点项目台账:项 → 内容,金额按万元;没有给出的不变,空的清除",
    )
    livelihood = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, help_text="民生实事台账,写法同上"
    )
    seen = serializers.IntegerField(required=False, help_text="打开时的最新填报 id,没有填报为 0;其间有人填报则拒绝")
    asked = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="已核对的问题代码(report/questions/)"
    )


class Accept(Versioned):
    judged_behind = serializers.BooleanField(required=False, help_text="评定滞后,只用于持续性事项")


class WithReason(Versioned):
    reason = serializers.CharField(max_length=200, help_text="理由")


class Claim(Versioned):
    reason = serializers.CharField(max_length=500, required=False, help_text="说明;还有目标没有达到时必填")
    evidence = serializers.CharField(max_length=1000, required=False, help_text="成果证明;没有量化目标时必填")


VERIFIED = tuple((one.value, one.label) for one in (Outcome.MET, Outcome.MET_WITH_CHANGE))


class DraftVerification(Versioned):
    """督查专员拟核验意见,由主任审定。"""

    method = serializers.ChoiceField(choices=Method.choices)
    finding = serializers.CharField(max_length=500, help_text="核验情况")
    outcome = serializers.ChoiceField(choices=VERIFIED)


class Verify(Versioned):
    """没有给出的,以拟稿为准。"""

    method = serializers.ChoiceField(choices=Method.choices, required=False)
    finding = serializers.CharField(max_length=500, required=False, help_text="核验情况")
    outcome = serializers.ChoiceField(choices=VERIFIED, required=False)


class RecordApproval(Versioned):
    signed_page = serializers.IntegerField(help_text="本人刚登记的签字页 id")


class ChangeLead(Versioned):
    lead_unit = serializers.IntegerField(help_text="牵头单位 id")
    basis = serializers.CharField(max_length=200, help_text="依据")


class Tag(Versioned):
    add = serializers.ListField(child=serializers.CharField(max_length=20), required=False, help_text="加上")
    remove = serializers.ListField(child=serializers.CharField(max_length=20), required=False, help_text="去掉")


class Settle(Versioned):
    reason = serializers.CharField(max_length=500, help_text="未完成的原因")


class CarryOver(Versioned):
    due_date = serializers.DateField(help_text="结转后的完成时限")


class Recheck(Versioned):
    held = serializers.ChoiceField(choices=Held.choices, help_text="情况")
    finding = serializers.CharField(max_length=500, help_text="回头看发现")


class Reopen(WithReason):
    due_date = serializers.DateField(required=False, help_text="新的完成时限")


class Allocate(Versioned):
    """把一个目标分给各单位;没有列出的分解任务不变。数量按目标的 typed_unit 填写。"""

    target = serializers.IntegerField(required=False, help_text="目标 id;只有一个可分解的目标时不必填写")
    shares = serializers.DictField(child=serializers.CharField(), required=False, help_text="新增:单位 id → 分解数")
    children = serializers.DictField(child=serializers.CharField(), required=False, help_text="已有:事项 id → 分解数")


class AnswerRow(Versioned):
    answer = serializers.ChoiceField(choices=ConsultationAnswer.Answer.choices, help_text="意见")
    words = serializers.CharField(max_length=500, required=False, help_text="建议;建议调整的必填")


class SettleRow(Versioned):
    settlement = serializers.ChoiceField(choices=ConsultationAnswer.Settlement.choices, help_text="处理")
    words = serializers.CharField(max_length=500, required=False, help_text="说明;没有全部采纳的必填")
    lead_unit = serializers.IntegerField(required=False, help_text="新的牵头单位 id;换了单位的,由新单位重新答复")
    support = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="配合单位 id,整体替换")
    due_date = serializers.DateField(required=False, help_text="新的完成时限")
    title = serializers.CharField(max_length=400, required=False, help_text="新的工作任务")


class EditedTarget(serializers.Serializer):
    """一个目标;数值按 ``scale`` 倍的单位填写(7.5 和 10000:7.5万)。"""

    value = serializers.CharField()
    value_max = serializers.CharField(required=False, allow_null=True)
    baseline = serializers.CharField(required=False, allow_null=True)
    unit = serializers.CharField(max_length=20)
    scale = serializers.ChoiceField(choices=[1, 10_000, 100_000_000], default=1)
    comparator = serializers.ChoiceField(choices=Target.Comparator.choices, required=False)
    quantity_kind = serializers.ChoiceField(choices=Target.QuantityKind.choices, required=False)
    object = serializers.CharField(max_length=120, required=False, allow_blank=True)


class MeasureEdit(Versioned):
    """改正一条拟立项条目;没有给出的不变。出处和原文不能改。"""

    title = serializers.CharField(max_length=400, required=False)
    form = serializers.ChoiceField(choices=Pledge.Form.choices, required=False)
    firmness = serializers.ChoiceField(choices=Pledge.Firmness.choices, required=False)
    person = serializers.CharField(max_length=60, required=False, help_text="责任人")
    targets = EditedTarget(many=True, required=False, help_text="全部目标,整体替换")


class MeasureAccept(MeasureEdit):
    """立项;可以同时改正,并预填交办时的内容。"""

    due_date = serializers.DateField(required=False)
    lead_unit = serializers.IntegerField(required=False, help_text="牵头单位 id")
    support_units = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="配合单位 id")
    leader = serializers.IntegerField(required=False, help_text="牵头领导的岗位 id")
    deliverable = serializers.CharField(max_length=200, required=False)


class MeasureSplit(Versioned):
    """拆成两条,从 ``at_offset`` 切开。"""

    at_offset = serializers.IntegerField(help_text="切开的位置,按文件正文的字符计,在这一条之内")


class MeasureMerge(Versioned):
    """与正文中的下一条待定条目合并。"""

    next = serializers.IntegerField(help_text="下一条的 id")
    next_version = serializers.IntegerField(help_text="下一条的版本号")


class MeasureAdd(serializers.Serializer):
    """把遗漏的一句标为条目:给出位置,或者给出原文(在正文中只出现一次)。"""

    start = serializers.IntegerField(required=False)
    end = serializers.IntegerField(required=False)
    passage = serializers.CharField(required=False)


class SectionAccept(serializers.Serializer):
    """整节立项:全部立项,或者一条也不立。"""

    section = serializers.CharField(allow_blank=True, help_text="来源章节,与条目的 section 相同")
    versions = serializers.DictField(child=serializers.IntegerField(), help_text="看到的全部待定条目:条目 id → 版本号")
    lead_unit = serializers.IntegerField(required=False, help_text="牵头单位 id,用于整节")
    leader = serializers.IntegerField(required=False, help_text="牵头领导的岗位 id,用于整节")


class Urge(Versioned):
    words = serializers.CharField(max_length=300, required=False, help_text="催办要求")


class AnswerUrge(Versioned):
    words = serializers.CharField(max_length=500, help_text="回应")


class OverrideLight(Versioned):
    """规则判定的亮灯仍然保留,两者一并显示。"""

    light = serializers.ChoiceField(choices=LightOverride.Light.choices, help_text="调整为,不能与规则判定相同")
    period = serializers.CharField(required=False, help_text="已经开始、还没有结账的一期,如 2020-Q3;不填为本期")
    reason = serializers.CharField(max_length=300, help_text="理由")
    basis = serializers.CharField(max_length=200, required=False, help_text="依据")


class LiftOverride(Versioned):
    period = serializers.CharField(required=False, help_text="要取消哪一期的调整;不填为最早的一期")
    reason = serializers.CharField(max_length=300, help_text="理由")


BY_ACT: dict[str, type[serializers.Serializer]] = {
    "allocate": Allocate,
    "answer_row": AnswerRow,
    "settle_row": SettleRow,
    "assign": Assign,
    "amend": Amend,
    "sign": Sign,
    "report": ReportProgress,
    "accept": Accept,
    "urge": Urge,
    "answer_urge": AnswerUrge,
    "return_report": WithReason,
    "approve": Versioned,
    "record_approval": RecordApproval,
    "change_lead": ChangeLead,
    "tag": Tag,
    "propose_claim": Claim,
    "return_proposal": WithReason,
    "claim": Claim,
    "return_claim": WithReason,
    "draft_verification": DraftVerification,
    "verify": Verify,
    "settle": Settle,
    "carry_over": CarryOver,
    "override_light": OverrideLight,
    "lift_override": LiftOverride,
    "recheck": Recheck,
    "reopen": Reopen,
}
