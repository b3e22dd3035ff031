"""Every due date that a pledge has had: the original stands in the pledge, each later one here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.pledge import Pledge


class Extension(models.Model):
    """延期: one approved change of the due date. ``asked_late`` when it was asked for after the day had passed."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="extensions")
    old_due_date = models.DateField(_("原时限"))
    new_due_date = models.DateField(_("新时限"))
    approved_date = models.DateField(_("批准日期"))
    decided_by = models.CharField(_("批准人"), max_length=100)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    asked_late = models.BooleanField(_("到期后提出"), default=False)

    class Meta:
        ordering = ["pledge", "pk"]
