"""The same undertaking in two documents, or again in a later year: likeness by object, place and number.

Three questions are asked apart (docs/matching.md has the figures):

- **object**: how much of the telling words two undertakings share, rare ones counting more (`pledges.bigrams`), or one
  name (a quoted one, a member of a list) that both have;
- **place**: two that name different counties are never alike;
- **number**: values of one unit are equal, or the later one asks for more or for less.

Pure: no database. What is found is offered to a person and never acted on.
"""

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from pledges import bigrams

THRESHOLD_BP = 4000  # offered from here on
CLOSE_BP = 8000  # the words are the same but for the odd one
ALIKE_BP = 5000  # enough where the numbers are the same
SAME_NAME_BP = 5500  # they share a whole name, whatever else each of them lists
FULL = 10_000
MOST = 5  # a person reads no longer list

# The score is a mean of "how much of the shorter is in the longer" and "how much of both is shared"; the constant keeps
# two short texts with one pair in common from looking alike.
WITHIN_SHARE, SMOOTHING = 0.5, 6.0
SAME_NUMBER_BP, SAME_PLACE_BP = 1000, 500
RARENESS = 0.7  # of a name's pairs, against pairs that only one undertaking has

NAMED = re.compile("[“《]([^”》]{2,20})[”》]")
LIST_MARK = re.compile("[、，和及与]|以及")
FINISHED = re.compile("完成|建成|创成|竣工|投产|投用|投入使用|通车|开放|实现|全覆盖|清零|消除|基本解决|成功|销号")
BEGUN = re.compile("^(?:积极|力争|全力|适时|争取)?(?:启动|申报|申建|谋划|筹备|筹建|论证|开工|争取|研究)")
UNDER_WAY = re.compile(
    "^(?:高质量|稳步|有序|扎实|全面|深入|加快|积极|继续|大力|持续)*(?:推进|推动|加快|加速|支持|促进)"
)


class Kind(StrEnum):
    """What the later one is to the earlier one, as a person would say it."""

    IDENTICAL = "identical"
    CONTINUED = "continued"
    RAISED = "raised"
    LOWERED = "lowered"


@dataclass(frozen=True)
class Number:
    """One target: value in base units, its unit, what kind of quantity, and whether less is asked for (``le``)."""

    value: Decimal
    unit: str
    quantity_kind: str = "amount"
    is_ceiling: bool = False

    @property
    def measured_in(self) -> tuple[str, str]:
        return self.unit, self.quantity_kind


@dataclass(frozen=True)
class Signature:
    """What an undertaking is about, apart from how it is put."""

    text: str
    numbers: frozenset[Number]
    places: frozenset[str]

    @cached_property
    def pairs(self) -> frozenset[str]:
        text = self.text
        for place in self.places:
            text = text.replace(place, " ")
        return bigrams.pairs(text)

    @cached_property
    def names(self) -> frozenset[str]:
        """Quoted names, and the members of a list that are long enough to name one thing."""
        quoted = {"".join(bigrams.HAN_RUN.findall(name)) for name in NAMED.findall(self.text)}
        members = LIST_MARK.split(self.text)
        listed = {run for member in members for run in bigrams.telling(member)} if len(members) > 1 else set()
        return frozenset(name for name in quoted | listed if len(name) >= 4)

    @cached_property
    def reach(self) -> int:
        """How far it undertakes to go: 0 to begin, 1 to work on it, 2 to finish it."""
        if BEGUN.search(self.text):
            return 0
        return 2 if FINISHED.search(self.text) and not UNDER_WAY.search(self.text) else 1


@dataclass(frozen=True)
class Candidate:
    """An undertaking to compare with: a pledge's or a measure's id, its plan year and signature."""

    id: int
    year: int
    signature: Signature


@dataclass(frozen=True)
class Likeness:
    """``score_bp`` from 0 to 10000. ``names`` are the shared ones; ``numbers`` (before, now) where a unit is shared."""

    id: int
    score_bp: int
    kind: Kind
    is_later: bool
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[Number, Number] | None = None

    @property
    def is_duplicate(self) -> bool:
        """The same thing twice in one year: the link to offer is "same". Otherwise it goes on from the earlier one."""
        same_number = self.numbers is None or self.numbers[0].value == self.numbers[1].value
        return not self.is_later and same_number


