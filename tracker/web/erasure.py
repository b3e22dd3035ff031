"""清除: the security administrator proposes by kind and number, the director sees what it is about and decides."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from pledges.errors import BadInput, Invisible
from pledges.models import Role
from tracker.web.requests import PageRequest
from workflow import erasure as erasing
from workflow.erasure_scope import KINDS
from workflow.models import Erasure

PAGE_SIZE = 50
MASKED = "******"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erasures(request: PageRequest) -> HttpResponse:
    """What was proposed and decided; for the security administrator also the form to propose."""
    erasing.demand_visible(request.actor)
    if request.method != "POST":
        return _page(request, {}, {})
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "number", "reason")}
    try:
        subject = erasing.reference_of(typed["kind"], typed["number"], request.actor)
        erasing.propose(actor=request.actor, subject=subject, reason=typed["reason"], at=clock.now())
    except BadInput as refusal:
        faults = {"number" if name == "subject" else name: fault for name, fault in refusal.fields.items()}
        return _page(request, typed, faults)
    messages.success(request, _("已提出,等待督查室主任确认。"))
    return redirect("web:erasures")


@login_required
@require_safe
def erasure(request: PageRequest, pk: int) -> HttpResponse:
    """One proposal; the director is shown what would go."""
    erasing.demand_visible(request.actor)
    found = erasing.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    try:
        scope = erasing.scope_of(found, request.actor)
    except BadInput:
        scope = None  # its subject is gone
    context = {
        "erasure": found,
        "named": erasing.named(found.subject),
        "scope": scope,
        "counts": scope.counts() if scope else [],
        "events": len(scope.events()) if scope else 0,
        "copies": erasing.copies_of(scope, request.actor) if scope else [],
        "may_decide": scope is not None and found.proposed_by != request.user,
        "erased": found.events.count(),
        "snapshots": found.snapshots.select_related("snapshot__period"),
        "masked": MASKED,
    }
    return render(request, "tracker/erasure/erasure.html", context)


@login_required
@require_POST
def decide(request: PageRequest, pk: int, decision: str) -> HttpResponse:
    """``confirm`` or ``refuse``."""
    if decision not in ("confirm", "refuse"):
        raise Invisible()
    if decision == "confirm":
        done = erasing.confirm(pk, actor=request.actor, at=clock.now())
        count = done.events.count()
        told = ngettext(
            "已清除,%(count)d 条操作记录的内容一并删除。", "已清除,%(count)d 条操作记录的内容一并删除。", count
        )
        messages.success(request, told % {"count": count})
    else:
        erasing.refuse(pk, actor=request.actor, at=clock.now())
        messages.success(request, _("已记录:不同意清除。"))
    return redirect("web:erasures")


def _page(request: PageRequest, typed: dict[str, str], errors: dict[str, Any]) -> HttpResponse:
    found = erasing.visible_to(request.actor)
    page = Paginator(found.order_by("-proposed_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    named = erasing.all_named([one.subject for one in page])
    waiting = found.filter(status=Erasure.Status.PROPOSED).count()
    context = {
        "why": _why(waiting),
        "rows": [{"erasure": one, "named": name} for one, name in zip(page, named, strict=True)],
        "page": page,
        "may_propose": request.actor.has_role(Role.SECURITY_ADMINISTRATOR),
        "kinds": list(KINDS.items()),
        "typed": typed,
        "errors": errors,
        "masked": MASKED,
    }
    return render(request, "tracker/erasure/list.html", context, status=422 if errors else 200)


def _why(waiting: int) -> str:
    if not waiting:
        return _("误入的内容在这里清除:安全管理员提出,督查室主任确认。没有待确认的清除。")
    return _("误入的内容在这里清除:安全管理员提出,督查室主任确认。%(count)d 项待确认。") % {"count": waiting}
