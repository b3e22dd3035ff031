"""A document with measures, as an import leaves it, for the tests of the pages that show them."""

from decimal import Decimal
from typing import Any

from pledges.extraction.measures import Extraction, Target, Zone
from pledges.extraction.measures import Measure as Found
from pledges.models import Document, Measure
from pledges.services import store_document
from tests.factories import Government, moment

FIRST, SECOND, THIRD = "新修灌渠355公里", "建成云溪体育馆", "大力弘扬奋斗精神"
TEXT = f"重点工作\n\n{FIRST},{SECOND}。\n{THIRD}。\n"


def found(quote: str, text: str = TEXT, **more: Any) -> Found:
    """What extraction would say of a clause; a figure in 公里 becomes its target."""
    start = text.index(quote)
    digits = "".join(filter(str.isdecimal, quote))
    at = text.index(digits, start)
    target = Target(
        at, at + len(digits) + 2, f"{digits}公里", Decimal(digits or 1), None, "公里", "ge", "amount", "灌渠", None
    )
    said: dict[str, Any] = {
        "section": "重点工作",
        "trackable": True,
        "form": "quantified" if digits else "milestone",
        "firmness": "firm",
        "deadline": None,
        "lead": (),
        "support": (),
        "person": (),
        "targets": (target,) if digits else (),
        "doubts": (),
    }
    return Found(start=start, end=start + len(quote), quote=quote, **said | more)


def document(city: Government, *measures: Found, text: str = TEXT, on: str = "2020-01-20") -> Document:
    """By default three measures: one with a target, one without, one that is a principle."""
    measures = measures or (found(FIRST), found(SECOND), found(THIRD, form="principle", trackable=False))
    return store_document(
        programme=city.programme,
        title="云溪市政府工作报告",
        filename="report.txt",
        content=f"{text}{Document.objects.count()}".encode(),
        text=text,
        extraction=Extraction("report", (Zone("plan", 0, len(text)),), (), measures),
        user=city.supervisor.holder,
        at=moment(on),
    )


def measure(made: Document, position: int = 1) -> Measure:
    return Measure.objects.get(document=made, position=position)
