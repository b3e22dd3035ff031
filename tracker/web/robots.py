"""群机器人: the system administrator sets up which groups are told a unit's counts, and tries them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from pledges.errors import BadInput, Invisible
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import robot_edits
from workflow.models import Robot

FLAGS = (*robot_edits.WANTS, "is_active")


@login_required
@require_safe
def robots(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    rows = list(robot_edits.visible_to(request.actor))
    count = len(rows)
    why = ngettext("%(count)d 个群机器人", "%(count)d 个群机器人", count) % {"count": count}
    told = why + _(",每个工作日向群里报一次本单位待办的数量,只含数量和链接。")
    return render(request, "tracker/organisation/robots.html", {"robots": rows, "why": told})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    return _form(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def robot(request: PageRequest, pk: int) -> HttpResponse:
    forms.demand_administrator(request.actor)
    return _form(request, _found(request, pk))


@login_required
@require_POST
def test(request: PageRequest, pk: int) -> HttpResponse:
    """Have the robot speak in its group now; the page says how it went."""
    forms.demand_administrator(request.actor)
    fault = robot_edits.test(pk, actor=request.actor, at=clock.now())
    if fault:
        messages.error(request, _("测试消息没有送达:%(fault)s") % {"fault": fault})
    else:
        messages.success(request, _("测试消息已送达,请到群里查看。"))
    return redirect("web:robot", pk)


def _found(request: PageRequest, pk: int) -> Robot:
    found: Robot | None = robot_edits.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    return found


def _form(request: PageRequest, robot: Robot | None) -> HttpResponse:
    fields = _fields(request, robot)
    page: dict[str, Any] = {
        "title": robot.name if robot else _("添加群机器人"),
        "why": _("在群里添加自定义机器人后,把平台给出的地址和加签密钥填在这里;设关键词的,填“提醒”。"),
        "fields": fields,
        "button": _("保存") if robot else _("添加"),
        "back": reverse("web:robots"),
        "template": "tracker/organisation/robot.html",
        "robot": robot,
    }
    if request.method != "POST":
        return forms.page(request, **page)
    typed = forms.typed_in(request, fields)
    given: dict[str, Any] = {**typed, "unit": forms.unit(request.actor, typed["unit"])}
    given |= {name: bool(typed[name]) for name in FLAGS}
    try:
        if robot is None:
            saved = robot_edits.add(given, actor=request.actor, at=clock.now())
        else:
            saved = robot_edits.change(robot.pk, given, actor=request.actor, at=clock.now())
    except BadInput as refusal:
        typed.pop("secret", None)
        return forms.page(request, typed=typed, faults=refusal.fields, **page)
    messages.success(request, _("已保存:%(robot)s。可以发一条测试消息。") % {"robot": saved.name})
    return redirect("web:robot", saved.pk)


def _fields(request: PageRequest, robot: Robot | None) -> list[Field]:
    """The address is never shown again: whoever has it can write to the group."""
    kinds = [(kind.value, kind.label) for kind in Robot.Kind]
    kept = _("现在的地址在 %(host)s;不改的不用填。") % {"host": robot.host} if robot else ""
    signed = _("钉钉、飞书开启“加签”或“签名校验”时填写;企业微信没有。")
    return [
        Field(
            "unit",
            _("单位"),
            "select",
            True,
            value=str(robot.unit_id) if robot else "",
            options=forms.unit_options(request.actor),
        ),
        Field("name", _("群名"), "text", True, value=robot.name if robot else ""),
        Field("kind", _("平台"), "radios", True, value=robot.kind if robot else "", options=kinds),
        Field("url", _("地址"), "link", robot is None, hint=kept),
        Field("secret", _("加签密钥"), "password", hint=signed),
        Field(
            "language",
            _("语言"),
            "radios",
            True,
            value=robot.language if robot else "zh-hans",
            options=list(settings.LANGUAGES),
        ),
        *(
            Field(name, label, "flag", value="on" if robot is None or getattr(robot, name) else "")
            for name, label in (
                ("wants_overdue", _("报逾期的数量")),
                ("wants_coming", _("报七个工作日内到期的数量")),
                ("wants_at_once", _("催办、督办单、批示即时通知")),
                ("is_active", _("启用")),
            )
        ),
    ]
