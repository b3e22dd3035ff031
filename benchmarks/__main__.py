"""`python -m benchmarks [NAME …]`: runs the named benchmarks, or all; one JSON object a line."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks import dispatch, duplicates, extraction, lights, reminders, rollups

# name → a function that measures and returns value, floor, ratio, n and what else is worth printing
BENCHMARKS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "extraction": extraction.beside_segmenting,
    "extraction_linear": extraction.linear,
    "duplicates": duplicates.against_all_pairs,
    "lights": lights.beside_one_update,
    "rollup_full": rollups.from_nothing,
    "rollup_one": rollups.one_report,
    "reminders": reminders.beside_one_insert,
    "dispatch": dispatch.beside_a_bare_job,
}


def main(names: list[str]) -> int:
    """0; 2 when a name is not in the registry."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(json.dumps({"name": name, **BENCHMARKS[name]()}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
