"""What a benchmark prints."""

import resource
import sys
from typing import Any


def beside(
    value: float, floor: float, *, n: int, digits: int = 2, since: int | None = None, **more: Any
) -> dict[str, Any]:
    """``since`` is the peak before the measured work began: ``grown_mib`` is what the work added to it."""
    found = {"value": round(value, digits), "floor": round(floor, digits), "ratio": round(value / floor, 2), "n": n}
    grown = {} if since is None else {"grown_mib": peak_mib() - since}
    return found | more | grown | {"peak_mib": peak_mib()}


def peak_mib() -> int:
    """The most memory the process has held so far."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
