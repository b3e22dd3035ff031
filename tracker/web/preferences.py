"""接收设置: which reminders come by mail as well, and the language they speak."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.web.requests import PageRequest
from workflow import preferences as choosing
from workflow.models import Preference


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PageRequest) -> HttpResponse:
    """What is ticked is wanted by mail; the inbox shows everything."""
    if request.method == "POST":
        choosing.choose(request.user, request.POST.getlist("email"))
        messages.success(request, _("接收设置已保存。"))
        return redirect("web:preferences")
    silenced = choosing.silenced(request.user)
    groups: list[dict[str, Any]] = [
        {"value": group.value, "label": group.label, "is_on": group.value not in silenced} for group in Preference.Group
    ]
    return render(
        request,
        "tracker/inbox/preferences.html",
        {"groups": groups, "why": _why(request), "languages": settings.LANGUAGES},
    )


def _why(request: PageRequest) -> str:
    if request.user.email:
        return _("提醒都在收件页;勾选的还会发到 %(email)s,只含数量和链接。") % {"email": request.user.email}
    return _("提醒都在收件页。您的账号还没有电子邮箱,请联系系统管理员登记。")
