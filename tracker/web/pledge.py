"""One pledge: where it came from, where it stands, what was reported, what may be done with it now."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, Prefetch
from django.db.models.functions import Greatest, Substr
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from pledges import calendars
from pledges.actors import Actor
from pledges.errors import Invisible
from pledges.models import Document, Measure, Pledge, Report, ReportStatus
from pledges.querysets import INFORMED
from tracker import pledge_links, shares
from tracker.web import charts, figures, instructions, light_boxes, request_words, sheet_lines
from tracker.web.desk import ACT_OF
from tracker.web.requests import PageRequest
from workflow import planning, services, special_sheets, story, target_sources
from workflow.models import ReportReview, Task

PRIMARY = ("report", "approve", "accept")  # even where no task of one's own asks for them
# Rarely meant: they stand under “更多” unless somebody waits for them.
RARE = ("override_light", "lift_override", "change_lead", "tag", "record_approval", "settle", "carry_over")
AROUND = 120  # characters of the document shown before and after the sentence


@dataclass(frozen=True)
class Excerpt:
    """The sentence in its document, with a little of what stands around it."""

    document_title: str
    before: str
    quote: str
    after: str
    review_id: int | None


@login_required
@require_safe
def pledge(request: PageRequest, pk: int) -> HttpResponse:
    today = clock.today()
    found = visible(pk, request.actor)
    reports = list(
        found.reports.select_related("period", "reported_by", "post").prefetch_related(
            "values__target", "stages__milestone", "evidence", _reviews()
        )
    )
    reports.sort(key=lambda report: (report.period.start_date, report.revision), reverse=True)
    counting = [report for report in reports if report.status != ReportStatus.RETURNED]
    facts = figures.facts_of(found, calendar=(calendar := calendars.current()), today=today)
    standings = figures.standings_of(found, calendar=calendar, today=today)
    context = {
        "pledge": found,
        **_offered(found, request.actor),
        "support": [party.unit for party in found.parties.all() if party.part == "support"],
        "excerpt": _excerpt(found, request.actor),
        "targets": [
            {"standing": one, "chart": charts.chart_of(one.figure.target, facts, one.facts, counting, today=today)}
            for one in standings
        ],
        "stages": figures.stages_of(found, today=today),
        "reports": [_shown(report) for report in reports],
        "history": list(reversed(story.of_pledge(found))),
        "shares": shares.block(found, request.actor),
        "may_name_sources": target_sources.refusal(found, request.actor) is None,
        "may_see_indicators": request.actor.role in INFORMED,
        "may_plan": planning.not_to_plan(found, request.actor) is None,
        "links": pledge_links.of_pledge(found, request.actor),
        "requests": request_words.block(found, request.actor, today),
        "instructions": instructions.block("pledge", found.pk, request.actor),
        "urged_by": sheet_lines.block(found, request.actor),
        "overrides": light_boxes.decisions(found, today),
        "sheets": [
            {"label": kind.label, "rows": [row for row in special_sheets.rows(found, kind) if row.shown]}
            for kind in special_sheets.kinds_of(found)
        ],
    }
    return render(request, "tracker/pledge/pledge.html", context)


def _reviews() -> Prefetch:
    """What was said of each report; of a scan only its name."""
    said = ReportReview.objects.select_related("by", "post__unit", "signed_page").defer("signed_page__content")
    return Prefetch("reviews", queryset=said)


def visible(pk: int, actor: Actor) -> Pledge:
    """The pledge with its facts, or Invisible."""
    found: Pledge | None = (
        Pledge.objects.visible_to(actor)
        .with_facts()
        .select_related("programme__government", "parent")
        .prefetch_related("programme__periods")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Invisible()
    return found


def _offered(found: Pledge, actor: Actor) -> dict[str, Any]:
    """The allowed acts: the one that somebody waits for first and primary, the rare ones apart."""
    kinds = Task.objects.open().visible_to(actor).filter(pledge=found).values_list("kind", flat=True)
    asked = {ACT_OF[Task.Kind(kind)] for kind in kinds if kind in ACT_OF}
    acts = sorted(services.allowed(found, actor), key=lambda act: act.name not in asked)
    rare = [act for act in acts if act.name in RARE and act.name not in asked]
    common = [act for act in acts if act not in rare]
    is_waited_for = bool(common) and (common[0].name in asked or common[0].name in PRIMARY)
    return {"acts": common, "rare_acts": rare, "primary": common[0] if is_waited_for else None}


def _shown(report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "values": [figures.figure_of(value.target, value.value) for value in report.values.all()],
    }


def _excerpt(found: Pledge, actor: Actor) -> Excerpt | None:
    """Cut out by the database: a document may be long, and its content longer."""
    if found.measure_id is None:
        return None
    start, end = F("start"), F("end")
    first = Greatest(start - AROUND, 0)
    row = (
        Measure.objects.filter(pk=found.measure_id)
        .annotate(
            before=Substr("document__text", first + 1, start - first),
            after=Substr("document__text", end + 1, AROUND),
        )
        .values("document_id", "document__title", "quote", "before", "after")
        .first()
    )
    if row is None:
        return None
    may_review = Document.objects.visible_to(actor).filter(pk=row["document_id"]).exists()
    return Excerpt(
        document_title=row["document__title"],
        before=_from_a_line(row["before"]),
        quote=row["quote"],
        after=row["after"],
        review_id=row["document_id"] if may_review else None,
    )


def _from_a_line(text: str) -> str:
    """Begin with a whole line where one begins not too far in."""
    _cut, newline, rest = text.partition("\n")
    return rest if newline and len(rest) > AROUND // 3 else text
