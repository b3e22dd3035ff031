"""Whose task it becomes. A task binds to a post; nothing ever waits for nobody."""

from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.models import Pledge, Post, Programme, Role


def director(pledge: Pledge) -> Post:
    """The director of the supervision office."""
    return _office_post(pledge.programme, Role.DIRECTOR, 0)


def supervisor(pledge: Pledge) -> Post:
    """One of the office's supervisors; a unit's items always go to the same one (对口)."""
    return _office_post(pledge.programme, Role.SUPERVISOR, pledge.lead_unit_id or 0)


def coordinator(pledge: Pledge) -> Post:
    """The coordinator of the lead unit; where there is none, its head. BadInput when the unit has neither."""
    posts = list(
        Post.objects.filter(unit=pledge.lead_unit, role__in=(Role.COORDINATOR, Role.HEAD), is_active=True).order_by(
            "role",
            "pk",  # "coordinator" sorts before "head"
        )
    )
    if not posts:
        raise BadInput({"lead_unit": _("这个单位还没有联络员,请先在组织机构中设立,再交办。")})
    return posts[0]


def reviewer_of(programme: Programme, turn: int) -> Post:
    """The supervisor who reviews a document's measures."""
    return _office_post(programme, Role.SUPERVISOR, turn)


def _office_post(programme: Programme, role: Role, turn: int) -> Post:
    posts = list(
        Post.objects.filter(
            role__in=(role, Role.DIRECTOR), unit__path__startswith=programme.government.path, is_active=True
        ).order_by("pk")
    )
    wanted = [post for post in posts if post.role == role] or posts
    if not wanted:
        raise BadInput({"": _("督查室还没有主任,请先在组织机构中设立。")})
    return wanted[turn % len(wanted)]
