"""Passwords: one's own page, and a new first password for an account by the system administrator."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from knox.models import AuthToken

from config import clock
from pledges.errors import BadInput, Invisible
from pledges.models import User
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.organisation import known_accounts
from tracker.web.requests import PageRequest
from workflow import passwords


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: PageRequest) -> HttpResponse:
    page: dict[str, Any] = {
        "title": _("更改密码"),
        "why": _("更改后,这里的登录保留;其他设备上的登录和接口令牌失效。"),
        "fields": [
            Field("old", _("原密码"), "old_password", required=True),
            Field("new", _("新密码"), "password", required=True, hint=_("至少 8 位,不用常见的词和自己的姓名。")),
            Field("again", _("再输一次新密码"), "password", required=True),
        ],
        "button": _("更改密码"),
        "back": reverse("web:home"),
    }
    if request.method != "POST":
        return forms.page(request, **page)
    old = request.POST.get("old", "")
    # Wrong guesses are counted like those of signing in, and lock after as many; then the right one is none either.
    if len(old) > passwords.LONGEST or authenticate(request, username=request.user.username, password=old) is None:
        old = ""
    try:
        user = passwords.change_own(
            actor=request.actor,
            old=old,
            new=request.POST.get("new", ""),
            again=request.POST.get("again", ""),
            at=clock.now(),
        )
    except BadInput as refusal:
        return forms.page(request, faults=refusal.fields, **page)
    AuthToken.objects.filter(user=user).delete()
    update_session_auth_hash(request, user)
    messages.success(request, _("密码已更改。"))
    return redirect("web:home")


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: PageRequest, pk: int) -> HttpResponse:
    """For somebody who has lost theirs."""
    forms.demand_administrator(request.actor)
    found: User | None = known_accounts(request).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    page: dict[str, Any] = {
        "title": _("重设密码"),
        "why": f"{found.name}({found.username})" + "".join(f" · {post}" for post in found.posts.all()),
        "fields": [
            Field(
                "new",
                _("初始密码"),
                "password",
                required=True,
                hint=_("告知本人;本人登录后在右上角的菜单中更改。原来的登录和接口令牌失效。"),
            ),
        ],
        "button": _("重设密码"),
        "back": reverse("web:organisation-accounts"),
    }
    if request.method != "POST":
        return forms.page(request, **page)
    try:
        user = passwords.set_first(found.pk, actor=request.actor, new=request.POST.get("new", ""), at=clock.now())
    except BadInput as refusal:
        return forms.page(request, faults=refusal.fields, **page)
    AuthToken.objects.filter(user=user).delete()
    messages.success(request, _("已重设密码:%(user)s") % {"user": user.username})
    return redirect("web:organisation-accounts")
