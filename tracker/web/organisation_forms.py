"""Forms of the organisation's pages: boxes made of `fields.Field`, one template, faults at the field."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.errors import Forbidden, Invisible
from pledges.models import Post, Role, Unit, User
from tracker.web.fields import Field, Option
from tracker.web.requests import PageRequest
from workflow import organisation

Typed = Mapping[str, str]


def demand_administrator(actor: Actor) -> None:
    if not organisation.is_administrator(actor):
        raise Forbidden(_("组织机构和工作日历由系统管理员管理。"))


def page(
    request: PageRequest,
    *,
    title: Any,
    why: Any,
    fields: Sequence[Field],
    button: Any,
    back: str,
    typed: Typed | None = None,
    faults: Mapping[str, Any] | None = None,
    template: str = "tracker/organisation/form.html",
    status: int | None = None,
    **more: Any,
) -> HttpResponse:
    """The form with what was typed in its boxes; 422 where there are faults."""
    filled = fill(fields, typed or {}, faults or {})
    context = {"title": title, "why": why, "fields": filled, "button": button, "back": back, **more}
    context |= summary(filled, faults or {})
    return render(request, template, context, status=status or (422 if faults else 200))


def fill(fields: Sequence[Field], typed: Typed, faults: Mapping[str, Any]) -> list[Field]:
    return [replace(one, value=typed.get(one.name, one.value), fault=faults.get(one.name, "")) for one in fields]


def summary(fields: Sequence[Field], faults: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields}
    return {
        "summary": [(name, words) for name, words in faults.items() if name in known],
        "general": [words for name, words in faults.items() if name not in known],
    }


def typed_in(request: PageRequest, fields: Sequence[Field]) -> dict[str, str]:
    return {one.name: request.POST.get(one.name, "").strip() for one in fields}


def people(actor: Actor, *, but: User | None = None) -> Any:
    """Open accounts of the actor's government, and those that hold no post yet."""
    units = Unit.objects.visible_to(actor)
    held = Post.objects.filter(is_active=True).select_related("unit")
    found = User.objects.filter(Q(posts__unit__in=units) | Q(posts=None), is_active=True).distinct()
    found = found.exclude(pk=but.pk) if but is not None else found
    return found.prefetch_related(Prefetch("posts", queryset=held)).order_by("name", "pk")


def person_options(actor: Actor, *, but: User | None = None) -> list[Option]:
    """Each with the posts held, since names repeat."""
    return [(str(user.pk), _labelled(user)) for user in people(actor, but=but)]


def _labelled(user: User) -> str:
    posts = "、".join(str(post) for post in user.posts.all())
    return f"{user.name}({posts or user.username})"


def unit_options(actor: Actor) -> list[Option]:
    units = Unit.objects.visible_to(actor).filter(is_active=True).order_by("path")
    return [(str(unit.pk), str(unit)) for unit in units]


def role_options() -> list[Option]:
    return [(role.value, role.label) for role in Role]


def person(actor: Actor, typed: str) -> User | None:
    """The chosen account, None for none or one that is not offered."""
    found: User | None = people(actor).filter(pk=typed).first() if is_number(typed) else None
    return found


def unit(actor: Actor, typed: str) -> Unit | None:
    found: Unit | None = Unit.objects.visible_to(actor).filter(pk=typed).first() if is_number(typed) else None
    return found


def post(actor: Actor, pk: int) -> Post:
    found: Post | None = (
        Post.objects.filter(unit__in=Unit.objects.visible_to(actor), pk=pk, is_active=True)
        .select_related("unit", "holder")
        .first()
    )
    if found is None:
        raise Invisible()
    return found


def is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 16
