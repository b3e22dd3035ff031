"""What the page 核定拟立项条目 shows: the list, the measure in hand with its forms, the source and its coverage."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from pledges import coverage
from pledges.actors import Actor
from pledges.errors import Invisible, Stale, WrongState
from pledges.models import Document, Fate, Measure, Pledge, Post, Role, Target, Unit
from tracker.web import columns, hints, measure_form, review_coverage, source_text
from tracker.web.measure_list import View
from tracker.web.requests import PageRequest
from workflow import measure_cuts, measure_story, permissions

PAGE_SIZE = 50
PRINCIPLE = measure_form.PRINCIPLE
TYPED_IN = ("accept", "edit", "reject", "split")  # decisions with a form; the others are a button


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
    def is_about_a_measure(self) -> bool:
        return self.decision != "add"

    @property
    def is_typed(self) -> bool:
        return self.decision in ("accept", "edit", "reject")

    @property
    def summary(self) -> list[tuple[str, Any]]:
        """Every fault with the id of its field; the id is empty for what concerns the whole."""
        plain = [(name and f"{self.decision}-{name}", fault) for name, fault in self.errors.items() if name != "rows"]
        rows = self.errors.get("rows", {})
        return plain + [
            (f"{self.decision}-target-{row}", fault) for row, faults in rows.items() for fault in faults.values()
        ]


def number_of(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 16 else None


def document_of(actor: Actor, pk: int) -> Document:
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


def page(
    request: PageRequest, view: View, *, chosen: int | None, page: str | None = None, attempt: Attempt | None = None
) -> HttpResponse:
    view = view.showing(chosen)
    listed = view.listed
    pages = Paginator(listed, PAGE_SIZE)
    selected = next((one for one in listed if one.pk == chosen), None)
    if selected is None and view.kind in ("pending", "principle") and page is None:
        selected = listed[0] if listed else None
    shown: Page = pages.get_page(listed.index(selected) // PAGE_SIZE + 1 if selected else page)
    refusal = permissions.may_import(request.actor)
    seen = number_of(request.POST.get("seen"))
    covered = coverage.of(view.document.text, view.document.zones, [(one.start, one.end) for one in view.measures])
    context = {
        "document": view.document,
        "columns": columns.named(view.document),
        "view": view,
        "why": view.why,
        "page": shown,
        "rows": list(_rows(view, shown, selected)),
        "selected": measure_form.words_of(selected) if selected else None,
        "all_url": view.address(fate="all"),
        "page_base": view.address() + "&page=",
        "paragraphs": _paragraphs(view, covered),
        "coverage": review_coverage.words_of(view, covered),
        "source_base": view.address() + "&m=",
        "seen": measure_story.latest(view.document),
        "attempt": attempt,
        "others": (
            measure_story.since(view.document, seen, but=request.user, titles=view.titles())
            if attempt is not None and attempt.refusal and seen is not None
            else []
        ),
        "refusal": refusal,
    }
    if selected is not None:
        context["hints"] = hints.of(view.document, [selected], request.actor).get(selected.pk)
    if selected is not None and refusal is None:
        context |= _form(request, view.document, selected, attempt)
    return render(request, "tracker/review/page.html", context, status=attempt.status if attempt else 200)


def _rows(view: View, shown: Page, selected: Measure | None) -> Any:
    """Each measure of the list's page; the first of a section carries the section's heading."""
    waiting, before = view.waiting_by_section(), None
    for one in shown:
        row: dict[str, Any] = {
            "words": measure_form.words_of(one),
            "url": view.address(one.pk),
            "is_selected": one is selected,
        }
        if one.section != before:
            row["section"] = {
                "title": one.section,
                "waiting": waiting[one.section],
                "url": view.section_address(one.section),
            }
        before = one.section
        yield row


def _paragraphs(view: View, covered: coverage.Coverage) -> list[source_text.Paragraph]:
    """The source with every measure's place; what was merged stands in the measure it was merged into."""
    spans: list[Any] = [one for one in view.measures if one.fate != Fate.MERGED]
    if view.shows_gaps:
        spans += [source_text.Gap(start, end) for start, end in covered.gaps]
    return source_text.paragraphs(view.document.text, spans, headings={one.section for one in view.measures})


def _form(request: PageRequest, document: Document, measure: Measure, attempt: Attempt | None) -> dict[str, Any]:
    """Values, choices and errors of the decision's forms; what was typed stands in the form it was typed in."""
    government = document.programme.government
    units = list(Unit.objects.below(government).filter(is_active=True).order_by("position", "pk"))
    fresh = measure_form.initial(measure, year=document.programme.year, units=units)
    typed = dict.fromkeys(TYPED_IN, fresh)
    errors: dict[str, dict[str, Any]] = {name: {} for name in typed}
    if attempt is not None and attempt.decision in typed:
        typed[attempt.decision] = {**attempt.typed, "suggestion": fresh["suggestion"]}
        errors[attempt.decision] = attempt.errors
    is_opened_by_attempt = attempt is not None and attempt.is_about_a_measure
    opened = attempt.decision if attempt and is_opened_by_attempt else _usual(measure)
    return {
        "forms": {
            name: {
                "typed": typed[name],
                "errors": errors[name],
                "draft": draft_name(request, measure, name),
                "targets": [
                    {"row": row, "target": target, "faults": errors[name].get("rows", {}).get(row)}
                    for row, target in enumerate(typed[name]["targets"])
                ],
            }
            for name in typed
        },
        "opened": opened,
        "pieces": _pieces(document.text, measure),
        "following": _following(measure) if measure.fate == Fate.PENDING else None,
        "units": units,
        "leaders": leaders_of(government),
        "form_choices": Pledge.Form.choices,
        "firmness_choices": Pledge.Firmness.choices,
        "comparators": Target.Comparator.choices,
        "quantity_kinds": Target.QuantityKind.choices,
        "scales": measure_form.SCALE_CHOICES,
        "common_reasons": COMMON_REASONS,
    }


def leaders_of(government: Unit) -> Any:
    return Post.objects.filter(unit=government, role=Role.LEADER, is_active=True).select_related("holder")


def _usual(measure: Measure) -> str:
    return "reject" if measure.form == PRINCIPLE else "accept"


def _pieces(text: str, measure: Measure) -> list[dict[str, Any]]:
    """The measure's passage between its possible cuts; each piece but the first begins at one."""
    points = measure_cuts.cut_points(text, measure)
    borders = [measure.start, *points, measure.end]
    return [
        {"text": text[start:end].strip(), "cut": str(start) if start != measure.start else ""}
        for start, end in pairwise(borders)
    ]


def _following(measure: Measure) -> dict[str, Any] | None:
    other = measure_cuts.next_pending(measure)
    return None if other is None else {"measure": other, "obstacle": measure_cuts.why_apart(measure, other)}


def draft_name(request: PageRequest, measure: Measure, decision: str) -> str:
    """Under which name the browser keeps what is being typed: a person's, for one version of one measure."""
    return f"{request.user.pk}:measure:{measure.pk}:{measure.version}:{decision}"


COMMON_REASONS = (
    gettext_lazy("原则性表述,无法核验"),
    gettext_lazy("与其他条目重复"),
    gettext_lazy("不属于本级职责"),
    gettext_lazy("上年已完成"),
)
