"""What the desk says of each kind of task: the button's verb, and how many wait."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workflow.models import Task

Kind = Task.Kind

VERBS: dict[Task.Kind, Any] = {
    Kind.REVIEW_MEASURES: _("核定"),
    Kind.CONSULT: _("答复"),
    Kind.SETTLE_ANSWERS: _("处理"),
    Kind.ASSIGN: _("交办"),
    Kind.SIGN: _("签收"),
    Kind.SIGN_LIST: _("签收"),
    Kind.REPORT: _("填报"),
    Kind.APPROVE: _("审签"),
    Kind.REVIEW_REPORT: _("审核"),
    Kind.SUPPLEMENT: _("补充"),
    Kind.ANSWER_URGE: _("回应"),
    Kind.APPROVE_CLAIM: _("审签"),
    Kind.DRAFT_VERIFICATION: _("拟稿"),
    Kind.VERIFY: _("核验"),
    Kind.CHECK_SUSPENSION: _("研究"),
    Kind.RECHECK: _("回头看"),
    Kind.REOPEN: _("重新交办"),
    Kind.DECIDE_REQUEST: _("办理"),
    Kind.ISSUE_SHEETS: _("签发"),
    Kind.ANSWER_SHEET: _("回复"),
    Kind.JUDGE_SHEET: _("认定"),
    Kind.ACT_ON_INSTRUCTION: _("办理"),
    Kind.CHECK_FIGURES: _("核对"),
    Kind.SETTLE_OBJECTIONS: _("处理"),
    Kind.CLOSE_PERIOD: _("结账"),
}
WAITING: dict[Task.Kind, Any] = {
    Kind.REVIEW_MEASURES: ngettext_lazy("%d 份文件待核定", "%d 份文件待核定"),
    Kind.CONSULT: ngettext_lazy("%d 份征求意见待答复", "%d 份征求意见待答复"),
    Kind.SETTLE_ANSWERS: ngettext_lazy("%d 份反馈意见待处理", "%d 份反馈意见待处理"),
    Kind.ASSIGN: ngettext_lazy("%d 项待交办", "%d 项待交办"),
    Kind.SIGN: ngettext_lazy("%d 项待签收", "%d 项待签收"),
    Kind.SIGN_LIST: ngettext_lazy("%d 份清单待签收", "%d 份清单待签收"),
    Kind.REPORT: ngettext_lazy("%d 项待填报", "%d 项待填报"),
    Kind.APPROVE: ngettext_lazy("%d 批填报待审签", "%d 批填报待审签"),
    Kind.REVIEW_REPORT: ngettext_lazy("%d 项待审核", "%d 项待审核"),
    Kind.SUPPLEMENT: ngettext_lazy("%d 项待补充", "%d 项待补充"),
    Kind.ANSWER_URGE: ngettext_lazy("%d 项催办待回应", "%d 项催办待回应"),
    Kind.APPROVE_CLAIM: ngettext_lazy("%d 项销号申请待审签", "%d 项销号申请待审签"),
    Kind.DRAFT_VERIFICATION: ngettext_lazy("%d 项待拟核验意见", "%d 项待拟核验意见"),
    Kind.VERIFY: ngettext_lazy("%d 项待核验", "%d 项待核验"),
    Kind.CHECK_SUSPENSION: ngettext_lazy("%d 项暂缓到期待研究", "%d 项暂缓到期待研究"),
    Kind.RECHECK: ngettext_lazy("%d 项待回头看", "%d 项待回头看"),
    Kind.REOPEN: ngettext_lazy("%d 项待重新交办", "%d 项待重新交办"),
    Kind.DECIDE_REQUEST: ngettext_lazy("%d 件申请待办理", "%d 件申请待办理"),
    Kind.ISSUE_SHEETS: ngettext_lazy("%d 份拟发单清单待签发", "%d 份拟发单清单待签发"),
    Kind.ANSWER_SHEET: ngettext_lazy("%d 份督办单待回复", "%d 份督办单待回复"),
    Kind.JUDGE_SHEET: ngettext_lazy("%d 份督办回复待认定", "%d 份督办回复待认定"),
    Kind.ACT_ON_INSTRUCTION: ngettext_lazy("%d 件批示待办理", "%d 件批示待办理"),
    Kind.CHECK_FIGURES: ngettext_lazy("%d 期数据待核对", "%d 期数据待核对"),
    Kind.SETTLE_OBJECTIONS: ngettext_lazy("%d 期异议待处理", "%d 期异议待处理"),
    Kind.CLOSE_PERIOD: ngettext_lazy("%d 期待结账", "%d 期待结账"),
}
