"""AB岗: a post's page for the system administrator (successor, deputies), and the holder's own deputies."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, WrongState
from pledges.models import Deputy, Post, Role
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import organisation

APPOINT, DEPUTISE, END = "appoint", "deputise", "end"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: PageRequest, pk: int) -> HttpResponse:
    """One post: who holds it, who does it meanwhile, and a successor."""
    forms.demand_administrator(request.actor)
    found = forms.post(request.actor, pk)
    waiting = found.tasks.filter(closed_at=None).count()
    successor = Field(
        "holder", _("继任者"), "select", True, options=forms.person_options(request.actor, but=found.holder)
    )
    deputy = _deputy_fields(request, found)

    def show(faults: dict[str, Any], typed: dict[str, str], status: int | None = None) -> HttpResponse:
        return forms.page(
            request,
            title=str(found),
            why=_("%(role)s · 现任 %(holder)s · ") % {"role": found.get_role_display(), "holder": found.holder or "—"}
            + ngettext("%d 项待办", "%d 项待办", waiting) % waiting,
            fields=[*deputy, successor],
            button="",
            back=reverse("web:organisation"),
            typed=typed,
            faults=faults,
            status=status,
            template="tracker/organisation/post.html",
            post=found,
            waiting=waiting,
            deputies=_deputies([found]),
        )

    def act() -> str:
        if request.POST.get("step") != APPOINT:
            return _act(request, found)
        holder = forms.person(request.actor, request.POST.get("holder", ""))
        if holder is None:
            raise BadInput({"holder": _("请选择继任者。")})
        organisation.appoint(
            actor=request.actor,
            at=clock.now(),
            unit=found.unit,
            role=Role(found.role),
            title=found.title,
            holder=holder,
        )
        return _("%(post)s现由%(holder)s担任。") % {"post": found, "holder": holder}

    return _answer(request, act, show, [*deputy, successor], reverse("web:organisation-post", args=[found.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: PageRequest) -> HttpResponse:
    """The deputies of one's own posts."""
    own = [one for one in request.posts if one.holder_id == request.user.pk]
    named = next((one for one in own if str(one.pk) == request.POST.get("post", "")), own[0] if own else None)
    options = [(str(one.pk), str(one)) for one in own]
    choice = [Field("post", _("岗位"), "select", True, value=options[0][0], options=options)] if len(own) > 1 else []
    fields = [*choice, *_deputy_fields(request, named)] if named else []

    def show(faults: dict[str, Any], typed: dict[str, str], status: int | None = None) -> HttpResponse:
        return forms.page(
            request,
            title=_("我的AB岗"),
            why=_("您不在时由代办人以岗位名义办理,记录同时写明两人。"),
            fields=fields,
            button=_("安排代办"),
            back=reverse("web:home"),
            typed=typed,
            faults=faults,
            status=status,
            template="tracker/organisation/deputies.html",
            deputies=_deputies(own),
        )

    return _answer(request, lambda: _act(request, named), show, fields, reverse("web:deputies"))


def _answer(request: PageRequest, act: Callable[[], str], show: Any, fields: list[Field], onward: str) -> HttpResponse:
    if request.method != "POST":
        return show({}, {})
    typed = forms.typed_in(request, fields)
    try:
        told = act()
    except BadInput as refusal:
        return show(refusal.fields, typed)
    except WrongState as refusal:
        return show({"": refusal.message}, typed, 409)
    messages.success(request, told)
    return redirect(onward)


def _act(request: PageRequest, found: Post | None) -> str:
    """End a deputy, or name one for the post."""
    if request.POST.get("step") == END:
        typed = request.POST.get("deputy", "")
        organisation.end_deputy(int(typed) if forms.is_number(typed) else 0, actor=request.actor, at=clock.now())
        return _("代办已结束。")
    if found is None:
        raise BadInput({"": _("您还没有岗位,不能安排代办。")})
    deputy = organisation.appoint_deputy(
        found,
        forms.person(request.actor, request.POST.get("user", "")),
        _day(request, "start_date"),
        _day(request, "end_date"),
        actor=request.actor,
        at=clock.now(),
    )
    told = {"user": deputy.user, "start": deputy.start_date, "end": deputy.end_date, "post": found}
    return _("%(start)s 至 %(end)s 由%(user)s代办%(post)s。") % told


def _deputy_fields(request: PageRequest, found: Post | None) -> list[Field]:
    options = forms.person_options(request.actor, but=found.holder if found else None)
    return [
        Field("user", _("代办人"), "select", True, options=options),
        Field("start_date", _("起始日"), "date", True, value=clock.today().isoformat()),
        Field("end_date", _("终止日"), "date", True, hint=_("含当天。")),
    ]


def _deputies(of: list[Post]) -> list[Deputy]:
    """Of today and later, then those that are over, each by its days."""
    today = clock.today()
    found = Deputy.objects.filter(post__in=of).select_related("user", "post__unit").order_by("-start_date", "pk")[:50]
    return sorted(found, key=lambda deputy: deputy.end_date < today)


def _day(request: PageRequest, name: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None
