"""Units, posts and the people who hold them."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pledges.querysets import PostQuerySet, UnitQuerySet


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person's account. Rights come from posts alone: there is no staff flag and no superuser."""

    username = models.CharField(_("账号"), max_length=64, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("姓名"), max_length=64)
    email = models.EmailField(_("电子邮箱"), blank=True)
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("启用"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Unit(models.Model):
    """A body in the tree of government: a city, its counties, bureaus and offices.

    ``path`` holds the ids from the root to this unit as ``"/1/4/"``, so that "this unit and below" is one prefix.
    """

    class Kind(models.TextChoices):
        CITY = "city", _("市")
        COUNTY = "county", _("县区")
        BUREAU = "bureau", _("部门")
        OFFICE = "office", _("督查室")

    name = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, unique=True, editable=False)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    position = models.PositiveIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="unit_named_once_under_parent"),
            models.UniqueConstraint(fields=["name"], condition=Q(parent=None), name="government_named_once"),
        ]

    def __str__(self) -> str:
        """The name in the reader's language; the Chinese one where no other was given."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("联络员")
    HEAD = "head", _("部门负责人")
    SUPERVISOR = "supervisor", _("督查专员")
    DIRECTOR = "director", _("督查室主任")
    LEADER = "leader", _("市领导")
    STATISTICIAN = "statistician", _("统计数据员")
    AUDITOR = "auditor", _("审计管理员")
    SYSTEM_ADMINISTRATOR = "system_admin", _("系统管理员")
    SECURITY_ADMINISTRATOR = "security_admin", _("安全管理员")


class Post(models.Model):
    """A role in a unit. Duties and tasks bind to it; whoever holds it has them."""

    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    title = models.CharField(_("职务"), max_length=60)
    holder = models.ForeignKey(
        User, verbose_name=_("现任"), null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    is_chief = models.BooleanField(
        _("主要负责人"), default=False, help_text="the mayor: decides what goes past the year's end or lowers a target"
    )
    is_active = models.BooleanField(_("启用"), default=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["unit__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "role", "title"], name="post_named_once_in_unit")]

    def __str__(self) -> str:
        """Unit and title run on in Chinese; titles have no English, so English names the role."""
        if get_language() == "en":
            return f"{self.get_role_display()}, {self.unit}"
        return f"{self.unit}{self.title}"


class Deputy(models.Model):
    """Someone who does a post's duties for a while (AB岗); the record names both."""

    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="deputies")
    user = models.ForeignKey(User, verbose_name=_("代办人"), on_delete=models.PROTECT, related_name="deputyships")
    start_date = models.DateField(_("起始日"))
    end_date = models.DateField(_("终止日"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="deputy_ends_after_start")
        ]
