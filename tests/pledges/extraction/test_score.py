"""The score on the shared gold documents, with floors just under what was measured."""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pledges.extraction import measures, reading

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PLEDGES_SHARED") or ROOT.parent / "shared")
PLAN_YEARS = {"000": 2020, "002": 2021, "003": 2020, "004": 2020}
FLOORS = {
    "target_f1": 0.98,
    "measure": 0.99,
    "clean": 0.985,
    "pledge_f1": 0.83,
    "trackable": 0.83,
    "form": 0.93,
    "firmness": 0.92,
    "deadline_f1": 0.92,
    "owner_f1": 0.88,
}

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold" / "score.py").exists(),
    reason=f"the shared gold documents are not in {SHARED} (PLEDGES_SHARED)",
)


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pooled_score_keeps_its_floors(tmp_path: Path) -> None:
    pairs = []
    for gold in sorted((SHARED / "gold").glob("00*.jsonl")):
        text = reading.read_file(SHARED / "seeds" / f"{gold.stem}.txt")
        rows: list[dict[str, Any]] = measures.rows(measures.extract(text, PLAN_YEARS[gold.stem[:3]]))
        predicted = tmp_path / gold.name
        predicted.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        pairs.append((str(gold), str(predicted)))
    figures, _ = scorer().score(pairs)
    assert len(pairs) == len(PLAN_YEARS)
    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}
