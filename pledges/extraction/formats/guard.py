"""Readers of formats run in a process of their own: what a hostile file does to one, it does to nothing else.

The process gets the bytes and nothing of the product's settings; its memory, its time and its files are limited.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pledges.extraction.formats.document import Cell, Reading, Table, UnreadableDocument

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 25  # on the clock; the readers give up by themselves a little earlier
MEMORY = 1536 * 1024 * 1024


def read(kind: str, data: bytes) -> Reading:
    """The reading of a docx, pdf, html, xlsx or xls; UnreadableDocument for what the reader refuses, for what takes
    too long or too much memory, and for what brings the reader down."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, the kind is one of ours
            [sys.executable, "-m", "pledges.extraction.formats", kind, str(SECONDS), str(MEMORY)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise too_heavy() from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise too_heavy() from error
    if "code" in answer:
        raise UnreadableDocument(answer["code"], answer["message"])
    return unpacked(answer)


def too_heavy() -> UnreadableDocument:
    return UnreadableDocument("too_heavy", "文件过于庞大或结构异常,在限定的时间和内存内读不完,请拆分或另存后再上传。")


def packed(reading: Reading) -> dict[str, Any]:
    """A reading as JSON; a cell's text is left out, since its place in the text gives it back."""
    return {
        "text": reading.text,
        "format": reading.format,
        "beside": reading.beside,
        "tables": [
            {"title": table.title, "rows": [[[one.start, one.end, one.is_first] for one in row] for row in table.rows]}
            for table in reading.tables
        ],
    }


def unpacked(answer: dict[str, Any]) -> Reading:
    text = answer["text"]

    def cell(start: int, end: int, is_first: bool) -> Cell:
        return Cell(text[start:end], start, end, is_first)

    tables = tuple(
        Table(
            tuple(tuple(cell(*place) for place in row) for row in table["rows"]),
            table["title"],
        )
        for table in answer["tables"]
    )
    return Reading(text, tables, answer["format"], answer["beside"])
