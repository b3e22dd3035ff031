"""核定拟立项条目: the document on one side, what was read in it on the other, and one decision at a time."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.errors import BadInput, Invisible, Stale, WrongState
from pledges.models import Measure
from tracker.web import measure_form, measure_list, review_page
from tracker.web.context import DRAFT_KEY
from tracker.web.requests import PageRequest
from tracker.web.review_page import Attempt, number_of
from workflow import measure_cuts, measure_decisions, measure_story

EDITED = ("title", "form", "firmness", "person")
ACCEPTED = (*EDITED, "due_date", "lead_unit", "support_units", "leader", "deliverable")
STAYING = ("edit", "reopen", "split", "merge")  # decisions after which the same measure is still in hand


@login_required
@require_safe
def review(request: PageRequest, pk: int) -> HttpResponse:
    """One document. ``m`` is the measure in hand, ``fate`` and ``q`` filter the list."""
    document = review_page.document_of(request.actor, pk)
    view = measure_list.View.of(document, kind=request.GET.get("fate", ""), q=request.GET.get("q", ""))
    return review_page.page(request, view, chosen=number_of(request.GET.get("m")), page=request.GET.get("page"))


@login_required
@require_POST
def decide(request: PageRequest, pk: int, decision: str) -> HttpResponse:
    """One decision about one measure, kept at once; the next one waiting is taken up."""
    act = DECISIONS.get(decision)
    measure = Measure.objects.visible_to(request.actor).filter(pk=pk).first()
    if act is None or measure is None:
        raise Invisible()
    typed = measure_form.read(request.POST, measure)
    try:
        act(request, measure, typed)
    except BadInput as refusal:
        attempt = Attempt(decision, typed, measure_form.at_the_fields(refusal.fields, typed))
    except (Stale, WrongState) as refusal:
        attempt = Attempt(decision, typed, {}, refusal)
    else:
        request.session[DRAFT_KEY] = review_page.draft_name(request, measure, decision)
        view = _view(request, measure.document_id)
        _tell_of_others(request, view)
        return redirect(_onward(view, measure, decision))
    return review_page.page(request, _view(request, measure.document_id), chosen=pk, attempt=attempt)


@login_required
@require_POST
def add(request: PageRequest, pk: int) -> HttpResponse:
    """Mark a passage that gave no measure: by its place (``start``, ``end``) or by its words (``passage``)."""
    typed = {name: request.POST.get(name, "").strip() for name in ("start", "end", "passage")}
    start, end = number_of(typed["start"]), number_of(typed["end"])
    try:
        if start is not None and end is not None:
            measure = measure_decisions.add_measure(pk, actor=request.actor, start=start, end=end, at=clock.now())
        else:
            measure = measure_decisions.add_passage(pk, actor=request.actor, passage=typed["passage"], at=clock.now())
    except BadInput as refusal:
        attempt = Attempt("add", typed, {"passage": refusal.message})
        return review_page.page(request, _view(request, pk), chosen=None, attempt=attempt)
    messages.success(request, _("已标为条目,待核定:%(title)s") % {"title": measure.title})
    view = _view(request, pk)
    _tell_of_others(request, view)
    if view.shows_gaps:
        return redirect(view.address())
    return redirect(view.showing(measure.pk).address(measure.pk))


def _accept(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    pledge = measure_decisions.accept_measure(
        measure.pk,
        actor=request.actor,
        version=_version(request),
        payload=measure_form.payload(typed, measure, names=ACCEPTED),
        at=clock.now(),
    )
    messages.success(request, _("已立项:%(number)s %(title)s") % {"number": pledge.number, "title": pledge.title})


def _edit(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    measure_decisions.edit_measure(
        measure.pk,
        actor=request.actor,
        version=_version(request),
        payload=measure_form.payload(typed, measure, names=EDITED),
        at=clock.now(),
    )
    messages.success(request, _("已修改,仍待核定。"))


def _split(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    offset = number_of(typed["at_offset"])
    if offset is None:
        raise BadInput({"at_offset": _("请选择在哪里切开。")})
    first, second = measure_cuts.split_measure(
        measure.pk, actor=request.actor, version=_version(request), at_offset=offset, at=clock.now()
    )
    titles = {"first": first.title, "second": second.title}
    messages.success(request, _("已拆成两条,都待核定:“%(first)s”和“%(second)s”。") % titles)


def _merge(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    following, version = number_of(request.POST.get("next")), number_of(request.POST.get("next_version"))
    if following is None or version is None:
        raise BadInput({"": _("请求没有带上版本号,请刷新页面后重试。")})
    merged = measure_cuts.merge_measures(
        measure.pk,
        actor=request.actor,
        version=_version(request),
        next_id=following,
        next_version=version,
        at=clock.now(),
    )
    messages.success(request, _("已合并为一条,待核定:%(title)s") % {"title": merged.title})


def _reject(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    measure_decisions.reject_measure(
        measure.pk, actor=request.actor, version=_version(request), reason=typed["reason"], at=clock.now()
    )
    messages.success(request, _("已定为不立项:%(title)s") % {"title": measure.title})


def _reopen(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    measure_decisions.reopen_measure(measure.pk, actor=request.actor, version=_version(request), at=clock.now())
    messages.success(request, _("已恢复,重新待核定。"))


DECISIONS: dict[str, Callable[[PageRequest, Measure, dict[str, Any]], None]] = {
    "accept": _accept,
    "edit": _edit,
    "split": _split,
    "merge": _merge,
    "reject": _reject,
    "reopen": _reopen,
}


def _version(request: PageRequest) -> int:
    version = number_of(request.POST.get("version"))
    if version is None:
        raise BadInput({"": _("请求没有带上版本号,请刷新页面后重试。")})
    return version


def _view(request: PageRequest, document_id: int) -> measure_list.View:
    """The list that the person was working through, as it stands now."""
    return measure_list.View.of(
        review_page.document_of(request.actor, document_id),
        kind=request.POST.get("in_fate", ""),
        q=request.POST.get("in_q", ""),
    )


def _tell_of_others(request: PageRequest, view: measure_list.View) -> None:
    """What others decided about the document since this person's page was drawn."""
    seen = number_of(request.POST.get("seen"))
    if seen is not None:
        for sentence in measure_story.since(view.document, seen, but=request.user, titles=view.titles()):
            messages.info(request, sentence)


def _onward(view: measure_list.View, measure: Measure, decision: str) -> str:
    """To the next measure that waits, in the list the person was working through, or to the same one."""
    if decision in STAYING:
        return view.address(measure.pk)
    onward = view.next_pending(after=measure)
    if onward is None and view.q:  # what was searched for is all decided: on with the rest of the document
        view = view.without_search()
        onward = view.next_pending(after=measure)
    return view.address(onward)
