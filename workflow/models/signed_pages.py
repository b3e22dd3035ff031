"""What was signed on paper: the scan, who signed, and who put it on record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import Period, Post, User


class SignedPage(models.Model):
    """签字页: kept byte for byte. ``signer`` is the person on the paper, not the one who records it.

    Reviews, requests and instructions name the page that bears them out; a reopening is an event alone, so the page
    names the periods that it reopened.
    """

    filename = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField(_("扫描件"))
    sha256 = models.CharField(max_length=64)
    signer = models.CharField(_("签字人"), max_length=60)
    signed_date = models.DateField(_("签字日期"))
    recorded_by = models.ForeignKey(User, verbose_name=_("代录人"), on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("录入时间"))
    reopened = models.ManyToManyField(Period, blank=True, related_name="reopening_pages")
