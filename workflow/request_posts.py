"""Who may ask, whose turn it is to answer or decide, and who must stand aside."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import Party, Pledge, Post, Role, Unit
from workflow import assignees, audit, permissions
from workflow.models import Event
from workflow.permissions import Reason

Given = dict[str, Any]  # what was asked for, as values

# Acts that make a conclusion, and those that leave it behind.
CONCLUDING = ("draft_verification", "verify", "settle", "revise_conclusion")
LEAVING = ("reopen", "reopen_on_review")


# Who may ask. The rest of the predicates are `workflow.permissions`'.


def is_lead_unit_or_supporting_head(actor: Actor, pledge: Pledge) -> Reason | None:
    if permissions.is_lead_unit(actor, pledge) is None:
        return None
    unit = actor.unit
    stands_for_unit = actor.has_role(Role.HEAD) or (
        actor.has_role(Role.COORDINATOR) and unit is not None and not permissions.has_head(unit)
    )
    supports = unit is not None and pledge.parties.filter(unit=unit, part=Party.Part.SUPPORT).exists()
    return None if stands_for_unit and supports else _("只有牵头单位和配合单位的负责人可以这样做。")


def is_lead_head_or_supervisor(actor: Actor, pledge: Pledge) -> Reason | None:
    if permissions.is_supervisor(actor, pledge) is None or permissions.is_lead_head(actor, pledge) is None:
        return None
    return _("只有牵头单位负责人或督查室可以这样做。")


def is_lead_head_or_director(actor: Actor, pledge: Pledge) -> Reason | None:
    if permissions.is_director(actor, pledge) is None or permissions.is_lead_head(actor, pledge) is None:
        return None
    return _("只有牵头单位负责人或督查室主任可以这样做。")


# Whose turn. BadInput where there is nobody.


def leader(pledge: Pledge, given: Given) -> Post:
    return assignees.leader(pledge)


def chief(pledge: Pledge, given: Given) -> Post:
    return assignees.chief(pledge.programme)


def director(pledge: Pledge, given: Given) -> Post:
    return assignees.director(pledge)


def proposed_head(pledge: Pledge, given: Given) -> Post:
    """The head of the unit that is to lead."""
    return _head_of(given["lead_unit"])


def allocating_head(pledge: Pledge, given: Given) -> Post:
    """For an allocated share: the head of the unit that allocated it."""
    parent = pledge.parent
    return assignees.head(parent) if parent is not None else assignees.leader(pledge)


def _head_of(unit: Unit) -> Post:
    """The unit's head, its coordinator where there is none; the unit must be able to take the tasks over."""
    posts = Post.objects.filter(unit=unit, role__in=(Role.HEAD, Role.COORDINATOR), is_active=True)
    found: Post | None = posts.order_by("-role", "pk").first()  # "head" sorts after "coordinator"
    if found is None or not unit.is_active:
        raise BadInput({"lead_unit": _("这个单位还没有负责人和联络员,请先在组织机构中设立。")})
    return found


# Recusal: who made a conclusion neither decides its review nor acts for whoever does.


def authors(pledge: Pledge) -> tuple[frozenset[int], frozenset[int]]:
    """The people (user ids) who drafted or decided the conclusion that stands, and the posts (ids) for which a deputy
    did so. Read from the events, which outlast whoever holds a post."""
    events = Event.objects.filter(stream__name=audit.stream_of(pledge), action__in=(*CONCLUDING, *LEAVING))
    people: set[int] = set()
    posts: set[int] = set()
    for action, user, acting_for in events.order_by("sequence").values_list("action", "user", "acting_for"):
        if action in LEAVING:
            people.clear()
            posts.clear()
            continue
        people |= {user} - {None}
        posts |= {acting_for} - {None}
    return frozenset(people), frozenset(posts)


def is_recused(post: Post, pledge: Pledge) -> bool:
    """Whether a post has to stand aside: its holder, or a deputy in its name, made the conclusion."""
    people, posts = authors(pledge)
    return post.pk in posts or post.holder_id in people


def recusal_of(actor: Actor, pledge: Pledge) -> Reason | None:
    """Why this person may not decide, whatever post they act from or stand in for."""
    people, posts = authors(pledge)
    duty = actor.duty
    stands_aside = (actor.user is not None and actor.user.pk in people) or (
        duty is not None and (duty.pk in posts or duty.holder_id in people)
    )
    return _("这一结论由您或所代的岗位作出,复核时应当回避。") if stands_aside else None
