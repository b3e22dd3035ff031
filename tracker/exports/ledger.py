"""The quarterly ledger (季度台账): its rows, and the formats it is written in."""

import datetime
from collections.abc import Callable

from pledges.actors import Actor
from pledges.models import Period, Programme
from tracker.exports import text, xlsx
from tracker.exports.rows import COLUMNS, Ledger, Row, of

__all__ = ["COLUMNS", "WRITERS", "Ledger", "Row", "of", "workbook"]

WRITERS: dict[str, Callable[[Ledger], bytes]] = {
    "xlsx": xlsx.write,
    "csv": text.write_csv,
    "json": text.write_json,
}


def workbook(programme: Programme, period: Period, actor: Actor, today: datetime.date) -> bytes:
    """The ledger as an Excel workbook."""
    return xlsx.write(of(programme, period, actor=actor, today=today))
