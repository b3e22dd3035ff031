"""Linking a measure to a pledge that it repeats or goes on from: always a person's click."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config import clock
from pledges.errors import BadInput, Invisible
from pledges.models import Document, Measure, PledgeLink
from tracker.web import measure_list
from tracker.web.requests import PageRequest
from workflow import links, measure_decisions

REMOVE, CLOSE = "remove", "close"


@login_required
@require_POST
def link(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    """``same`` or ``continues`` links to the posted ``pledge``, ``remove`` takes that link back, ``close`` rejects the
    measure because it is the pledge that it is linked to as the same."""
    measure = Measure.objects.visible_to(request.actor).filter(pk=pk).first()
    if measure is None or kind not in (*PledgeLink.Kind.values, REMOVE, CLOSE):
        raise Invisible()
    version, at = _number(request, "version"), clock.now()
    if kind == CLOSE:
        reason = links.reason_of(measure)
        measure_decisions.reject_measure(pk, actor=request.actor, version=version, reason=reason, at=at)
        messages.success(request, _("已不立项:%(reason)s。") % {"reason": reason})
    elif kind == REMOVE:
        links.unlink(pk, _number(request, "pledge"), actor=request.actor, version=version, at=at)
        messages.success(request, _("已取消关联。"))
    else:
        made = links.link(pk, _number(request, "pledge"), kind, actor=request.actor, version=version, at=at)
        messages.success(
            request,
            _("已关联:%(kind)s %(number)s") % {"kind": PledgeLink.Kind(kind).label, "number": made.pledge.number},
        )
    return redirect(_onward(request, measure, kind))


def _onward(request: PageRequest, measure: Measure, kind: str) -> str:
    """To the same measure in the list the person was working through; once it is closed, to the next that waits."""
    document = Document.objects.visible_to(request.actor).defer("content", "text").get(pk=measure.document_id)
    view = measure_list.View.of(document, kind=request.POST.get("in_fate", ""), q=request.POST.get("in_q", ""))
    return view.address(view.next_pending(after=measure) if kind == CLOSE else measure.pk)


def _number(request: PageRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise BadInput({name: _("请求不完整,请刷新页面后重试。")})
    return int(typed)
