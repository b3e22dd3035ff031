"""批示: a leader's words on an item, a unit or a period's notice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Period, Pledge, Post, Unit, User
from workflow.models.signed_pages import SignedPage
from workflow.querysets import InstructionQuerySet


class Instruction(models.Model):
    """Words from a leader's post. 请办 names who is to act and by when, and becomes a task; 阅知 is for reading.

    ``recorded_by`` is whoever entered it: the leader, or a secretary with the signed page (代录).
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("阅知")
        ACTION = "action", _("请办")

    leader = models.ForeignKey(Post, verbose_name=_("批示人"), on_delete=models.PROTECT, related_name="instructions")
    kind = models.CharField(_("类别"), max_length=6, choices=Kind)
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.CASCADE, related_name="instructions")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="instructions")
    period = models.ForeignKey(Period, null=True, on_delete=models.CASCADE, related_name="instructions")
    words = models.CharField(_("批示内容"), max_length=1000)
    given_date = models.DateField(_("批示日期"))
    post = models.ForeignKey(
        Post, verbose_name=_("承办"), null=True, on_delete=models.PROTECT, related_name="instructions_to_act"
    )
    due_date = models.DateField(_("办理期限"), null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    signed_page = models.ForeignKey(SignedPage, null=True, on_delete=models.PROTECT, related_name="instructions")
    answer = models.CharField(_("办理情况"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pledge__isnull=False, unit__isnull=True, period__isnull=True)
                | Q(pledge__isnull=True, unit__isnull=False, period__isnull=True)
                | Q(pledge__isnull=True, unit__isnull=True, period__isnull=False),
                name="instruction_is_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="note", post__isnull=True, due_date__isnull=True)
                | Q(kind="action", post__isnull=False, due_date__isnull=False),
                name="instruction_to_act_says_who_and_when",
            ),
        ]