def signature(title: str, targets: Iterable[Number] = (), places: Iterable[str] = ()) -> Signature:
    """``places`` are the names that may stand in the title; those that do are kept."""
    text = bigrams.plain(title)
    return Signature(text, frozenset(targets), frozenset(place for place in places if place and place in text))


class Candidates:
    """What measures are compared with, indexed once for a whole document."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.rows = candidates
        self.index = bigrams.Index([one.signature.pairs for one in candidates])


def find(measure: Signature, candidates: Candidates, *, year: int, threshold_bp: int = THRESHOLD_BP) -> list[Likeness]:
    """The likely ones, the likeliest first, at most `MOST`. ``year`` is the measure's plan year."""
    index = candidates.index
    mass = index.mass(measure.pairs)
    found: list[tuple[int, int, int]] = []
    for position, shared in index.shared(measure.pairs).items():
        before = candidates.rows[position].signature
        if measure.places and before.places and not measure.places & before.places:
            continue
        within = shared / (min(mass, index.masses[position]) + SMOOTHING)
        both = 2 * shared / (mass + index.masses[position])
        score_bp = round(FULL * (WITHIN_SHARE * within + (1 - WITHIN_SHARE) * both))
        if score_bp < SAME_NAME_BP and _shared_names(measure, before, index):
            score_bp = SAME_NAME_BP
        score_bp += SAME_PLACE_BP if measure.places & before.places else 0
        score_bp += SAME_NUMBER_BP if _has_same_number(_compared_numbers(measure, before)) else 0
        if score_bp >= threshold_bp:
            found.append((min(score_bp, FULL), position, round(FULL * both)))
    best = heapq.nsmallest(MOST, found, key=lambda one: (-one[0], candidates.rows[one[1]].id))
    return [_likeness(measure, candidates.rows[at], index, score, both, year=year) for score, at, both in best]


def _likeness(
    now: Signature, other: Candidate, index: bigrams.Index, score_bp: int, both_bp: int, *, year: int
) -> Likeness:
    before = other.signature
    numbers = _compared_numbers(now, before)
    return Likeness(
        id=other.id,
        score_bp=score_bp,
        kind=_kind(now, before, numbers, both_bp),
        is_later=year > other.year,
        names=_shared_names(now, before, index),
        places=tuple(sorted(now.places & before.places)),
        numbers=numbers,
    )


def _shared_names(one: Signature, other: Signature, index: bigrams.Index) -> tuple[str, ...]:
    """Names of the one that stand in the other, rare enough to name one thing."""
    if not one.names and not other.names:
        return ()
    either = {name for name in one.names if name in other.text} | {name for name in other.names if name in one.text}
    return tuple(sorted(name for name in either if _is_rare(name, index)))


def _is_rare(name: str, index: bigrams.Index) -> bool:
    pairs = [name[at : at + 2] for at in range(len(name) - 1)]
    return index.mass(pairs) >= RARENESS * index.rare * len(pairs)


def _compared_numbers(now: Signature, before: Signature) -> tuple[Number, Number] | None:
    """A pair of numbers of one unit (before, now), equal ones first; None where they share no unit."""
    found = [
        (old, new) for new in now.numbers for old in before.numbers if old.measured_in == new.measured_in
    ]  # a handful each
    return min(found, key=lambda two: (two[0].value != two[1].value, two[0].value, two[1].value), default=None)


def _has_same_number(numbers: tuple[Number, Number] | None) -> bool:
    return numbers is not None and numbers[0].value == numbers[1].value


def _kind(now: Signature, before: Signature, numbers: tuple[Number, Number] | None, both_bp: int) -> Kind:
    if numbers is not None and numbers[0].value != numbers[1].value:
        more = numbers[1].value > numbers[0].value
        return Kind.RAISED if more is not numbers[1].is_ceiling else Kind.LOWERED
    if now.reach != before.reach:
        return Kind.RAISED if now.reach > before.reach else Kind.LOWERED
    if {one.measured_in for one in now.numbers} != {one.measured_in for one in before.numbers}:
        return Kind.CONTINUED
    return Kind.IDENTICAL if both_bp >= (ALIKE_BP if numbers else CLOSE_BP) else Kind.CONTINUED
