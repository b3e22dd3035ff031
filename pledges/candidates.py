"""What measures are compared with: pledges and measures as signatures of `pledges.duplicates`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pledges.duplicates import Candidate, Candidates, Number, Signature, signature
from pledges.matching import GOVERNMENT
from pledges.models import Measure, Pledge, Target, Unit


class Signatures:
    """Reads signatures by the names of one government: its counties are places, its own name says nothing."""

    def __init__(self, units: Iterable[Unit]) -> None:
        bare = [(GOVERNMENT.sub("", unit.name), unit.kind) for unit in units]
        self.places = [name for name, kind in bare if kind == Unit.Kind.COUNTY]
        self.government = next((name for name, kind in bare if kind == Unit.Kind.CITY), "")

    def of_measure(self, measure: Measure) -> Signature:
        return self._of(measure.title, map(_read_number, measure.targets))

    def of_pledge(self, pledge: Pledge) -> Signature:
        return self._of(pledge.title, map(_number, pledge.targets.all()))

    def _of(self, title: str, numbers: Iterable[Number]) -> Signature:
        bare = title.replace(self.government, "") if self.government else title
        return signature(bare, numbers, self.places)

    def pledges(self, pledges: Iterable[Pledge]) -> Candidates:
        """With programme and targets loaded."""
        return Candidates([Candidate(one.pk, one.programme.year, self.of_pledge(one)) for one in pledges])

    def measures(self, measures: Iterable[Measure], *, year: int) -> Candidates:
        return Candidates([Candidate(one.pk, year, self.of_measure(one)) for one in measures])


def _number(target: Target) -> Number:
    return Number(target.value, target.unit, target.quantity_kind, target.comparator == Target.Comparator.LE)


def _read_number(target: Mapping[str, Any]) -> Number:
    return Number(
        Decimal(str(target["value"])),
        str(target["unit"]),
        str(target.get("quantity_kind") or Target.QuantityKind.AMOUNT),
        target["comparator"] == Target.Comparator.LE,
    )
