"""Takes words away that should never have entered; what is numbered, dated or counted stays.

Every text becomes 已清除 where there was one. Nobody else ever removes a fact.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from pledges.models import Document, Indicator, Measure, Pledge

ERASED = "已清除"
MASK = "█"
TOLD_APART = ((Indicator, "name"),)  # two of one government cannot share a name
PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{0,40}")  # codes, days, numbers and ids inside JSON say nothing


def texts_in(rows: Iterable[Model], fields: Sequence[str]) -> set[str]:
    """Every text that stands in these fields of these rows, also inside JSON."""
    found: set[str] = set()
    for row in rows:
        for name in fields:
            found |= set(_texts(getattr(row, name)))
    return found - {"", ERASED}


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from (text for text in _texts(one) if not PLAIN.fullmatch(text))
    elif isinstance(value, list):
        for one in value:
            yield from (text for text in _texts(one) if not PLAIN.fullmatch(text))


def blank(rows: QuerySet[Any], fields: Sequence[str]) -> None:
    """Put 已清除 in the place of every text in these fields; a binary field is emptied."""
    for row in rows:
        for name in fields:
            blanked = _blanked(getattr(row, name))
            setattr(row, name, f"{blanked}{row.pk}" if (type(row), name) in TOLD_APART and blanked else blanked)
        row.save(update_fields=list(fields))


def _blanked(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return b""
    if isinstance(value, str):
        return ERASED if value else ""
    if isinstance(value, Mapping):
        return {key: one if _is_plain(one) else _blanked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [one if _is_plain(one) else _blanked(one) for one in value]
    return value


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and PLAIN.fullmatch(value) is not None


def masked(text: str, passages: Iterable[str]) -> str:
    """The text with every occurrence of these passages covered, each character by one, so that no offset moves."""
    for passage in sorted(passages, key=len, reverse=True):
        text = text.replace(passage, MASK * len(passage))
    return text


def mask_document(document: Document, text: str) -> None:
    """The text as it stands after masking. The original cannot be masked, so it goes as a whole."""
    document.text, document.content = text, b""
    document.save(update_fields=["text", "content"])


def raise_versions(*, pledges: Iterable[int], measures: Iterable[int]) -> None:
    """Forms that were opened before are stale now."""
    for model, numbers in ((Pledge, pledges), (Measure, measures)):
        for row in model.objects.filter(pk__in=list(numbers)).only("version"):
            row.version += 1
            row.save(update_fields=["version"])
