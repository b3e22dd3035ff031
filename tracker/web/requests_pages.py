"""申请: asking from a pledge's page, one request with its ladder, and the list."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge
from tracker.web import figures, request_forms, request_words
from tracker.web.context import DRAFT_KEY
from tracker.web.desk import time_left
from tracker.web.fields import Field
from tracker.web.pledge import visible
from tracker.web.requests import PageRequest
from tracker.web.sheets import tabs
from workflow import permissions, request_ladder, requests
from workflow.models import Request, RequestStep
from workflow.requests_table import BY_KIND, RequestKind

PAGE = 50
OPEN, MINE, ALL = "open", "mine", "all"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest, pk: int, kind: str) -> HttpResponse:
    """The form of one kind about one pledge."""
    row = BY_KIND.get(kind)
    if row is None:
        raise Invisible()
    pledge = visible(pk, request.actor)
    if request.method != "POST":
        reason = permissions.first_refusal(row.who, request.actor, pledge)
        if reason is not None:
            raise Forbidden(reason)
        return _asking(request, row, pledge, {})
    typed = {need.name: request.POST.get(need.name, "") for need in row.needs}
    try:
        made = requests.ask(
            kind,
            pledge_id=pk,
            actor=request.actor,
            payload=typed,
            version=_version(request),
            at=clock.now(),
        )
    except BadInput as refusal:
        return _asking(request, row, pledge, typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _asking(request, row, visible(pk, request.actor), typed, refusal=refusal, status=409)
    messages.success(request, _("“%(kind)s”申请已提出。") % {"kind": row.kind.label})
    request.session[DRAFT_KEY] = _draft(request, pk, row)
    return redirect("web:request", pk=made.pk)


def _asking(
    request: PageRequest,
    row: RequestKind,
    pledge: Pledge,
    typed: Mapping[str, Any],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    fields = request_forms.of_asking(row, pledge, typed, faults or {})
    page = {
        "row": row,
        "pledge": pledge,
        "fields": fields,
        "is_askable": row in list(requests.askable(pledge, request.actor, clock.today())),
        "is_late": pledge.due_date is not None and pledge.closed_date is None and clock.today() > pledge.due_date,
        "due_dates": request_words.due_dates(pledge),
        "figures": figures.figures_of(pledge, today=clock.today()),
        "draft": _draft(request, pledge.pk, row),
        "is_first_time": status == 200,
        **_in_the_way(fields, faults, refusal),
    }
    return render(request, "tracker/requests/ask.html", page, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: PageRequest, pk: int) -> HttpResponse:
    """One request; on POST an answer, a decision, or taking it back (``act``)."""
    found = _visible(pk, request.actor)
    if request.method != "POST":
        return _shown(request, found, {})
    act = request.POST.get("act", "")
    typed = {name: request.POST.get(name, "") for name in (*request_forms.DECIDED, *request_forms.SAID)}
    typed |= {name: str(value) for name, value in request.POST.items() if name.startswith(f"{request_forms.SCAN}.")}
    try:
        with transaction.atomic():
            _do(request, found.pk, act, typed)
    except BadInput as refusal:
        return _shown(request, _visible(pk, request.actor), typed, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _shown(request, _visible(pk, request.actor), typed, refusal=refusal, status=409)
    messages.success(request, _("已记录。"))
    return redirect("web:request", pk=pk)


def _do(request: PageRequest, pk: int, act: str, typed: Mapping[str, Any]) -> None:
    at, version = clock.now(), _version(request)
    if act == "take_back":
        requests.take_back(pk, actor=request.actor, version=version, at=at)
    elif act == "answer":
        said = {name: typed[name] for name in request_forms.SAID}
        requests.answer_step(pk, actor=request.actor, version=version, at=at, **said)
    elif act in ("grant", "refuse"):
        requests.decide(
            pk,
            actor=request.actor,
            version=version,
            grant=act == "grant",
            signed_page=request_forms.keep_page(request, at),
            at=at,
            **{name: typed[name] for name in request_forms.DECIDED},
        )
    else:
        raise BadInput({"": _("请选择同意或不同意。")})


def _shown(
    request: PageRequest,
    found: Request,
    typed: Mapping[str, Any],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    pledge, step, today = found.pledge, request_ladder.current(found), clock.today()
    duty = request.actor.duty
    is_mine = step is not None and duty is not None and step.post_id == duty.pk
    fields = request_forms.of_step(found, step, request.actor, typed, faults or {}) if step and is_mine else []
    page = {
        "one": found,
        "pledge": pledge,
        "step": step,
        "steps": list(found.steps.select_related("post__unit", "answered_by")),
        "asked": request_words.asked(found, pledge, BY_KIND[found.kind]),
        "left": time_left(step.due_date, today, calendars.current()) if step else "",
        "is_mine": is_mine,
        "is_decision": step is not None and step.name == RequestStep.Name.DECISION,
        "may_take_back": step is not None and duty is not None and duty.pk == found.post_id,
        "may_open": Pledge.objects.visible_to(request.actor).filter(pk=pledge.pk).exists(),
        "records": requests.records_for_leader(request.actor),
        "fields": fields,
        "due_dates": request_words.due_dates(pledge),
        "figures": figures.figures_of(pledge, today=clock.today()),
        "takes_files": any(one.widget == request_forms.SCAN for one in fields),
        **_in_the_way(fields, faults, refusal),
    }
    return render(request, "tracker/requests/request.html", page, status=status)


@login_required
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    """Every request the person may see: those open, those with a step or an asking of one's own, or all; by kind."""
    scope = request.GET.get("scope", OPEN)
    kind = request.GET.get("kind", "")
    scope, kind = scope if scope in (OPEN, MINE, ALL) else OPEN, kind if kind in BY_KIND else ""
    seen = Request.objects.visible_to(request.actor)
    scoped = {OPEN: seen.open(), MINE: seen.filter(_mine(request.actor)), ALL: seen}
    found = scoped[scope].filter(kind=kind) if kind else scoped[scope]
    rows = found.select_related("pledge__lead_unit", "post__unit").prefetch_related("steps__post__unit")
    page = Paginator(rows.order_by("-asked_at", "pk"), PAGE).get_page(request.GET.get("page"))
    labels = {OPEN: _("在办"), MINE: _("与我有关"), ALL: _("全部")}
    waiting = seen.open().filter(_turn(request.actor)).count()
    context = {
        "page": page,
        "rows": [request_words.row_of(one, clock.today()) for one in page],
        "tabs": tabs(request.actor, "requests"),
        "why": _why(scoped[OPEN].count(), waiting),
        "scopes": [
            {"label": labels[one], "count": scoped[one].count(), "url": _address(one, kind), "is_on": one == scope}
            for one in (OPEN, MINE, ALL)
        ],
        "kinds": [{"label": _("各类"), "url": _address(scope, ""), "is_on": not kind}]
        + [
            {"label": row.kind.label, "url": _address(scope, row.kind), "is_on": row.kind == kind}
            for row in BY_KIND.values()
        ],
    }
    return render(request, "tracker/requests/list.html", context)


