"""What an address asks of the record of events; page, export and API read it alike."""

import datetime
import re

from django.http import QueryDict
from django.utils.dateparse import parse_date

from pledges.actors import Actor
from pledges.models import Unit
from workflow.audit_search import Search

WORD = re.compile(r"[\w:-]{1,60}")


def read(asked: QueryDict, actor: Actor) -> Search:
    """The search that an address asks for; what makes no sense is left out."""

    def word(name: str) -> str:
        given = asked.get(name, "").strip()
        return given if WORD.fullmatch(given) else ""

    def text(name: str) -> str:
        return asked.get(name, "").replace("\x00", "").strip()[:100]

    return Search(
        stream=word("stream"),
        kind=word("kind"),
        number=word("number"),
        action=word("action"),
        person=text("person"),
        unit=_unit(asked.get("unit", ""), actor),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        words=text("words"),
    )


def _unit(asked: str, actor: Actor) -> Unit | None:
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return None
    found: Unit | None = Unit.objects.visible_to(actor).filter(pk=int(asked)).first()
    return found


def _day(asked: str) -> datetime.date | None:
    try:
        day = parse_date(asked)
    except ValueError:
        return None
    return day if day is not None and 1990 <= day.year <= 2200 else None
