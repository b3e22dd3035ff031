"""文件: what was imported into the year's ledger, and the way in for the next document."""

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges.errors import BadInput, Forbidden
from pledges.models import Document, Fate, Measure
from pledges.querysets import IMPORTING
from tracker.web.requests import PageRequest
from workflow import intake, permissions

PAGE_SIZE = 50


@login_required
@require_safe
def documents(request: PageRequest) -> HttpResponse:
    """The documents the actor may see, newest first, each with its measures counted by fate."""
    if request.actor.role not in IMPORTING:
        raise Forbidden(_("来源文件由督查室管理;事项的原文可以在事项页查看。"))
    found = (
        Document.objects.visible_to(request.actor)
        .select_related("programme", "imported_by")
        .defer("content", "text", "zones")
        .annotate(
            pending_count=Count("measures", filter=Q(measures__fate=Fate.PENDING, measures__trackable=True)),
            accepted_count=Count("measures", filter=Q(measures__fate=Fate.ACCEPTED)),
            rejected_count=Count("measures", filter=Q(measures__fate=Fate.REJECTED)),
        )
        .order_by("-imported_at", "pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = Measure.objects.visible_to(request.actor).filter(fate=Fate.PENDING, trackable=True).count()
    return render(
        request,
        "tracker/documents/list.html",
        {
            "page": page,
            "why": _why(page.paginator.count, waiting),
            "may_import": permissions.may_import(request.actor) is None,
        },
    )


def _why(documents: int, waiting: int) -> str:
    if not documents:
        return _("还没有文件。导入政府工作报告后,其中的任务会逐条列在这里等待核定。")
    held = ngettext("%(count)d 份文件", "%(count)d 份文件", documents) % {"count": documents}
    if not waiting:
        return _("%(held)s,条目都已核定。") % {"held": held}
    left = ngettext("%(count)d 条待核定", "%(count)d 条待核定", waiting) % {"count": waiting}
    return _("%(held)s,%(left)s。") % {"held": held, "left": left}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_document(request: PageRequest) -> HttpResponse:
    """The form, and on POST the import; afterwards the measures wait on the review page."""
    reason = permissions.may_import(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    if request.method != "POST":
        return _form(request, {"plan_year": str(clock.today().year), "title": "", "kind": ""}, {})
    typed = {name: request.POST.get(name, "").strip() for name in ("plan_year", "title", "kind")}
    try:
        document = _import(request, typed)
    except BadInput as refusal:
        return _form(request, typed, refusal.fields)
    messages.success(
        request,
        ngettext("读出 %(count)d 条,请逐条核定。", "读出 %(count)d 条,请逐条核定。", document.measures.count())
        % {"count": document.measures.count()},
    )
    return redirect("web:review", pk=document.pk)


def _import(request: PageRequest, typed: dict[str, str]) -> Document:
    """Everything that can be wrong is said at once, except what only reading the file can tell."""
    upload = request.FILES.get("file")
    faults: dict[str, Any] = {}
    if upload is None:
        faults["file"] = _("请选择要导入的文件。")
    elif (size := upload.size or 0) > settings.DOCUMENT_MAX_BYTES:
        faults["file"] = _("文件有 %(size)s MB,最多 %(limit)d MB,请拆分后再导入。") % {
            "size": f"{size / 1024 / 1024:.1f}",
            "limit": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
        }
    plan_year = int(typed["plan_year"]) if re.fullmatch(r"[0-9]{4}", typed["plan_year"]) else None
    faults |= intake.faults_of(plan_year=plan_year, title=typed["title"], kind=typed["kind"] or None)
    if faults or upload is None or plan_year is None:
        raise BadInput(faults)
    return intake.import_document(
        actor=request.actor,
        filename=upload.name or "",
        content=upload.read(),
        plan_year=plan_year,
        title=typed["title"],
        kind=typed["kind"] or None,
        at=clock.now(),
    )


def _form(request: PageRequest, typed: dict[str, str], errors: dict[str, Any]) -> HttpResponse:
    return render(
        request,
        "tracker/documents/import.html",
        {
            "typed": typed,
            "errors": errors,
            "kinds": Document.Kind.choices,
            "limit_mb": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
            "had_file": bool(errors) and "file" in request.FILES,
        },
        status=422 if errors else 200,
    )