def _why(opened: int, waiting: int) -> str:
    told = ngettext("%d 件在办", "%d 件在办", opened) % opened
    if not waiting:
        return _("%(told)s。") % {"told": told}
    mine = ngettext("%d 件等您办理", "%d 件等您办理", waiting) % waiting
    return _("%(told)s,%(mine)s。") % {"told": told, "mine": mine}


def _turn(actor: Actor) -> Q:
    """Whose step waits with this actor's post."""
    steps = RequestStep.objects.filter(post=actor.duty, answered_at=None, passed_on_at=None)
    return Q(pk__in=steps.values("request"))


def _mine(actor: Actor) -> Q:
    return Q(post=actor.duty) | Q(pk__in=RequestStep.objects.filter(post=actor.duty).values("request"))


def _address(scope: str, kind: str) -> str:
    given = {"scope": "" if scope == OPEN else scope, "kind": kind}
    return "?" + urlencode({name: value for name, value in given.items() if value})


def _visible(pk: int, actor: Actor) -> Request:
    """The request with its pledge's facts; whoever was asked sees both, even of another unit's pledge."""
    found: Request | None = (
        Request.objects.visible_to(actor)
        .select_related("post__unit", "asked_by", "decided_by", "decided_post__unit")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Invisible()
    found.pledge = Pledge.objects.with_facts().select_related("programme__government", "parent").get(pk=found.pledge_id)
    return found


def _in_the_way(
    fields: list[Field], faults: Mapping[str, Any] | None, refusal: Stale | WrongState | None
) -> dict[str, Any]:
    known = {part.name for one in fields for part in (one, *one.parts)}
    return {
        "refusal": refusal,
        "changes": refusal.changes if isinstance(refusal, Stale) else [],
        "general": [fault for name, fault in (faults or {}).items() if name not in known],
        "summary": [(name, fault) for name, fault in (faults or {}).items() if name in known],
    }


def _version(request: PageRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _draft(request: PageRequest, pk: int, row: RequestKind) -> str:
    return f"{request.user.pk}:{pk}:request-{row.kind}"
