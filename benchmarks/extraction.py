"""Extraction: its time beside word segmentation of the same text, and whether it stays linear."""

import gc
import itertools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import beside
from pledges.extraction import measures

ROOT = Path(__file__).resolve().parent.parent
YEAR = 2024
SIZE = 200_000
SMALL, LARGE = 30_000, 3_000_000
RUNS = 5


def text_of(size: int) -> str:
    """Exactly `size` characters, the same every time: the sample texts and the tests' passages, in turn."""
    paths = sorted((ROOT / "samples").glob("*.txt"))
    paths += sorted((ROOT / "tests" / "pledges" / "extraction" / "passages").glob("*.txt"))
    pages = [path.read_text(encoding="utf-8") for path in paths]
    pieces: list[str] = []
    length = 0
    for page in itertools.cycle(pages):
        pieces.append(page)
        length += len(page) + 1
        if length >= size:
            return "\n".join(pieces)[:size]
    raise ValueError("there are no texts to build from")


def beside_segmenting() -> dict[str, Any]:
    """Seconds per 10,000 characters; the floor is jieba cutting the same text into words, dictionary loaded before."""
    import jieba  # type: ignore[import-untyped]

    jieba.setLogLevel(logging.WARNING)
    text = text_of(SIZE)
    list(jieba.cut(text[:1000]))
    per = len(text) / 10_000
    mine = best(lambda: measures.extract(text, YEAR)) / per
    floor = best(lambda: sum(1 for _ in jieba.cut(text))) / per
    return beside(mine, floor, n=len(text), digits=5)


def linear() -> dict[str, Any]:
    """Microseconds a character of a text of 3,000,000 characters; the floor is the same of one of 30,000."""
    small, large = text_of(SMALL), text_of(LARGE)
    floor = best(lambda: measures.extract(small, YEAR)) / len(small)
    value = best(lambda: measures.extract(large, YEAR), runs=2) / len(large)
    return beside(value * 1e6, floor * 1e6, n=len(large), digits=3)


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """The shortest of several runs, in seconds of this process's own time."""
    shortest = float("inf")
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - started)
    return shortest
