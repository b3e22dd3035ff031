"""指定数据来源: whose number counts for a target, named by the office while the pledge is a draft."""

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
from pledges.errors import BadInput, Invisible, Stale, WrongState
from pledges.models import FigureNumber, Pledge, Target, Unit
from tracker import words
from tracker.web import organisation_forms as forms
from tracker.web.fields import Field
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from workflow import target_sources as service


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: PageRequest, pk: int, target: int) -> HttpResponse:
    pledge = visible(pk, request.actor)
    found = next((one for one in pledge.targets.all() if one.pk == target), None)
    if found is None:
        raise Invisible()
    refused = service.refusal(pledge, request.actor)
    if refused is not None:
        raise refused
    fields = _boxes(pledge, found)
    typed: dict[str, str] = {}
    faults: Mapping[str, Any] = {}
    conflict: Stale | WrongState | None = None
    if request.method == "POST":
        typed = forms.typed_in(request, fields)
        version = request.POST.get("version", "")
        try:
            service.name(
                pk,
                actor=request.actor,
                version=int(version) if forms.is_number(version) else None,
                payload={**typed, "target": found.pk},
                at=clock.now(),
            )
        except BadInput as refusal:
            faults = refusal.fields
        except (Stale, WrongState) as refusal:
            conflict = refusal
        else:
            messages.success(request, _("%(number)s 的数据来源已记录。") % {"number": pledge.number})
            return redirect("web:pledge", pk=pk)
    return forms.page(
        request,
        title=f"{_('数据来源')} · {words.goal(found)}",
        why=_("%(number)s %(title)s") % {"number": pledge.number, "title": pledge.title},
        fields=fields,
        button=_("保存"),
        back=reverse("web:pledge", args=[pk]),
        typed=typed,
        faults=faults,
        template="tracker/indicators/source.html",
        status=409 if conflict else None,
        refusal=conflict,
        pledge=visible(pk, request.actor),
    )


def _boxes(pledge: Pledge, target: Target) -> list[Field]:
    units = Unit.objects.below(pledge.programme.government).filter(is_active=True).order_by("position", "pk")
    indicators = service.offered(pledge, target)
    return [
        Field(
            "source", _("数据来源"), "radios", True, value=target.source,
            options=[(str(one.value), one.label) for one in Target.Source],
        ),
        Field(
            "source_unit", _("提供数据的部门"), "select", value=str(target.source_unit_id or ""),
            options=[(str(unit.pk), str(unit)) for unit in units], hint=_("来源是主管部门数据的填写。"),
        ),
        Field(
            "indicator", _("统计指标"), "select", value=str(target.indicator_id or ""),
            options=[(str(one.pk), f"{one.name}({one.publisher})") for one in indicators],
            hint=_("只列出与目标单位、类别相符的指标。选定后以发布数据为准,单位填报的数为预计。"),
        ),
        Field(
            "uses", _("所用数字"), "radios", value=target.uses,
            options=[(str(one.value), one.label) for one in FigureNumber],
        ),
    ]  # fmt: skip
