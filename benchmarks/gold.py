"""Scores of extraction on annotated documents: `python -m benchmarks.gold [--errors | --ablation]`.

The shared gold documents are read from PLEDGES_SHARED (../shared by default), our own from the tests' passages. With
--errors every error is printed. With --ablation each gold document is scored again without the words of the lists that
occur in it and in no other gold document, nor in the passages and samples: what the lists owe to that one document.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PLEDGES_SHARED") or ROOT.parent / "shared")
PASSAGES = ROOT / "tests" / "pledges" / "extraction" / "passages"
PLAN_YEARS = {"000": 2020, "002": 2021, "003": 2020, "004": 2020}
FIGURES = [
    "target_f1",
    "measure",
    "clean",
    "pledge_f1",
    "pledge_precision",
    "pledge_recall",
    "trackable",
    "form",
    "firmness",
    "deadline_f1",
    "owner_f1",
]


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shared_score", SHARED / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def documents() -> list[tuple[str, Path, str, int]]:
    """(name, gold rows, text, plan year) of the shared documents."""
    from pledges.extraction import reading

    return [
        (
            gold.stem[:3],
            gold,
            reading.read_file(str(SHARED / "seeds" / f"{gold.stem}.txt")),
            PLAN_YEARS[gold.stem[:3]],
        )
        for gold in sorted((SHARED / "gold").glob("00*.jsonl"))
    ]


def passages() -> list[tuple[str, Path, str, int]]:
    """The same of the passages invented for the tests."""
    return [
        (
            gold.stem,
            gold,
            gold.with_suffix(".txt").read_text(encoding="utf-8"),
            json.loads(gold.read_text(encoding="utf-8").splitlines()[0])["plan_year"],
        )
        for gold in sorted(PASSAGES.glob("*.jsonl"))
    ]


def scores(found: list[tuple[str, Path, str, int]]) -> tuple[dict[str, dict[str, Any]], list[Any]]:
    """Figures by document and "pooled", and the errors of all."""
    from pledges.extraction import measures

    score = scorer().score
    pairs, table = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for name, gold, text, year in found:
            out = Path(folder) / f"{name}.jsonl"
            rows = measures.rows(measures.extract(text, year))
            out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
            pairs.append((str(gold), str(out)))
            table[name] = score(pairs[-1:])[0]
        table["pooled"], errors = score(pairs)
    return table, errors


def show(table: dict[str, dict[str, Any]]) -> None:
    names = ["pooled", *(name for name in table if name != "pooled")]
    print("| figure |", " | ".join(names), "|")
    print("| --- |", " | ".join("---" for _ in names), "|")
    for figure in FIGURES:
        cells = [table[name][figure] for name in names]
        print(f"| {figure} |", " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells), "|")


def only_in(name: str) -> dict[str, set[str]]:
    """List → its words that occur in that gold document and nowhere else that we have."""
    from pledges.extraction import cleaning, lexicon

    texts = {document: cleaning.clean(text).text for document, _, text, _ in documents()}
    ours = [text for _, _, text, _ in passages()]
    ours += [path.read_text(encoding="utf-8") for path in sorted((ROOT / "samples").glob("*.txt"))]
    elsewhere = "\n".join([text for document, text in texts.items() if document != name] + ours)
    return {
        path.stem: {word for word in lexicon.words(path.stem) if word in texts[name] and word not in elsewhere}
        for path in sorted(lexicon.FOLDER.glob("*.txt"))
    }


def ablate() -> None:
    """One line a document: how many entries fall away, and each figure before and after."""
    from pledges.extraction import lexicon

    table, _ = scores(documents())
    for name in [document for document, *_ in documents()]:
        removed = only_in(name)
        with tempfile.TemporaryDirectory() as folder:
            for path in lexicon.FOLDER.glob("*.txt"):
                kept = [
                    line
                    for line in path.read_text(encoding="utf-8").splitlines()
                    if line.partition("#")[0].strip() not in removed[path.stem]
                ]
                (Path(folder) / path.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
            command = [sys.executable, "-m", "benchmarks.gold", "--lists", folder, name]
            after = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
        words = len(set().union(*removed.values()))
        cells = [
            f"{figure} {table[name][figure]:.3f} → {after[figure]:.3f}"
            for figure in ("target_f1", "pledge_f1", "trackable", "form", "firmness", "deadline_f1", "owner_f1")
            if after[figure] is not None
        ]
        print(f"{name}: {words} words; " + ", ".join(cells))


def main(arguments: list[str]) -> None:
    if "--lists" in arguments:
        from pledges.extraction import lexicon

        lexicon.FOLDER = Path(arguments[arguments.index("--lists") + 1])
        print(json.dumps(scores([one for one in documents() if one[0] == arguments[-1]])[0]["pooled"]))
        return
    if "--ablation" in arguments:
        ablate()
        return
    for title, found in (("gold documents", documents()), ("our own passages", passages())):
        table, errors = scores(found)
        print(f"\n{title}\n")
        show(table if title == "gold documents" else {"pooled": table["pooled"]})
        kinds = Counter(why.split(":")[0].split(" None")[0].split(" 20")[0] for why, *_ in errors)
        print("\n", ", ".join(f"{kind} {number}" for kind, number in kinds.most_common()))
        if "--errors" in arguments:
            for why, where, row in errors:
                print(f"{Path(where).stem[:20]}: {why}: {json.dumps(row, ensure_ascii=False)[:300]}")


if __name__ == "__main__":
    main(sys.argv[1:])
