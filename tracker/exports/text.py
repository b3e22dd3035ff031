"""The ledger as CSV and JSON."""

import csv
import io
import json
from typing import Any

from tracker.exports.rows import COLUMNS, Ledger

# What a spreadsheet may take for a formula at the beginning of a cell, in half and full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(ledger: Ledger) -> bytes:
    """UTF-8 with a BOM, as Excel wants it; a text that begins like a formula gets an apostrophe in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([str(title) for title in COLUMNS.values()])
    writer.writerows([harmless(row.texts[key]) for key in COLUMNS] for row in ledger.rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def write_json(ledger: Ledger) -> bytes:
    return json.dumps(document(ledger), ensure_ascii=False, indent=1).encode()


def document(ledger: Ledger) -> dict[str, Any]:
    """The ledger as plain values; the API answers with the same."""
    return {
        "title": ledger.title,
        "programme": {"id": ledger.programme.pk, "year": ledger.programme.year, "title": ledger.programme.title},
        "period": ledger.period.key,
        "data_day": ledger.data_day.isoformat(),
        "as_of": ledger.as_of.isoformat(),
        "snapshot": {"version": ledger.frozen_as[0], "digest": ledger.frozen_as[1]} if ledger.frozen_as else None,
        "columns": [{"key": key, "title": str(title)} for key, title in COLUMNS.items()],
        "rows": [{"pledge": row.pledge_id, "progress_bp": row.progress_bp, **row.texts} for row in ledger.rows],
    }
