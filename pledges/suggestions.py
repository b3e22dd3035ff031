"""Where a text names nobody: who led the likest undertakings before. A person decides; the past pledge is the reason.

The measure's title and section against those of pledges that have a lead unit: the cosine of their weighted pairs of
characters (`pledges.bigrams`). Of each unit only its likest pledge speaks. Pure: no database.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pledges import bigrams
from pledges.models import Pledge

THRESHOLD_BP = 2500  # below this two titles share no more than a common word
MOST = 3


@dataclass(frozen=True)
class Assignment:
    """A pledge and the unit that leads it; ``words`` are the pairs of its title and section."""

    pledge_id: int
    unit_id: int
    words: frozenset[str]


@dataclass(frozen=True)
class Suggestion:
    unit_id: int
    pledge_id: int
    confidence_bp: int


class Past:
    """The assignments to learn from, indexed once for a whole document."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        self.assignments = assignments
        self.index = bigrams.Index([one.words for one in assignments])
        self.lengths = [self._length(one.words) for one in assignments]

    def _length(self, words: Iterable[str]) -> float:
        return math.sqrt(sum(self.index.weight(pair) ** 2 for pair in words))

    def cosines(self, words: frozenset[str]) -> dict[int, float]:
        length = self._length(words)
        shared = self.index.shared(words, power=2)
        return {position: found / (length * self.lengths[position]) for position, found in shared.items()}


def words_of(title: str, section: str = "") -> frozenset[str]:
    return bigrams.pairs(bigrams.plain(f"{section}\n{title}"))


def suggest(words: frozenset[str], past: Past, *, without: int | None = None) -> list[Suggestion]:
    """At most `MOST` units, the likeliest first. ``without`` leaves one pledge out: the measure's own."""
    best: dict[int, Suggestion] = {}
    for position, cosine in past.cosines(words).items():
        one = past.assignments[position]
        confidence_bp = round(10_000 * cosine)
        known = best.get(one.unit_id)
        if confidence_bp < THRESHOLD_BP or one.pledge_id == without:
            continue
        if known is None or (confidence_bp, -one.pledge_id) > (known.confidence_bp, -known.pledge_id):
            best[one.unit_id] = Suggestion(one.unit_id, one.pledge_id, confidence_bp)
    return sorted(best.values(), key=lambda found: (-found.confidence_bp, found.unit_id))[:MOST]


def past_of(pledges: Iterable[Pledge]) -> Past:
    """What these pledges, as far as they have a lead unit, say about who leads what."""
    return Past(
        [Assignment(one.pk, one.lead_unit_id, words_of(one.title, one.section)) for one in pledges if one.lead_unit_id]
    )
