"""Who may hold which posts together, and what is wrong with the posts as they are.

The three administrators (系统, 安全, 审计) are three accounts, and none of them does the work that they administer or
audit: neither as a post's holder nor as a deputy.
"""

import datetime
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Deputy, Post, Role, Unit, User
from workflow.models import Task
from workflow.permissions import Reason

ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)
WORKING = (Role.SUPERVISOR, Role.DIRECTOR, Role.LEADER, Role.COORDINATOR, Role.HEAD)
OFFICE = (Role.SUPERVISOR, Role.DIRECTOR)


def conflict(role: str, others: Iterable[str]) -> Reason | None:
    """Why someone with ``others`` may not have ``role`` as well, or None."""
    for other in others:
        if role in ADMINISTRATORS and other in ADMINISTRATORS and role != other:
            return _("系统、安全、审计三个管理员由三个账号分别担任,%(held)s不能再任%(role)s。") % _labels(role, other)
        if (role in ADMINISTRATORS and other in WORKING) or (role in WORKING and other in ADMINISTRATORS):
            return _("管理员不能同时办理业务,%(held)s不能再任%(role)s。") % _labels(role, other)
    return None


def _labels(role: str, held: str) -> dict[str, object]:
    return {"held": Role(held).label, "role": Role(role).label}


def roles_of(user: User, *, today: datetime.date, but: Post | None = None) -> list[str]:
    """The roles a person has: of posts held, and of those done as a deputy today or on a later day. ``but`` leaves
    out one post."""
    deputising = Q(deputies__user=user, deputies__end_date__gte=today)
    posts = Post.objects.filter(Q(holder=user) | deputising, is_active=True)
    if but is not None and but.pk is not None:
        posts = posts.exclude(pk=but.pk)
    return sorted(set(posts.order_by().values_list("role", flat=True)))


def first_conflict(role: str, user: User, *, today: datetime.date, but: Post | None = None) -> Reason | None:
    """Why this person may not have the role, by all that they hold or do as a deputy."""
    return conflict(role, roles_of(user, today=today, but=but))


def abandoned_without(user: User, *, today: datetime.date) -> list[Post]:
    """Posts with open tasks that nobody would do if this person left today."""
    others = Q(deputies__start_date__lte=today, deputies__end_date__gte=today, deputies__user__is_active=True)
    covered = Post.objects.filter(others & ~Q(deputies__user=user)).values("pk")
    waiting = Task.objects.open().values("post")
    return list(
        Post.objects.filter(holder=user, is_active=True, pk__in=waiting).exclude(pk__in=covered).select_related("unit")
    )


def faults(*, today: datetime.date) -> list[str]:
    """What is wrong with the posts as they stand, one sentence each; a fixed number of queries."""
    return [str(one) for one in (*_mixed(today), *_offices_of_one(), *_unheld(today))]


def _mixed(today: datetime.date) -> Iterator[Reason]:
    roles: dict[int, dict[str, None]] = {}
    names: dict[int, User] = {}
    held = Post.objects.filter(is_active=True, holder__is_active=True).select_related("holder").order_by("pk")
    done = Deputy.objects.filter(end_date__gte=today, post__is_active=True, user__is_active=True)
    for post in held:
        assert post.holder is not None  # noqa: S101  the filter asks for an active one
        names[post.holder.pk] = post.holder
        roles.setdefault(post.holder.pk, {})[post.role] = None
    for deputy in done.select_related("user", "post").order_by("pk"):
        names[deputy.user_id] = deputy.user
        roles.setdefault(deputy.user_id, {})[deputy.post.role] = None
    for pk, mine in sorted(roles.items()):
        reasons = (conflict(role, list(mine)[:index]) for index, role in enumerate(mine))
        reason = next((one for one in reasons if one is not None), None)
        if reason is not None:
            yield _("账号 %(account)s:%(reason)s") % {"account": names[pk].username, "reason": reason}


def _offices_of_one() -> Iterator[Reason]:
    people: dict[int, set[int]] = {}
    posts = Post.objects.filter(role__in=OFFICE, is_active=True, holder__is_active=True)
    for unit_id, holder_id in posts.order_by().values_list("unit", "holder"):
        people.setdefault(unit_id, set()).add(holder_id)
    for unit in Unit.objects.filter(kind=Unit.Kind.OFFICE, is_active=True):
        if len(people.get(unit.pk, set())) < 2:
            yield _("%(unit)s在岗不足两人:核验须一人拟稿、另一人审定,现在无法办理。") % {"unit": unit}


def _unheld(today: datetime.date) -> Iterator[Reason]:
    left = Task.objects.open().reminding_nobody(today).order_by().values("post")
    for post in Post.objects.filter(pk__in=left).select_related("unit"):
        yield _("%(post)s有待办,但没有在岗的人办理。") % {"post": post}
