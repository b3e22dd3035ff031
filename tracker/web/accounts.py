"""Coming and going: sign-in and sign-out, the language, the post one acts from, and where one lands."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.models import Role, User
from tracker.web.context import HOMES
from tracker.web.middleware import LANGUAGE_COOKIE, POST_KEY
from tracker.web.requests import PageRequest

YEAR = datetime.timedelta(days=365)
CHOSEN_BEFORE_SIGNING_IN = "language"


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": gettext_lazy("账号或密码不正确,请核对后重新输入;密码区分大小写。"),
        "inactive": gettext_lazy("这个账号已停用,请联系系统管理员。"),
    }


class SignIn(views.LoginView):
    """Wrong passwords are counted by axes; after too many `locked_out` answers."""

    template_name = "tracker/accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        chosen = self.request.session.pop(CHOSEN_BEFORE_SIGNING_IN, None)
        response = super().form_valid(form)
        if chosen is not None:
            User.objects.filter(pk=form.get_user().pk).update(language=chosen)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


def locked_out(
    request: HttpRequest, response: HttpResponseBase | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What axes answers after too many wrong passwords: when to try again."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "retry_at": clock.now() + settings.AXES_COOLOFF_TIME}
    return render(request, "tracker/accounts/locked_out.html", context, status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("您已退出。"))
    return redirect("web:sign-in")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Kept with the person; for a visitor in a cookie, and with the person once they sign in."""
    language = request.POST.get("language", "")
    response = redirect(local_address(request, request.POST.get("next", ""), otherwise="/"))
    if language in dict(settings.LANGUAGES):
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="Lax")
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
        else:
            request.session[CHOSEN_BEFORE_SIGNING_IN] = language
    return response


@login_required
@require_POST
def choose_post(request: PageRequest) -> HttpResponse:
    """Act from another of one's posts; anything else is ignored."""
    chosen = next((post for post in request.posts if str(post.pk) == request.POST.get("post")), None)
    if chosen is not None:
        request.session[POST_KEY] = chosen.pk
        messages.info(request, _("现在的岗位:%(post)s") % {"post": chosen})
    return redirect("web:home")


@login_required
@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Each role's first page; a page with an explanation for those who have none yet."""
    role = request.actor.role
    if role in HOMES:
        return redirect(HOMES[Role(role)])
    return render(request, "tracker/accounts/no_pages.html")


def local_address(request: HttpRequest, wanted: str, *, otherwise: str) -> str:
    """``wanted`` when it is a path of this site, else ``otherwise``."""
    is_local = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_local else otherwise
