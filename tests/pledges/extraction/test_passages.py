"""Whole invented documents of the genres, annotated by hand in the gold format beside them.

passages/NAME.txt and NAME.jsonl; a first row {"kind": "note", "plan_year": …}. The figures are those of the shared
scorer, counted here again so that the test needs nothing outside the repository.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pledges.extraction import measures

FOLDER = Path(__file__).parent / "passages"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
# Nothing in them is a pledge.
SILENT = ["feature", "halfyear_notice", "news", "progress_news", "signing_news", "statistics"]

Row = dict[str, Any]


def gold(name: str) -> list[Row]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def found(name: str, kind: str) -> list[Row]:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    rows = measures.rows(measures.extract(text, gold(name)[0]["plan_year"]))
    return [row for row in rows if row["kind"] == kind]


def of(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] == kind]


def number(row: Row) -> tuple[object, ...]:
    return row["start"], row["end"], row["value"], row["value_max"], row["unit"], row["cmp"], row["measure"]


def iou(one: Row, other: Row) -> float:
    shared = max(0, min(one["end"], other["end"]) - max(one["start"], other["start"]))
    return shared / (one["end"] - one["start"] + other["end"] - other["start"] - shared)


def pairs(name: str) -> list[tuple[Row, Row]]:
    """Trackable pledges matched by the halves of their spans."""
    wanted = [row for row in of(gold(name), "pledge") if row["trackable"]]
    given = [row for row in found(name, "pledge") if row["trackable"]]
    return [(one, other) for one in wanted for other in given if iou(one, other) >= 0.5]


def test_there_is_a_passage_of_every_genre() -> None:
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_annotations_quote_their_text(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    rows = gold(name)
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows if "quote" in row)
    zones = of(rows, "zone")
    assert (zones[0]["start"], zones[-1]["end"]) == (0, len(text))


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_of_a_passage_are_read_exactly(name: str) -> None:
    assert [number(row) for row in found(name, "target")] == [number(row) for row in of(gold(name), "target")]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_promised_in_what_looks_back(name: str) -> None:
    barred = [(zone["start"], zone["end"]) for zone in of(gold(name), "zone") if zone["label"] in ("review", "other")]
    assert [
        row["quote"] for row in found(name, "pledge") if any(start <= row["start"] < end for start, end in barred)
    ] == []


@pytest.mark.parametrize("name", SILENT)
def test_news_and_notices_of_results_hold_no_pledge(name: str) -> None:
    assert [row["quote"] for row in found(name, "pledge") if row["trackable"]] == []


def share(hits: int, given: int, wanted: int) -> float:
    return 2 * hits / (given + wanted)


def test_the_pooled_figures_keep_their_floors() -> None:
    counts = dict.fromkeys(("hit", "given", "wanted", "form", "firm", "due", "dues", "own", "owns"), 0)
    for name in NAMES:
        matched = pairs(name)
        counts["hit"] += len(matched)
        counts["given"] += sum(row["trackable"] for row in found(name, "pledge"))
        counts["wanted"] += sum(row["trackable"] for row in of(gold(name), "pledge"))
        for one, other in matched:
            counts["form"] += one["form"] == other["form"]
            counts["firm"] += one["firmness"] == other["firmness"]
            counts["dues"] += bool(one["deadline"] or other["deadline"])
            counts["due"] += bool(one["deadline"]) and one["deadline"] == other["deadline"]
            for role in ("lead", "support", "person"):
                counts["owns"] += bool(one[role] or other[role])
                counts["own"] += bool(one[role]) and one[role] == other[role]
    figures = {
        "pledge_f1": share(counts["hit"], counts["given"], counts["wanted"]),
        "form": counts["form"] / counts["hit"],
        "firmness": counts["firm"] / counts["hit"],
        "deadline": counts["due"] / counts["dues"],
        "owner": counts["own"] / counts["owns"],
    }
    floors = {"pledge_f1": 0.96, "form": 0.94, "firmness": 0.94, "deadline": 0.95, "owner": 0.9}
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}
