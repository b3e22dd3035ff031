"""核定拟立项条目: the document on one side, what was read in it on the other, and one decision at a time."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Invisible, Stale, WrongState
from pledges.models import Document, Measure, Pledge, Post, Role, Target, Unit
from tracker.web import measure_form, measure_list, source_text
from tracker.web.context import DRAFT_KEY
from tracker.web.requests import PageRequest
from workflow import intake, permissions

PAGE_SIZE = 50
PRINCIPLE = measure_form.PRINCIPLE

EDITED = ("title", "form", "firmness", "person")
ACCEPTED = (*EDITED, "due_date", "lead_unit", "support_units", "leader", "deliverable")


@dataclass(frozen=True)
class Attempt:
    """A decision that was refused: what was typed, and what is wrong with it or has changed meanwhile."""

    decision: str
    typed: dict[str, Any]
    errors: dict[str, Any]
    refusal: Stale | WrongState | None = None

    @property
    def status(self) -> int:
        return 409 if self.refusal else 422

    @property
    def summary(self) -> list[tuple[str, Any]]:
        """Every fault with the id of its field; the id is empty for what concerns the whole."""
        plain = [(name and f"{self.decision}-{name}", fault) for name, fault in self.errors.items() if name != "rows"]
        rows = self.errors.get("rows", {})
        return plain + [
            (f"{self.decision}-target-{row}", fault) for row, faults in rows.items() for fault in faults.values()
        ]


@login_required
@require_safe
def review(request: PageRequest, pk: int) -> HttpResponse:
    """One document. ``m`` is the measure in hand, ``fate`` and ``q`` filter the list."""
    document = _document(request.actor, pk)
    view = measure_list.View.of(document, kind=request.GET.get("fate", ""), q=request.GET.get("q", ""))
    return _page(request, view, chosen=_number(request.GET.get("m")), page=request.GET.get("page"))


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
        request.session[DRAFT_KEY] = _draft_name(request, measure, decision)
        return _onward(request, measure, decision)
    view = measure_list.View.of(
        _document(request.actor, measure.document_id),
        kind=request.POST.get("in_fate", ""),
        q=request.POST.get("in_q", ""),
    )
    return _page(request, view, chosen=pk, attempt=attempt)


def _accept(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    pledge = intake.accept_measure(
        measure.pk,
        actor=request.actor,
        version=_version(request),
        payload=measure_form.payload(typed, measure, names=ACCEPTED),
        at=clock.now(),
    )
    messages.success(request, _("已立项:%(number)s %(title)s") % {"number": pledge.number, "title": pledge.title})


def _edit(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    intake.edit_measure(
        measure.pk,
        actor=request.actor,
        version=_version(request),
        payload=measure_form.payload(typed, measure, names=EDITED),
        at=clock.now(),
    )
    messages.success(request, _("已修改,仍待核定。"))


def _reject(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    intake.reject_measure(
        measure.pk, actor=request.actor, version=_version(request), reason=typed["reason"], at=clock.now()
    )
    messages.success(request, _("已定为不立项:%(title)s") % {"title": measure.title})


def _reopen(request: PageRequest, measure: Measure, typed: dict[str, Any]) -> None:
    intake.reopen_measure(measure.pk, actor=request.actor, version=_version(request), at=clock.now())
    messages.success(request, _("已恢复,重新待核定。"))


DECISIONS = {"accept": _accept, "edit": _edit, "reject": _reject, "reopen": _reopen}


def _version(request: PageRequest) -> int:
    version = _number(request.POST.get("version"))
    if version is None:
        raise BadInput({"": _("请求没有带上版本号,请刷新页面后重试。")})
    return version


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 16 else None


def _onward(request: PageRequest, measure: Measure, decision: str) -> HttpResponse:
    """To the next measure that waits, in the list the person was working through; after an edit, to the same one."""
    view = measure_list.View.of(
        _document(request.actor, measure.document_id),
        kind=request.POST.get("in_fate", ""),
        q=request.POST.get("in_q", ""),
    )
    if decision in ("edit", "reopen"):
        return redirect(view.address(measure.pk))
    onward = view.next_pending(after=measure.position)
    if onward is None and view.q:  # what was searched for is all decided: on with the rest of the document
        view = view.without_search()
        onward = view.next_pending(after=measure.position)
    return redirect(view.address(onward))


def _document(actor: Actor, pk: int) -> Document:
    document: Document | None = (
        Document.objects.visible_to(actor)
        .select_related("programme__government", "imported_by")
        .defer("content")
        .filter(pk=pk)
        .first()
    )
    if document is None:
        raise Invisible()
    return document


def _page(
    request: PageRequest,
    view: measure_list.View,
    *,
    chosen: int | None,
    page: str | None = None,
    attempt: Attempt | None = None,
) -> HttpResponse:
    view = view.showing(chosen)
    listed = view.listed
    pages = Paginator(listed, PAGE_SIZE)
    selected = next((one for one in listed if one.pk == chosen), None)
    if selected is None and view.kind in ("pending", "principle") and page is None:
        selected = listed[0] if listed else None
    shown: Page = pages.get_page(listed.index(selected) // PAGE_SIZE + 1 if selected else page)
    refusal = permissions.may_import(request.actor)
    context = {
        "document": view.document,
        "view": view,
        "why": view.why,
        "page": shown,
        "rows": [
            {"words": measure_form.words_of(one), "url": view.address(one.pk), "is_selected": one is selected}
            for one in shown
        ],
        "selected": measure_form.words_of(selected) if selected else None,
        "all_url": view.address(fate="all"),
        "page_base": view.address() + "&page=",
        "paragraphs": source_text.paragraphs(
            view.document.text, view.measures, headings={one.section for one in view.measures}
        ),
        "source_base": view.address() + "&m=",
        "attempt": attempt,
        "refusal": refusal,
    }
    if selected is not None and refusal is None:
        context |= _form(request, view.document, selected, attempt)
    return render(request, "tracker/review/page.html", context, status=attempt.status if attempt else 200)


def _form(request: PageRequest, document: Document, measure: Measure, attempt: Attempt | None) -> dict[str, Any]:
    """Values, choices and errors of the decision's forms; what was typed stands in the form it was typed in."""
    government = document.programme.government
    units = list(Unit.objects.below(government).filter(is_active=True).order_by("position", "pk"))
    fresh = measure_form.initial(measure, year=document.programme.year, units=units)
    typed = dict.fromkeys(("accept", "edit", "reject"), fresh)
    errors: dict[str, dict[str, Any]] = {name: {} for name in typed}
    if attempt is not None and attempt.decision in typed:
        typed[attempt.decision] = {**attempt.typed, "suggestion": fresh["suggestion"]}
        errors[attempt.decision] = attempt.errors
    opened = attempt.decision if attempt else "reject" if measure.form == PRINCIPLE else "accept"
    return {
        "forms": {
            name: {
                "typed": typed[name],
                "errors": errors[name],
                "draft": _draft_name(request, measure, name),
                "targets": [
                    {"row": row, "target": target, "faults": errors[name].get("rows", {}).get(row)}
                    for row, target in enumerate(typed[name]["targets"])
                ],
            }
            for name in typed
        },
        "opened": opened,
        "units": units,
        "leaders": Post.objects.filter(unit=government, role=Role.LEADER, is_active=True).select_related("holder"),
        "form_choices": Pledge.Form.choices,
        "firmness_choices": Pledge.Firmness.choices,
        "comparators": Target.Comparator.choices,
        "quantity_kinds": Target.QuantityKind.choices,
        "scales": measure_form.SCALE_CHOICES,
        "common_reasons": COMMON_REASONS,
    }


def _draft_name(request: PageRequest, measure: Measure, decision: str) -> str:
    """Under which name the browser keeps what is being typed: a person's, for one version of one measure."""
    return f"{request.user.pk}:measure:{measure.pk}:{measure.version}:{decision}"


COMMON_REASONS = (
    gettext_lazy("原则性表述,无法核验"),
    gettext_lazy("与其他条目重复"),
    gettext_lazy("不属于本级职责"),
    gettext_lazy("上年已完成"),
)
