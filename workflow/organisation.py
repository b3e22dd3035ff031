"""The organisation: units, posts, people and deputies. Each act writes its event in the ``organisation`` stream.

An installation is set up with `establish`; afterwards the system administrator does the rest, and the holder of a post
names their own deputies.
"""

import datetime
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.models import Deputy, Post, Role, Unit, User
from workflow import audit, posts
from workflow.context import day_of
from workflow.models import Task

STREAM = "organisation"


@dataclass(frozen=True)
class Organisation:
    """What was set up, by the codes of the file: units, leaders' posts, and every post by its holder's username."""

    units: dict[str, Unit]
    leaders: dict[str, Post]
    posts: dict[str, Post]


def establish(given: Mapping[str, Any], *, password_for: Callable[[str], str], at: datetime.datetime) -> Organisation:
    """Set up a whole organisation from a description in the form of samples/city.json (samples/README.md).

    ``password_for`` gives each username its first password; alike passwords are hashed once. Call inside a
    transaction. Raises KeyError for a code that no unit has, BadInput for a weak password.
    """
    root = given["government"]
    units: dict[str, Unit] = {}
    for position, unit in enumerate(sorted(given["units"], key=lambda unit: bool(unit["code"] != root))):
        units[unit["code"]] = add_unit(
            actor=SYSTEM,
            at=at,
            name=unit["name"],
            name_en=unit.get("name_en", ""),
            kind=Unit.Kind(unit["kind"]),
            aliases=unit.get("aliases", []),
            parent=units[unit.get("parent", root)] if unit["code"] != root else None,
            position=position,
        )
    encode = functools.cache(make_password)

    def seat(person: Mapping[str, Any], role: Role) -> Post:
        password = password_for(person["username"])
        user = add_user(
            actor=SYSTEM,
            at=at,
            username=person["username"],
            name=person["name"],
            password=password,
            email=person.get("email", ""),
            encoded=encode(password),
        )
        return appoint(
            actor=SYSTEM,
            at=at,
            unit=units[person["unit"]],
            role=role,
            title=person["title"],
            holder=user,
            is_chief=bool(person.get("chief", False)),
        )

    seats = {person["username"]: seat(person, Role(person["role"])) for person in given["people"]}
    leaders = {leader["code"]: seat(leader, Role.LEADER) for leader in given["leaders"]}
    seats |= {leader["username"]: leaders[leader["code"]] for leader in given["leaders"]}
    return Organisation(units=units, leaders=leaders, posts=seats)


def add_unit(
    *,
    actor: Actor,
    at: datetime.datetime,
    name: str,
    kind: Unit.Kind,
    parent: Unit | None,
    name_en: str = "",
    aliases: Iterable[str] = (),
    position: int = 0,
) -> Unit:
    demand_administrator(actor, parent)
    faults: dict[str, Any] = {}
    if not name.strip():
        faults["name"] = _("请填写单位名称。")
    elif len(name.strip()) > 100:
        faults["name"] = _("单位名称最多 100 字。")
    elif Unit.objects.filter(parent=parent, name=name.strip()).exists():
        faults["name"] = _("上级单位下已有同名单位。")
    if faults:
        raise BadInput(faults)
    with transaction.atomic():
        unit = services.create_unit(
            name=name.strip(), kind=kind, parent=parent, name_en=name_en, aliases=list(aliases), position=position
        )
        record("add_unit", actor, at, {"unit": unit.pk, "name": unit.name, "parent": parent})
    return unit


