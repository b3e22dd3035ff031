"""Passwords: one's own changed with the old one, and a new first one set by the system administrator.

The events say that it happened and to whom; no password and nothing made of one stands in them.
"""

import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.models import Unit, User
from workflow.organisation import demand_administrator, record

LONGEST = 128  # longer ones only cost hashing


def change_own(*, actor: Actor, old: str, new: str, again: str, at: datetime.datetime) -> User:
    """A person's new password; BadInput with every fault, the rules in the settings included."""
    if actor.user is None:
        raise Forbidden(_("密码由本人更改。"))
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.user.pk)
        faults: dict[str, Any] = {}
        if not old or len(old) > LONGEST or not user.check_password(old):
            faults["old"] = _("原密码不正确,请重新输入;密码区分大小写。")
        elif new == old:
            faults["new"] = _("新密码和原密码相同,请换一个。")
        _demand_fit(user, new, faults)
        if new != again:
            faults["again"] = _("两次输入的新密码不一致,请重新输入。")
        if faults:
            raise BadInput(faults)
        services.set_password(user, encoded=make_password(new))
        record("change_password", actor, at, {"user": user.pk})
    return user


def set_first(user_id: int, *, actor: Actor, new: str, at: datetime.datetime) -> User:
    """A new first password for somebody who has lost theirs, by the system administrator of their government."""
    demand_administrator(actor, None)
    with transaction.atomic():
        units = Unit.objects.visible_to(actor)
        known = User.objects.filter(Q(posts__unit__in=units) | Q(posts=None)).values("pk")
        user = User.objects.select_for_update().filter(pk__in=known, pk=user_id).first()
        if user is None:
            raise Invisible()
        if actor.user is not None and user.pk == actor.user.pk:
            raise BadInput({"": _("自己的密码请在“更改密码”页更改。")})
        faults: dict[str, Any] = {}
        _demand_fit(user, new, faults)
        if faults:
            raise BadInput(faults)
        services.set_password(user, encoded=make_password(new))
        record("set_password", actor, at, {"user": user.pk})
    return user


def _demand_fit(user: User, new: str, faults: dict[str, Any]) -> None:
    if not new:
        faults.setdefault("new", _("请填写新密码。"))
    elif len(new) > LONGEST:
        faults.setdefault("new", _("密码最多 %(longest)d 个字符。") % {"longest": LONGEST})
    else:
        try:
            validate_password(new, user)
        except ValidationError as error:
            faults.setdefault("new", " ".join(error.messages))
