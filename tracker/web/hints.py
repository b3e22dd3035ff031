"""What is offered beside measures: the unit an owner's name means, who led the like before, and what they may repeat.

Offers only: each is a link or a button for a person. A fixed number of queries however many measures are asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges import duplicates, matching, suggestions
from pledges.actors import Actor
from pledges.candidates import Signatures
from pledges.duplicates import Candidates, Kind, Likeness, Number, Signature
from pledges.matching import Why
from pledges.models import Document, Fate, Measure, Pledge, PledgeLink, State, Unit
from tracker import words

YEARS_BACK = 3  # older undertakings are rarely promised again, and a person would not know them
MEASURES_SHOWN = 2  # of the same undertaking in other documents that still waits there

WHY: dict[Why, Any] = {
    Why.NAME: gettext_lazy("与单位名称一致"),
    Why.ALIAS: gettext_lazy("是单位的别名"),
    Why.FORM: gettext_lazy("与单位名称只差级别或个别字"),
    Why.ABBREVIATION: gettext_lazy("像是单位名称的简称"),
    Why.GROUP: gettext_lazy("泛指多个单位,请选定牵头的一个"),
}
KINDS: dict[Kind, Any] = {
    Kind.IDENTICAL: gettext_lazy("内容相同"),
    Kind.CONTINUED: gettext_lazy("继续推进"),
    Kind.RAISED: gettext_lazy("要求提高"),
    Kind.LOWERED: gettext_lazy("要求降低"),
}


@dataclass(frozen=True)
class Owner:
    """A name as written, and a unit that it may mean; ``unit`` is None for a group."""

    name: str
    part: str
    unit: Unit | None
    confidence: int
    why: str


@dataclass(frozen=True)
class Suggested:
    """A unit that led the like, and the pledge that says so."""

    unit: Unit
    pledge: Pledge
    confidence: int


@dataclass(frozen=True)
class Duplicate:
    """A pledge that a measure may repeat, which link to offer first, and why in words."""

    pledge: Pledge
    score: int
    kind: str
    label: str
    offers: str
    may_continue: bool
    why: str

    @property
    def offers_same(self) -> bool:
        return self.offers == PledgeLink.Kind.SAME

    @property
    def offers_continuing(self) -> bool:
        return self.offers == PledgeLink.Kind.CONTINUES


@dataclass(frozen=True)
class Elsewhere:
    """A measure of another document that waits too and may be the same."""

    measure: Measure
    score: int
    why: str


@dataclass(frozen=True)
class Hints:
    """``same`` and ``continues`` are the links that a person has made."""

    owners: list[Owner] = field(default_factory=list)
    suggested: list[Suggested] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    links: list[PledgeLink] = field(default_factory=list)

    @property
    def same(self) -> PledgeLink | None:
        return next((link for link in self.links if link.kind == PledgeLink.Kind.SAME), None)

    def __bool__(self) -> bool:
        return any((self.owners, self.suggested, self.duplicates, self.elsewhere, self.links))


def of(document: Document, measures: Sequence[Measure], actor: Actor) -> dict[int, Hints]:
    """Hints by measure id. ``document`` with its programme; the measures are all of it."""
    if not measures:
        return {}
    programme = document.programme
    units = list(Unit.objects.below(programme.government).filter(is_active=True).order_by("position", "pk"))
    pledges = list(
        Pledge.objects.visible_to(actor)
        .filter(
            programme__government=programme.government_id,
            programme__year__gt=programme.year - YEARS_BACK,
            programme__year__lte=programme.year,
        )
        .select_related("programme")
        .prefetch_related("targets")
        .order_by("pk")
    )
    others = list(
        Measure.objects.visible_to(actor)
        .filter(document__programme=programme, fate=Fate.PENDING, trackable=True)
        .exclude(document=document)
        .select_related("document")
        .defer("document__content", "document__text", "document__zones")
    )
    links: dict[int, list[PledgeLink]] = defaultdict(list)
    for link in PledgeLink.objects.filter(measure__in=[one.pk for one in measures]).select_related("pledge"):
        links[link.measure_id].append(link)
    room = _Room(units, pledges, others, year=programme.year)
    return {one.pk: room.hints(one, links[one.pk]) for one in measures}


class _Room:
    """Everything that the measures of one document are held against, indexed once."""

    def __init__(self, units: list[Unit], pledges: list[Pledge], others: list[Measure], *, year: int) -> None:
        self.year = year
        self.units = {unit.pk: unit for unit in units}
        self.directory = matching.directory_of(units)
        self.pledges = {pledge.pk: pledge for pledge in pledges}
        self.own = {pledge.measure_id: pledge.pk for pledge in pledges if pledge.measure_id}
        self.past = suggestions.past_of(pledge for pledge in pledges if pledge.lead_unit_id in self.units)
        self.signatures = Signatures(units)
        self.earlier = self.signatures.pledges(one for one in pledges if one.state != State.WITHDRAWN)
        self.others = {one.pk: one for one in others}
        self.waiting = self.signatures.measures(others, year=year)

    def hints(self, measure: Measure, links: list[PledgeLink]) -> Hints:
        own = self.own.get(measure.pk)
        linked = {link.pledge_id for link in links}
        signature = self.signatures.of_measure(measure)
        owners = [
            owner
            for part, names in ((_("牵头"), measure.lead), (_("配合"), measure.support))
            for name in names
            for owner in self._owners(name, part)
        ]
        named = any(owner.part == _("牵头") and owner.unit for owner in owners)
        return Hints(
            owners=owners,
            suggested=[] if named else self._suggested(measure, own),
            duplicates=[
                self._duplicate(likeness)
                for likeness in self._found(signature, self.earlier)
                if likeness.id != own and likeness.id not in linked
            ],
            elsewhere=[
                Elsewhere(self.others[likeness.id], likeness.score_bp // 100, why(likeness))
                for likeness in self._found(signature, self.waiting)
            ][:MEASURES_SHOWN],
            links=links,
        )

    def _found(self, signature: Signature, candidates: Candidates) -> list[Likeness]:
        return duplicates.find(signature, candidates, year=self.year)

    def _owners(self, name: str, part: str) -> Iterable[Owner]:
        for found in matching.match(name, self.directory):
            unit = self.units[found.unit_id] if found.unit_id is not None else None
            yield Owner(name, part, unit, found.confidence_bp // 100, str(WHY[found.why]))

    def _suggested(self, measure: Measure, own: int | None) -> list[Suggested]:
        like = suggestions.words_of(measure.title, measure.section)
        return [
            Suggested(self.units[one.unit_id], self.pledges[one.pledge_id], one.confidence_bp // 100)
            for one in suggestions.suggest(like, self.past, without=own)
        ]

    def _duplicate(self, likeness: Likeness) -> Duplicate:
        return Duplicate(
            pledge=self.pledges[likeness.id],
            score=likeness.score_bp // 100,
            kind=str(likeness.kind),
            label=str(KINDS[likeness.kind]),
            offers=PledgeLink.Kind.SAME if likeness.is_duplicate else PledgeLink.Kind.CONTINUES,
            may_continue=likeness.is_later,
            why=why(likeness),
        )


def why(likeness: Likeness) -> str:
    """What is alike, in words: object, names, place, number."""
    said = [_("对象相近 %(percent)d%%") % {"percent": likeness.score_bp // 100}]
    if likeness.names:
        said.append(_("都提到“%(names)s”") % {"names": "、".join(likeness.names[:2])})
    if likeness.places:
        said.append(_("地点同为%(places)s") % {"places": "、".join(likeness.places)})
    if likeness.numbers is not None:
        before, now = map(_amount, likeness.numbers)
        same = likeness.numbers[0].value == likeness.numbers[1].value
        said.append(
            _("数字同为 %(number)s") % {"number": now}
            if same
            else _("数字由 %(before)s 变为 %(now)s") % {"before": before, "now": now}
        )
    return ",".join(said)


def _amount(number: Number) -> str:
    scale = next((scale for scale in sorted(words.SCALES, reverse=True) if abs(number.value) >= Decimal(scale)), 1)
    return words.amount(number.value, unit=number.unit, scale=scale)
