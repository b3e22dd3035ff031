"""管理: one unit, its names, and whether it is in use."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Invisible, WrongState
from pledges.models import Unit
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: PageRequest, pk: int) -> HttpResponse:
    """On POST ``step`` says what is sent: the names, or that the unit is closed or opened."""
    forms.demand_administrator(request.actor)
    found: Unit | None = Unit.objects.visible_to(request.actor).select_related("parent").filter(pk=pk).first()
    if found is None:
        raise Invisible()
    if request.method != "POST":
        return _page(request, found)
    by: dict[str, Any] = {"actor": request.actor, "at": clock.now()}
    typed = forms.typed_in(request, _fields(found))
    try:
        if request.POST.get("step") == "close":
            units.close(pk, **by)
        elif request.POST.get("step") == "open":
            units.reopen(pk, **by)
        else:
            aliases = typed["aliases"].replace(",", "、").split("、")
            found = units.change(pk, name=typed["name"], name_en=typed["name_en"], aliases=aliases, **by)
    except BadInput as refusal:
        names = typed if request.POST.get("step") not in ("close", "open") else {}
        return _page(request, found, typed=names, faults=refusal.fields)
    except WrongState as refusal:
        return _page(request, found, faults={"": refusal.message}, status=409)
    done = {"close": _("已停用单位:%(unit)s"), "open": _("已启用单位:%(unit)s")}
    said = done.get(request.POST.get("step", ""), _("已修改单位:%(unit)s"))
    messages.success(request, said % {"unit": found})
    return redirect("web:organisation")


def _fields(found: Unit) -> list[Field]:
    hint = _("简称和曾用名,用顿号隔开;导入文件时据此认出单位。改名后原名自动列入。")
    return [
        Field("name", _("单位名称"), "text", required=True, value=found.name),
        Field("name_en", _("英文名称"), "text", value=found.name_en),
        Field("aliases", _("别名"), "text", value="、".join(found.aliases), hint=hint),
    ]


def _page(
    request: PageRequest,
    found: Unit,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Any] | None = None,
    status: int | None = None,
) -> HttpResponse:
    above = [str(found.get_kind_display()), *([str(found.parent)] if found.parent else [])]
    return forms.page(
        request,
        title=str(found),
        why=" · ".join([*above, _("启用") if found.is_active else _("已停用")]),
        fields=_fields(found),
        button=_("保存"),
        back=reverse("web:organisation"),
        typed=typed,
        faults=faults,
        template="tracker/organisation/unit.html",
        status=status,
        unit=found,
    )
