"""Tasks: who must do what by when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Document, Period, Pledge, Post, Programme
from workflow.models.instructions import Instruction
from workflow.models.requests import Request
from workflow.models.sheets import Sheet
from workflow.querysets import TaskQuerySet


class Task(models.Model):
    """待办. Bound to a post, so a successor inherits it; opened and closed by acts alone.

    About a pledge, a document, or (``programme`` alone) a unit's whole list: see `workflow.list_tasks`. A task that
    asks for an answer to a request, a sheet or an instruction names that too.
    """

    class Kind(models.TextChoices):
        REVIEW_MEASURES = "review_measures", _("核定拟立项条目")
        CONSULT = "consult", _("答复征求意见")
        SETTLE_ANSWERS = "settle_answers", _("处理反馈意见")
        ASSIGN = "assign", _("交办")
        SIGN = "sign", _("签收")
        SIGN_LIST = "sign_list", _("签收清单")
        REPORT = "report", _("填报")
        APPROVE = "approve", _("审签")
        REVIEW_REPORT = "review_report", _("审核填报")
        SUPPLEMENT = "supplement", _("补充材料")
        ANSWER_URGE = "answer_urge", _("回应催办")
        APPROVE_CLAIM = "approve_claim", _("审签销号申请")
        DRAFT_VERIFICATION = "draft_verification", _("拟核验意见")
        VERIFY = "verify", _("核验")
        CHECK_SUSPENSION = "check_suspension", _("暂缓到期研究")
        RECHECK = "recheck", _("回头看")
        REOPEN = "reopen", _("重新交办")
        DECIDE_REQUEST = "decide_request", _("办理申请")
        ISSUE_SHEETS = "issue_sheets", _("签发督办单")
        ANSWER_SHEET = "answer_sheet", _("回复督办单")
        JUDGE_SHEET = "judge_sheet", _("认定督办回复")
        ACT_ON_INSTRUCTION = "act_on_instruction", _("办理批示")
        CHECK_FIGURES = "check_figures", _("核对本期数据")
        SETTLE_OBJECTIONS = "settle_objections", _("处理异议")
        CLOSE_PERIOD = "close_period", _("本期结账")

    kind = models.CharField(_("事项"), max_length=20, choices=Kind)
    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="tasks")
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.CASCADE, related_name="tasks")
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="tasks")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.CASCADE, related_name="tasks")
    request = models.ForeignKey(Request, null=True, on_delete=models.CASCADE, related_name="tasks")
    sheet = models.ForeignKey(Sheet, null=True, on_delete=models.CASCADE, related_name="tasks")
    instruction = models.ForeignKey(Instruction, null=True, on_delete=models.CASCADE, related_name="tasks")
    period = models.ForeignKey(Period, null=True, on_delete=models.CASCADE, related_name="tasks")
    due_date = models.DateField(_("期限"))
    opened_at = models.DateTimeField(_("产生时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("kind"),
                F("pledge"),
                F("post"),
                condition=Q(
                    closed_at__isnull=True, pledge__isnull=False, request__isnull=True, instruction__isnull=True
                ),
                name="one_open_task_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["kind", "programme", "post"],
                condition=Q(closed_at__isnull=True, programme__isnull=False),
                name="one_open_list_task_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["request", "post"],
                condition=Q(closed_at__isnull=True, request__isnull=False),
                name="one_open_task_a_request_and_post",
            ),
            models.UniqueConstraint(
                fields=["kind", "sheet", "post"],
                condition=Q(closed_at__isnull=True, sheet__isnull=False),
                name="one_open_task_a_sheet_and_post",
            ),
            models.UniqueConstraint(
                fields=["instruction", "post"],
                condition=Q(closed_at__isnull=True, instruction__isnull=False),
                name="one_open_task_an_instruction",
            ),
            models.CheckConstraint(
                condition=Q(pledge__isnull=False)
                | Q(document__isnull=False)
                | Q(programme__isnull=False)
                | Q(sheet__isnull=False)
                | Q(instruction__isnull=False),
                name="task_is_about_something",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "due_date"], condition=Q(closed_at__isnull=True), name="open_tasks_of_post")
        ]