def add_user(
    *,
    actor: Actor,
    at: datetime.datetime,
    username: str,
    name: str,
    password: str,
    email: str = "",
    encoded: str = "",
) -> User:
    """A new account. BadInput with every fault, a password too weak for the rules in the settings included.

    ``encoded`` spares hashing a password again that many accounts share, as in a demonstration.
    """
    demand_administrator(actor, None)
    faults: dict[str, Any] = {}
    try:
        UnicodeUsernameValidator()(username)
        is_well_formed = 0 < len(username) <= 64
    except ValidationError:
        is_well_formed = False
    if not is_well_formed:
        faults["username"] = _("账号请用字母、数字和 @ . + - _,最多 64 个字符。")
    elif User.objects.filter(username=username).exists():
        faults["username"] = _("这个账号已经有了,请换一个。")
    if not 0 < len(name.strip()) <= 64:
        faults["name"] = _("请填写姓名,最多 64 字。")
    try:
        validate_password(password, User(username=username, name=name, email=email))
    except ValidationError as error:
        faults["password"] = " ".join(error.messages)
    if faults:
        raise BadInput(faults)
    with transaction.atomic():
        user = services.create_user(
            username=username, name=name.strip(), email=email, encoded=encoded or make_password(password)
        )
        record("add_user", actor, at, {"user": user.pk, "username": username})
    return user


def appoint(
    *,
    actor: Actor,
    at: datetime.datetime,
    unit: Unit,
    role: Role,
    title: str,
    holder: User | None,
    is_chief: bool | None = None,
) -> Post:
    """Set up a post, or give an existing one to a successor, who inherits its open tasks; the events go on naming who
    acted. BadInput for a person who may not hold it beside what they have (`workflow.posts`)."""
    demand_administrator(actor, unit)
    title = title.strip()
    if not 0 < len(title) <= 60:
        raise BadInput({"title": _("请填写职务,最多 60 字。")})
    with transaction.atomic():
        former = Post.objects.select_for_update(of=("self",)).filter(unit=unit, role=role, title=title).first()
        if holder is None:
            if former is not None and Task.objects.open().filter(post=former).exists():
                raise BadInput({"holder": _("这个岗位还有待办,请指定继任的人。")})
        else:
            _demand_fit(holder, role, at=at, field="holder", but=former)
        post = services.fill_post(unit=unit, role=role, title=title, holder=holder, is_chief=is_chief)
        record("appoint", actor, at, {"post": post.pk, "holder": holder, "former": former and former.holder_id})
    return post


def deactivate(user_id: int, *, actor: Actor, at: datetime.datetime, successor: User | None = None) -> User:
    """Close an account for signing in. With ``successor`` every post it holds goes to that person; without, it is
    refused while nobody else would do the open tasks of one of its posts."""
    demand_administrator(actor, None)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise Invisible()
        if actor.user is not None and user.pk == actor.user.pk:
            raise BadInput({"": _("不能停用自己的账号,请由另一位系统管理员办理。")})
        if successor is not None and successor.pk == user.pk:
            raise BadInput({"successor": _("请指定另一位继任的人。")})
        if successor is None:
            left = posts.abandoned_without(user, today=day_of(at))
            if left:
                names = "、".join(str(post) for post in left)
                raise BadInput({"successor": _("%(posts)s还有待办,请指定继任的人。") % {"posts": names}})
        else:
            for post in Post.objects.filter(holder=user, is_active=True).select_related("unit").order_by("pk"):
                appoint(actor=actor, at=at, unit=post.unit, role=Role(post.role), title=post.title, holder=successor)
        services.set_user_active(user, is_active=False)
        record("deactivate", actor, at, {"user": user.pk, "successor": successor})
    return user


def reactivate(user_id: int, *, actor: Actor, at: datetime.datetime) -> User:
    """Open a closed account again, with the posts that it still holds."""
    demand_administrator(actor, None)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise Invisible()
        services.set_user_active(user, is_active=True)
        record("reactivate", actor, at, {"user": user.pk})
    return user


