"""Writes documents, the measures read in them, and their links."""

import datetime
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Max

from pledges.extraction.division import Columns
from pledges.extraction.measures import Extraction
from pledges.models import (
    Document,
    Measure,
    Pledge,
    PledgeLink,
    Programme,
    User,
)

MYRIAD, HUNDRED_MILLION = 10_000, 100_000_000


def store_document(
    *,
    programme: Programme,
    title: str,
    filename: str,
    content: bytes,
    text: str,
    extraction: Extraction,
    user: User | None,
    at: datetime.datetime,
    columns: Iterable[Columns] = (),
) -> Document:
    """The document byte for byte, every measure that extraction read in it, and what its tables' columns hold."""
    document = Document.objects.create(
        programme=programme,
        title=title,
        kind=extraction.kind,
        filename=filename,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
        zones=_zones(extraction),
        columns=_columns(columns),
        imported_by=user,
        imported_at=at,
    )
    _store_measures(document, extraction)
    return document


def reread_document(document: Document, *, extraction: Extraction, columns: Iterable[Columns]) -> Document:
    """Other measures instead of those that were read before; nobody has acted on any of them."""
    document.measures.all().delete()
    document.kind, document.zones, document.columns = extraction.kind, _zones(extraction), _columns(columns)
    document.save(update_fields=["kind", "zones", "columns"])
    _store_measures(document, extraction)
    return document


def _zones(extraction: Extraction) -> list[list[Any]]:
    return [[zone.label, zone.start, zone.end] for zone in extraction.zones]


def _columns(columns: Iterable[Columns]) -> list[dict[str, Any]]:
    return [{"headings": one.headings, "fields": list(one.fields)} for one in columns]


def _store_measures(document: Document, extraction: Extraction) -> None:
    Measure.objects.bulk_create(
        Measure(
            document=document,
            position=position,
            start=found.start,
            end=found.end,
            quote=found.quote,
            title=found.title[:400],
            section=found.section[:200],
            trackable=found.trackable,
            form=found.form,
            firmness=found.firmness,
            deadline=found.deadline,
            lead=list(found.lead),
            support=list(found.support),
            person=list(found.person),
            doubts=list(found.doubts),
            targets=[
                {
                    "start": target.start,
                    "end": target.end,
                    "quote": target.quote,
                    "value": str(target.value),
                    "value_max": None if target.value_max is None else str(target.value_max),
                    "unit": target.unit,
                    "scale": scale_of(target.value, target.quote),
                    "comparator": target.comparator,
                    "quantity_kind": target.measure,
                    "object": target.object,
                    "deadline": target.deadline.isoformat() if target.deadline else None,
                }
                for target in found.targets
            ],
        )
        for position, found in enumerate(extraction.measures, start=1)
    )


def add_measure(*, document: Document, start: int, end: int, title: str, **fields: Any) -> Measure:
    """A measure where extraction found none, or found more in one; unless told, its section is that of the one before
    it in the text."""
    last = document.measures.aggregate(last=Max("position"))["last"] or 0
    before = document.measures.filter(start__lte=start).order_by("-start").first()
    given: dict[str, Any] = {
        "section": before.section if before else "",
        "form": Pledge.Form.MILESTONE,
        "firmness": Pledge.Firmness.FIRM,
    }
    return Measure.objects.create(
        document=document,
        position=last + 1,
        start=start,
        end=end,
        quote=document.text[start:end],
        title=title,
        **given | fields,
    )


def save_measure(measure: Measure, **changes: Any) -> Measure:
    """Change a measure and raise its version."""
    for name, value in changes.items():
        setattr(measure, name, value)
    measure.version += 1
    measure.save()
    return measure


def add_link(*, measure: Measure, pledge: Pledge, kind: str, user: User | None, at: datetime.datetime) -> PledgeLink:
    """That a measure is, or goes on from, an undertaking that is a pledge already; raises the measure's version."""
    save_measure(measure)
    return PledgeLink.objects.create(measure=measure, pledge=pledge, kind=kind, made_by=user, made_at=at)


def remove_link(link: PledgeLink) -> None:
    save_measure(link.measure)
    link.delete()


def scale_of(value: Decimal, quote: str) -> int:
    """How people wrote the number: 10000 for 万, 100000000 for 亿, else 1."""
    if "亿" in quote and value >= HUNDRED_MILLION // 1000:
        return HUNDRED_MILLION
    return MYRIAD if "万" in quote and value >= MYRIAD // 1000 else 1
