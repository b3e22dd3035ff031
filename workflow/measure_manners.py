"""What every act on a measure has in common: who may, the lock, freshness, the event, and the task to review.

A document's decisions are in its own stream. Every function here is called inside the transaction of the act.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import Forbidden, Invisible, Stale, WrongState
from pledges.extraction import cleaning
from pledges.models import Document, Fate, Measure
from workflow import assignees, audit, permissions, story
from workflow.context import day_of
from workflow.models import Task

# What stands between two clauses and belongs to neither. Brackets, quotes and % belong to what they are written at.
SEPARATORS = frozenset("，、；。：！？,;:!?.…·— \u3000\t\r\n\u00a0")
LONGEST_TITLE = 400


def demand_importer(actor: Actor) -> None:
    reason = permissions.may_import(actor)
    if reason is not None:
        raise Forbidden(reason)


def locked_document(document_id: int, actor: Actor) -> Document:
    document: Document | None = (
        Document.objects.visible_to(actor)
        .select_for_update(of=("self",), no_key=True)  # rows that name the document may still be written
        .select_related("programme__government")
        .defer("content")
        .filter(pk=document_id)
        .first()
    )
    if document is None:
        raise Invisible()
    demand_importer(actor)
    return document


def locked(measure_id: int, actor: Actor, version: int) -> Measure:
    measure: Measure | None = (
        Measure.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("document__programme__government")
        .filter(pk=measure_id)
        .first()
    )
    if measure is None:
        raise Invisible()
    demand_importer(actor)
    demand_fresh(measure, version)
    return measure


def pending(measure_id: int, actor: Actor, version: int) -> Measure:
    measure = locked(measure_id, actor, version)
    if measure.fate != Fate.PENDING:
        raise WrongState(_("这一条已经处理过了。"))
    return measure


def demand_fresh(measure: Measure, version: int | None) -> None:
    if measure.version != version:
        raise Stale([stands(measure)])


def stands(measure: Measure) -> str:
    """How a measure stands now, for whoever held an old version of it."""
    said = _("这一条现为“%(fate)s”:%(title)s") % {"fate": Fate(measure.fate).label, "title": measure.title}
    return f"{said}({measure.reason})" if measure.fate == Fate.MERGED else str(said)


def title_of(passage: str) -> str:
    """A passage of a document as a task's name: simplified, on one line, as extraction would write it."""
    return cleaning.title(cleaning.clean(passage).text).strip()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """text[start:end] without the punctuation and spaces around it; empty (start == end) when there is nothing else."""
    while start < end and text[start] in SEPARATORS:
        start += 1
    while start < end and text[end - 1] in SEPARATORS:
        end -= 1
    return start, end


def record(measure: Measure, action: str, actor: Actor, at: datetime.datetime, payload: Mapping[str, Any]) -> None:
    audit.append(
        stream=audit.stream_of(measure.document),
        action=action,
        actor=actor,
        at=at,
        payload={"measure": measure.pk, **story.recorded(payload)},
    )


def open_review(document: Document, actor: Actor, at: datetime.datetime) -> None:
    """A task for whoever left something to decide, unless one is open."""
    review = Task.objects.open().filter(document=document, kind=Task.Kind.REVIEW_MEASURES)
    if _waiting(document) and not review.exists():
        Task.objects.create(
            kind=Task.Kind.REVIEW_MEASURES,
            document=document,
            post=actor.duty or assignees.reviewer_of(document.programme, document.pk),
            due_date=day_of(at) + datetime.timedelta(days=14),
            opened_at=at,
        )


def close_review_when_done(document: Document, at: datetime.datetime) -> None:
    """The review task ends with the last trackable measure decided."""
    if not _waiting(document):
        Task.objects.open().filter(document=document, kind=Task.Kind.REVIEW_MEASURES).update(closed_at=at)


def _waiting(document: Document) -> bool:
    waiting: bool = document.measures.filter(fate=Fate.PENDING, trackable=True).exists()
    return waiting
