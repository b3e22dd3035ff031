"""审计: every event, told in sentences, narrowed, exported, verified. For the auditor alone."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import Invisible
from pledges.models import Document, Pledge, Programme, Unit
from tracker import event_filters
from tracker.exports import events as exports
from tracker.web.requests import PageRequest
from workflow import audit as record
from workflow import audit_search, story
from workflow.audit_search import Search
from workflow.models import Event, Instruction, Request, Sheet, Stream
from workflow.story_words import OTHER_ACTS, STREAMS
from workflow.transitions import TRANSITIONS

PAGE_SIZE = 50
SHOWN_BREAKS = 20
SHORT = 10  # of a digest's 64 characters
EXPORTS = ("csv", "jsonl", "xlsx")


@login_required
@require_safe
def audit(request: PageRequest) -> HttpResponse:
    """The events asked for by the address, the newest first."""
    return _page(request, {})


@login_required
@require_POST
def verify(request: PageRequest) -> HttpResponse:
    """Check the whole record now, as the command ``verify_audit`` does."""
    _demand_auditor(request)
    breaks = list(itertools.islice(record.verify(), SHOWN_BREAKS + 1))
    result = {
        "breaks": [str(one) for one in breaks[:SHOWN_BREAKS]],
        "has_more": len(breaks) > SHOWN_BREAKS,
        "unprotected": not record.installed(),
        "streams": Stream.objects.count(),
        "events": Event.objects.count(),
        "at": clock.now(),
    }
    return _page(request, {"checked": result | {"is_whole": not breaks and not result["unprotected"]}})


@login_required
@require_POST
def export(request: PageRequest, form: str) -> HttpResponseBase:
    """What the address asks for, all columns, as a download. That it was taken is put on record first."""
    _demand_auditor(request)
    if form not in EXPORTS:
        raise Invisible()
    search = event_filters.read(request.GET, request.actor)
    if form == "xlsx":
        exports.demand_fits(audit_search.found(request.actor, search).count())
    found = exports.rows(audit_search.export(request.actor, search, form=form, at=clock.now()))
    name = f"events-{clock.today().isoformat()}.{form}"
    if form == "xlsx":
        return FileResponse(exports.workbook(found), as_attachment=True, filename=name)
    lines, kind = (
        (exports.csv_lines(found), "text/csv; charset=utf-8")
        if form == "csv"
        else (exports.json_lines(found), "application/x-ndjson; charset=utf-8")
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=kind, headers=headers)


def _demand_auditor(request: PageRequest) -> None:
    audit_search.found(request.actor, Search())


def _page(request: PageRequest, more: dict[str, Any]) -> HttpResponse:
    search = event_filters.read(request.GET, request.actor)
    page = Paginator(story.with_actors(audit_search.found(request.actor, search)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    events = list(page)
    names = story.Names.of(story.payload_of(event) for event in events)
    links = _links(events, request.actor)
    context = {
        "search": search,
        "page": page,
        "why": _why(page.paginator.count, search),
        "rows": [_row(event, names, links) for event in events],
        "kinds": list(STREAMS.items()),
        "actions": _actions(),
        "units": Unit.objects.visible_to(request.actor).order_by("position", "pk"),
        "forms": EXPORTS,
        "query": request.GET.urlencode(),
        **more,
    }
    return render(request, "tracker/audit/page.html", context)


def _why(count: int, search: Search) -> str:
    counted = _("%(count)d 条操作记录") % {"count": count}
    if search.is_any:
        return _("按下面的条件找到 %(counted)s。") % {"counted": counted}
    return _("共 %(counted)s,新的在前;每一条都由摘要链保护,改动、删除都能查出。") % {"counted": counted}


def _actions() -> list[tuple[str, str]]:
    """Every act by its name and word, each word once (several acts may be called alike; the name tells them apart)."""
    words = {row.name: str(row.label) for row in TRANSITIONS} | {name: str(word) for name, word in OTHER_ACTS.items()}
    return sorted(words.items(), key=lambda one: one[1])


def _row(event: Event, names: story.Names, links: dict[str, tuple[str, str]]) -> dict[str, Any]:
    line = story.tell(event, names)
    kind = event.stream.name.partition(":")[0]
    address, title = links.get(event.stream.name, ("", ""))
    return {
        "event": event,
        "line": line,
        "kind": STREAMS.get(kind, kind),
        "address": address,
        "title": title,
        "digest": event.digest[:SHORT],
        "is_erased": story.is_erased(event),
        "payload": json.dumps(story.payload_of(event), ensure_ascii=False, indent=2),
    }


def _links(events: Iterable[Event], actor: Actor) -> dict[str, tuple[str, str]]:
    """Where each stream's subject is shown and what it is called, one query a kind of subject."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        kind, _colon, number = event.stream.name.partition(":")
        if number.isdecimal():
            wanted.setdefault(kind, set()).add(int(number))
    found: dict[str, tuple[str, str]] = {"erasure": (reverse("web:erasures"), "")}
    for row in Pledge.objects.visible_to(actor).filter(pk__in=wanted.get("pledge", ())):
        found[f"pledge:{row.pk}"] = (reverse("web:pledge", args=[row.pk]), str(row))
    for row in Document.objects.visible_to(actor).filter(pk__in=wanted.get("document", ())).only("title"):
        found[f"document:{row.pk}"] = (reverse("web:review", args=[row.pk]), row.title)
    for row in Programme.objects.visible_to(actor).filter(pk__in=wanted.get("programme", ())):
        found[f"programme:{row.pk}"] = (reverse("web:programme", args=[row.pk]), row.title)
    for row in Sheet.objects.visible_to(actor).filter(pk__in=wanted.get("sheet", ())):
        found[f"sheet:{row.pk}"] = (reverse("web:sheet", args=[row.pk]), row.number)
    for row in Instruction.objects.visible_to(actor).filter(pk__in=wanted.get("instruction", ())):
        found[f"instruction:{row.pk}"] = (reverse("web:instruction", args=[row.pk]), "")
    for row in Request.objects.visible_to(actor).filter(pk__in=wanted.get("request", ())).select_related("pledge"):
        found[f"request:{row.pk}"] = (reverse("web:pledge", args=[row.pledge_id]), str(row.pledge))
    return found
