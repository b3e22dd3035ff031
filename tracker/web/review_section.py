"""整节立项: what accepting a whole section would make, what stands in its way, and the decision."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Fate, Pledge, Unit
from tracker.web import measure_form, review_page
from tracker.web.measure_list import View
from tracker.web.requests import PageRequest
from workflow import measure_decisions, permissions

SEEN = re.compile(r"(\d{1,15}):(\d{1,9})", re.ASCII)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: PageRequest, pk: int) -> HttpResponse:
    """The preview of one section (``section``), and on POST its acceptance: all of it or nothing."""
    document = review_page.document_of(request.actor, pk)
    reason = permissions.may_import(request.actor)
    if reason is not None:
        raise Forbidden(reason)
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    view = View.of(document, kind=asked.get("in_fate", ""), q=asked.get("in_q", ""))
    title = asked.get("section", "")
    typed = {name: asked.get(name, "").strip() for name in measure_decisions.FOR_ALL}
    if request.method != "POST":
        return _preview(request, view, title, typed)
    try:
        pledges = measure_decisions.accept_section(
            pk,
            actor=request.actor,
            section=title,
            versions=_seen(asked),
            payload={name: value for name, value in typed.items() if value},
            at=clock.now(),
        )
    except BadInput as refusal:
        return _preview(request, view, title, typed, errors=refusal.fields)
    except (Stale, WrongState) as refusal:
        return _preview(request, view, title, typed, refusal=refusal)
    messages.success(request, _said(pledges))
    fresh = View.of(document, kind=view.kind, q=view.q)
    last = max((one for one in fresh.measures if one.section == title), key=lambda one: (one.start, one.pk))
    return redirect(fresh.address(fresh.next_pending(after=last)))


def _seen(asked: QueryDict) -> dict[int, int]:
    """The measures on the preview and their versions, each sent as ``id:version``."""
    found = [SEEN.fullmatch(one) for one in asked.getlist("versions")]
    return {int(match[1]): int(match[2]) for match in found if match}


def _said(pledges: list[Pledge]) -> str:
    numbers = {"count": len(pledges), "first": pledges[0].number, "last": pledges[-1].number}
    return (
        ngettext(
            "已立项 %(count)d 条,编号 %(first)s。", "已立项 %(count)d 条,编号 %(first)s 至 %(last)s。", len(pledges)
        )
        % numbers
    )


def _preview(
    request: PageRequest,
    view: View,
    title: str,
    typed: dict[str, str],
    *,
    errors: dict[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
) -> HttpResponse:
    document, government = view.document, view.document.programme.government
    measures = measure_decisions.waiting_in_section(document, title)
    rows = [
        {
            "words": measure_form.words_of(one),
            "due_date": one.deadline,
            "obstacle": measure_decisions.obstacle(one),
            "note": NOTES.get(one.form, ""),
            "url": view.address(one.pk),
        }
        for one in measures
    ]
    blocked = sum(row["obstacle"] is not None for row in rows)
    left = sum(one.section == title and one.fate == Fate.PENDING and not one.trackable for one in view.measures)
    errors = errors or {}
    context = {
        "document": document,
        "view": view,
        "section": title,
        "rows": rows,
        "blocked": blocked,
        "why": _why(len(rows), blocked),
        "left": left,
        "back": view.address(),
        "typed": typed,
        "errors": errors,
        "refusal": refusal,
        "units": Unit.objects.below(government).filter(is_active=True).order_by("position", "pk"),
        "leaders": review_page.leaders_of(government),
    }
    status = 409 if refusal else 422 if errors else 200
    return render(request, "tracker/review/section.html", context, status=status)


def _why(count: int, blocked: int) -> str:
    if not count:
        return _("这一节没有待核定的条目。")
    if blocked:
        return _("这一节有 %(count)d 条待核定,其中 %(blocked)d 条要先处理,才能整节立项。") % {
            "count": count,
            "blocked": blocked,
        }
    return _("这一节有 %(count)d 条待核定,立项后成为待交办的任务事项。") % {"count": count}


NOTES = {Pledge.Form.ONGOING.value: gettext_lazy("持续性事项,成果可在交办时补填")}
