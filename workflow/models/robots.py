"""群机器人: the chat groups that are told how many things wait in a unit."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import Unit


class Robot(models.Model):
    """A group robot of one vendor, which speaks of one unit's posts: counts and a link, nothing else.

    Its address and its secret let anybody write to the group: no page, no event and no error names them.
    """

    class Kind(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")

    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="robots")
    name = models.CharField(_("群名"), max_length=60)
    kind = models.CharField(_("平台"), max_length=10, choices=Kind)
    url = models.CharField(_("地址"), max_length=500)
    secret = models.CharField(_("加签密钥"), max_length=200, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    wants_overdue = models.BooleanField(_("逾期"), default=True)
    wants_coming = models.BooleanField(_("将到期"), default=True)
    wants_at_once = models.BooleanField(_("即时"), default=True)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["unit__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="robot_named_once_in_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The address without what makes it secret."""
        return urlsplit(self.url).hostname or ""
