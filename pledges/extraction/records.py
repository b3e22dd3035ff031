"""What an extraction is: zones, sections and measures with their targets; and its rows in the gold format."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Zone:
    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    title: str
    start: int
    end: int
    level: int


@dataclass(frozen=True)
class Target:
    """A number someone undertook to reach; value in base units, value_max only for a range."""

    start: int
    end: int
    quote: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    measure: str
    object: str
    deadline: date | None


@dataclass(frozen=True)
class Measure:
    """One undertaking: quote == text[start:end]. `title` is the same in clean text, for people to read: simplified,
    without pinyin glosses and line breaks. `doubts` are stable codes for a person to look at."""

    start: int
    end: int
    quote: str
    section: str
    trackable: bool
    form: str
    firmness: str
    deadline: date | None
    lead: tuple[str, ...]
    support: tuple[str, ...]
    person: tuple[str, ...]
    targets: tuple[Target, ...]
    doubts: tuple[str, ...]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", " ".join(self.quote.split()))


@dataclass(frozen=True)
class Extraction:
    """What a document holds; zones partition it."""

    kind: str
    zones: tuple[Zone, ...]
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]


def section_at(extraction: Extraction, at: int) -> Section | None:
    """The innermost section over an original offset."""
    starts = [section.start for section in extraction.sections]
    for index in range(bisect_right(starts, at) - 1, -1, -1):
        if extraction.sections[index].end > at:
            return extraction.sections[index]
    return None


def rows(extraction: Extraction) -> list[dict[str, Any]]:
    """The extraction in the row format of the gold annotations: zone, pledge, target."""
    found: list[dict[str, Any]] = [
        {"kind": "zone", "label": zone.label, "start": zone.start, "end": zone.end} for zone in extraction.zones
    ]
    for measure in extraction.measures:
        found.append(
            {
                "kind": "pledge",
                "start": measure.start,
                "end": measure.end,
                "quote": measure.quote,
                "title": measure.title,
                "trackable": measure.trackable,
                "form": measure.form,
                "firmness": measure.firmness,
                "deadline": _iso(measure.deadline),
                "lead": list(measure.lead),
                "support": list(measure.support),
                "person": list(measure.person),
                "section": measure.section,
                "doubts": list(measure.doubts),
            }
        )
        for target in measure.targets:
            found.append(
                {
                    "kind": "target",
                    "start": target.start,
                    "end": target.end,
                    "quote": target.quote,
                    "value": _plain(target.value),
                    "value_max": None if target.value_max is None else _plain(target.value_max),
                    "unit": target.unit,
                    "cmp": target.comparator,
                    "measure": target.measure,
                    "object": target.object,
                    "deadline": _iso(target.deadline),
                }
            )
    return found


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
