"""Where pledges come from: documents, and the measures that extraction read in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import User
from pledges.models.programme import Programme
from pledges.querysets import DocumentQuerySet, MeasureQuerySet


class Document(models.Model):
    """来源文件: the text byte for byte, with its hash. ``text`` is the decoded form that every offset counts in."""

    class Kind(models.TextChoices):
        REPORT = "report", _("工作报告")
        ASSIGNMENT = "assignment", _("任务分解")
        MINUTES = "minutes", _("会议纪要")

    programme = models.ForeignKey(Programme, verbose_name=_("台账"), on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("标题"), max_length=200)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    filename = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField(_("原件"))
    sha256 = models.CharField(max_length=64)
    text = models.TextField(_("正文"))
    zones = models.JSONField(default=list, help_text="[[label, start, end], …], which part may hold pledges")
    columns = models.JSONField(
        default=list,
        help_text="for each of its tables {headings, fields}: what its columns hold, see extraction.division",
    )
    imported_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(_("导入时间"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "sha256"], name="document_once_in_programme")]

    def __str__(self) -> str:
        return self.title


class Fate(models.TextChoices):
    PENDING = "pending", _("待定")
    ACCEPTED = "accepted", _("已立项")
    REJECTED = "rejected", _("不立项")
    MERGED = "merged", _("已合并")


class Measure(models.Model):
    """拟立项条目: a clause read by extraction, waiting for a person's decision.

    ``start`` and ``end`` are offsets into the document's text and ``quote`` equals that slice; only splitting and
    merging move them. A measure is never deleted: one that was merged into another stays, with the fate that says so.
    (Only while nobody has acted on any of a document's measures can all be read anew, by other columns of its tables.)
    ``position`` is its serial number, which never changes either; the order of the text is that of ``start``.
    ``title`` and the rest are what a person may edit before accepting. ``targets`` is a list of
    ``{start, end, quote, value, value_max, unit, comparator, quantity_kind, object, deadline}`` with decimal strings.
    """

    document = models.ForeignKey(Document, verbose_name=_("来源"), on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveIntegerField(_("序号"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField(_("原文"))
    title = models.CharField(_("工作任务"), max_length=400)
    section = models.CharField(_("来源章节"), max_length=200, blank=True)
    trackable = models.BooleanField(_("可督办"), default=True)
    form = models.CharField(_("类型"), max_length=12)
    firmness = models.CharField(_("措辞"), max_length=8)
    deadline = models.DateField(_("时限"), null=True, blank=True)
    lead = models.JSONField(_("牵头"), default=list, blank=True)
    support = models.JSONField(_("配合"), default=list, blank=True)
    person = models.JSONField(_("责任人"), default=list, blank=True)
    targets = models.JSONField(_("目标"), default=list, blank=True)
    doubts = models.JSONField(_("存疑"), default=list, blank=True)
    fate = models.CharField(_("处理"), max_length=10, choices=Fate, default=Fate.PENDING)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="measure_position_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="measure_span_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title
