"""Whose task it becomes. A task binds to a post; nothing ever waits for nobody."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.models import Pledge, Post, Programme, Role, Unit
from workflow.models import Task


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


def head(pledge: Pledge) -> Post:
    """The head of the lead unit; where there is none, its coordinator."""
    posts = Post.objects.filter(unit=pledge.lead_unit, role=Role.HEAD, is_active=True).order_by("pk")
    return posts.first() or coordinator(pledge)


def report_checker(pledge: Pledge) -> Post:
    """Who checks a report: the unit that allocated the share, else the unit's supervisor."""
    return coordinator(pledge.parent) if pledge.parent is not None else supervisor(pledge)


def leader(pledge: Pledge) -> Post:
    """The leader of the portfolio the pledge is in; where none was named, the chief."""
    named = pledge.leader
    return named if named is not None and named.is_active else chief(pledge.programme)


def chief(programme: Programme) -> Post:
    """The government's chief leader (市长); where nobody is marked so, its first leader. BadInput without any."""
    posts = Post.objects.filter(unit=programme.government, role=Role.LEADER, is_active=True)
    found: Post | None = posts.order_by("-is_chief", "pk").first()
    if found is None:
        raise BadInput({"": _("还没有市领导的岗位,请先在组织机构中设立。")})
    return found


def director_of(programme: Programme) -> Post:
    return _office_post(programme, Role.DIRECTOR, 0)


def supervisor_of(programme: Programme, unit: Unit) -> Post:
    """The unit's supervisor (对口)."""
    return _office_post(programme, Role.SUPERVISOR, unit.pk)


def head_of(unit: Unit) -> Post:
    """A unit's head; where there is none, its coordinator. BadInput when it has neither."""
    posts = Post.objects.filter(unit=unit, role__in=(Role.COORDINATOR, Role.HEAD), is_active=True)
    found: Post | None = posts.order_by("-role", "pk").first()  # "head" sorts after "coordinator"
    if found is None:
        raise BadInput({"": _("这个单位还没有联络员和负责人,请先在组织机构中设立。")})
    return found


def reviewer_of(programme: Programme, turn: int) -> Post:
    """The supervisor who reviews a document's measures."""
    return _office_post(programme, Role.SUPERVISOR, turn)


def _office_post(programme: Programme, role: Role, turn: int) -> Post:
    posts = list(
        Post.objects.serving(programme.government.path)
        .filter(role__in=(role, Role.DIRECTOR), is_active=True, unit__is_active=True)
        .order_by("pk")
    )
    wanted = [post for post in posts if post.role == role] or posts
    if not wanted:
        raise BadInput({"": _("督查室还没有主任,请先在组织机构中设立。")})
    return wanted[turn % len(wanted)]


# To whom the tasks that follow a pledge's lead unit belong.
OF_LEAD_UNIT: dict[str, Callable[[Pledge], Post]] = {
    Task.Kind.SIGN: coordinator,
    Task.Kind.REPORT: coordinator,
    Task.Kind.SUPPLEMENT: coordinator,
    Task.Kind.ANSWER_URGE: head,
    Task.Kind.APPROVE_CLAIM: head,
    Task.Kind.REVIEW_REPORT: report_checker,
    Task.Kind.DRAFT_VERIFICATION: supervisor,
}