def appoint_deputy(
    post: Post,
    user: User | None,
    start_date: datetime.date | None,
    end_date: datetime.date | None,
    *,
    actor: Actor,
    at: datetime.datetime,
) -> Deputy:
    """Someone does a post's duties from the first to the last day (AB岗). By the system administrator, or the holder
    for their own post. BadInput for days that run backwards or overlap another deputy's of the post."""
    _demand_own_or_administrator(actor, post)
    faults: dict[str, Any] = {}
    if user is None:
        faults["user"] = _("请选择代办的人。")
    if start_date is None:
        faults["start_date"] = _("请填写起始日。")
    elif start_date < day_of(at):
        faults["start_date"] = _("起始日不能早于今天。")
    if end_date is None:
        faults["end_date"] = _("请填写终止日。")
    elif start_date is not None and end_date < start_date:
        faults["end_date"] = _("终止日不能早于起始日。")
    if faults or user is None or start_date is None or end_date is None:
        raise BadInput(faults)
    with transaction.atomic():
        Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        if user.pk == post.holder_id:
            raise BadInput({"user": _("本人就在这个岗位上,请选择另一个人代办。")})
        _demand_fit(user, Role(post.role), at=at, field="user")
        taken = Deputy.objects.filter(post=post, start_date__lte=end_date, end_date__gte=start_date)
        other = taken.select_related("user").first()
        if other is not None:
            told = {"user": other.user, "start": other.start_date, "end": other.end_date}
            raise BadInput({"start_date": _("%(start)s 至 %(end)s 已由%(user)s代办,请错开日期。") % told})
        deputy = services.add_deputy(post=post, user=user, start_date=start_date, end_date=end_date)
        given = {"post": post.pk, "user": user, "start_date": start_date, "end_date": end_date}
        record("appoint_deputy", actor, at, given)
    return deputy


def end_deputy(deputy_id: int, *, actor: Actor, at: datetime.datetime) -> None:
    """The deputy does nothing more from now on; what was done stays on record."""
    with transaction.atomic():
        deputy = (
            Deputy.objects.select_for_update(of=("self",)).filter(pk=deputy_id).select_related("post__unit").first()
        )
        if deputy is None:
            raise Invisible()
        _demand_own_or_administrator(actor, deputy.post)
        today = day_of(at)
        if deputy.end_date < today:
            raise WrongState(_("这段代办已经结束。"))
        record("end_deputy", actor, at, {"post": deputy.post_id, "user": deputy.user_id, "end_date": deputy.end_date})
        services.end_deputy(deputy, last_date=today - datetime.timedelta(days=1))


def is_administrator(actor: Actor) -> bool:
    return actor.has_role(Role.SYSTEM_ADMINISTRATOR)


def demand_administrator(actor: Actor, unit: Unit | None) -> None:
    """The system administrator, within their own government; the installation itself."""
    if actor.is_system:
        return
    if not is_administrator(actor):
        raise Forbidden(_("只有系统管理员可以这样做。"))
    if unit is not None and not Unit.objects.visible_to(actor).filter(pk=unit.pk).exists():
        raise Invisible()


def _demand_own_or_administrator(actor: Actor, post: Post) -> None:
    is_holder = actor.user is not None and actor.user.pk == post.holder_id
    if is_holder:
        return
    if not actor.is_system and not Unit.objects.visible_to(actor).filter(pk=post.unit_id).exists():
        raise Invisible()
    if not actor.is_system and not is_administrator(actor):
        raise Forbidden(_("只有岗位的现任本人或系统管理员可以安排代办。"))


def _demand_fit(user: User, role: Role, *, at: datetime.datetime, field: str, but: Post | None = None) -> None:
    """The account is open, and may have the role beside what it has. Its row stays locked, so that two appointments
    at once see each other."""
    fresh = User.objects.select_for_update().get(pk=user.pk)
    if not fresh.is_active:
        raise BadInput({field: _("这个账号已停用。")})
    reason = posts.first_conflict(role, fresh, today=day_of(at), but=but)
    if reason is not None:
        raise BadInput({field: reason})


def record(action: str, actor: Actor, at: datetime.datetime, payload: dict[str, Any]) -> None:
    audit.append(stream=STREAM, action=action, actor=actor, at=at, payload=payload)
