"""A person's word that a measure is, or goes on from, an undertaking that is a pledge already."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models.organisation import User
from pledges.models.pledge import Pledge
from pledges.models.source import Measure


class PledgeLink(models.Model):
    """From a measure to a pledge, never to the measure's own. It stays when the measure is decided: the pledge that
    comes of it is linked by it (延续自 …), and a measure that was closed keeps what it was closed for.

    Whether two undertakings are alike is offered by `pledges.duplicates`; a row exists only where a person said so.
    """

    class Kind(models.TextChoices):
        SAME = "same", _("同一事项")
        CONTINUES = "continues", _("延续")

    measure = models.ForeignKey(Measure, verbose_name=_("条目"), on_delete=models.PROTECT, related_name="links")
    pledge = models.ForeignKey(Pledge, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(_("关系"), max_length=10, choices=Kind)
    made_by = models.ForeignKey(User, verbose_name=_("关联人"), null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("关联时间"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "pledge"], name="link_once"),
            models.UniqueConstraint(fields=["measure"], condition=Q(kind="same"), name="same_as_one_pledge"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.get_kind_display()} {self.pledge_id}"
