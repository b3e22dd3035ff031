"""Duplicates: a long document's measures against a programme's pledges, beside the bare comparison of all pairs."""

from typing import Any

from benchmarks.extraction import best
from benchmarks.figures import beside
from pledges import duplicates
from pledges.duplicates import Candidate, Candidates, signature

MEASURES, PLEDGES = 200, 1000
COUNTIES = ("清河县", "东湖区")


def titles() -> list[str]:
    """Invented titles that share words as those of one programme do."""
    things = [first + second for first in "泵堤渠库管厕场灯" for second in "站房坝闸亭塔棚廊"]
    return [
        f"完成{things[number % 64]}{things[number // 16 % 64]}及{things[number // 3 % 64]}改造{number}处"
        for number in range(PLEDGES)
    ]


def against_all_pairs() -> dict[str, Any]:
    """Seconds to find what 200 measures repeat among 1,000 pledges; the floor is intersecting the bare sets of
    character pairs of each with each, without weights, places or numbers."""
    known = titles()

    def find() -> int:
        earlier = Candidates([Candidate(pk, 2019, signature(title, (), COUNTIES)) for pk, title in enumerate(known)])
        return sum(
            len(duplicates.find(signature(f"继续{title}", (), COUNTIES), earlier, year=2020))
            for title in known[:MEASURES]
        )

    def intersect() -> int:
        pairs = [{title[at : at + 2] for at in range(len(title) - 1)} for title in known]
        return sum(len(one & other) for one in pairs[:MEASURES] for other in pairs)

    value, floor = best(find), best(intersect)
    return beside(value, floor, n=MEASURES * PLEDGES, digits=4)
