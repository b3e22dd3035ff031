"""What a person wants to be told where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import User


class Preference(models.Model):
    """One group of reminders on one channel, for one person; without a row it is on. The inbox is always on."""

    class Group(models.TextChoices):
        COMING = "coming", _("将到期、开始填报")
        OVERDUE = "overdue", _("逾期、未报送")
        COPIES = "copies", _("抄送:本单位逾期")
        AT_ONCE = "at_once", _("催办、督办单、批示,即时发送")

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    group = models.CharField(_("类别"), max_length=10, choices=Group)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel, default=Channel.EMAIL)
    is_on = models.BooleanField(_("接收"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group", "channel"], name="preference_once_a_group_and_channel")
        ]
