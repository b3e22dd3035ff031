"""分解: the arithmetic of splitting an amount among units. Pure; all amounts are Decimals in base units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SCALES = {10_000: "万", 100_000_000: "亿"}
FINEST = Decimal("0.0001")


@dataclass(frozen=True)
class Part:
    """One unit's share. ``accepted`` is its newest value that has been checked, ``newest`` its newest value at all
    (None before the first); ``missed`` how many windows in a row brought nothing."""

    share: Decimal
    accepted: Decimal | None = None
    newest: Decimal | None = None
    is_checked: bool = True
    missed: int = 0


@dataclass(frozen=True)
class Summary:
    """What has been allotted of ``total``, and what came of it. A value counts only once it has been checked."""

    total: Decimal
    parts: tuple[Part, ...]

    @property
    def allotted(self) -> Decimal:
        return sum((part.share for part in self.parts), Decimal(0))

    @property
    def gap(self) -> Decimal:
        """What is not allotted yet; negative where more was allotted than there is."""
        return self.total - self.allotted

    @property
    def counted(self) -> Decimal:
        return sum((part.accepted for part in self.parts if part.accepted is not None), Decimal(0))

    @property
    def waiting(self) -> Decimal:
        """The newest values that nobody has checked yet, as reported; no part of `counted`."""
        return sum((part.newest for part in self._unchecked if part.newest is not None), Decimal(0))

    @property
    def accepted_count(self) -> int:
        return sum(1 for part in self.parts if part.accepted is not None)

    @property
    def waiting_count(self) -> int:
        return len(self._unchecked)

    @property
    def late_count(self) -> int:
        return sum(1 for part in self.parts if part.missed)

    @property
    def _unchecked(self) -> list[Part]:
        return [part for part in self.parts if part.newest is not None and not part.is_checked]


def precision(value: Decimal, scale: int) -> Decimal:
    """The step in which an amount is written, in base units: 1 for 355, 1000 for 7.5万, 0.1 for 12.5."""
    exponent = (value / scale).normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(exponent if isinstance(exponent, int) else 0, 0)) * scale


def equal_shares(total: Decimal, parts: int, *, scale: int = 1, written: Decimal | None = None) -> list[Decimal]:
    """``total`` in equal parts that sum to it exactly, the larger ones first: 355 in 12 is seven of 30, five of 29.

    Each is written no finer than ``total`` (or ``written``, such as the whole target where only a rest is split). What
    is counted in 万 or 亿 may go down to single units where it would not suffice otherwise. Empty where it does not
    suffice for all.
    """
    if parts < 1 or total <= 0:
        return []
    step = min(precision(total, scale), precision(total if written is None else written, scale))
    while total < step * parts and step >= 10:
        step /= 10
    steps = int(total / step)
    if steps < parts:
        return []
    each, more = divmod(steps, parts)
    return [(each + (position < more)) * step for position in range(parts)]


def course_of_share(
    points: Iterable[tuple[date, Decimal]], *, share: Decimal, total: Decimal, scale: int
) -> list[tuple[date, Decimal]]:
    """The part of a planned course that falls to a share, rounded as the share is written."""
    step = max(precision(share, scale), FINEST)
    return [(day, (value * share / total / step).quantize(Decimal(1), ROUND_HALF_UP) * step) for day, value in points]


def written(value: Decimal, *, unit: str, scale: int) -> str:
    """Number and unit as people write them, for what is kept as text: 75000 户 at 10000 as "7.5万户"."""
    return f"{(value / scale).normalize():f}{SCALES.get(scale, '')}{unit}"
