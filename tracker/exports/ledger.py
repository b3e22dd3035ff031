"""The quarterly ledger (季度台账): its rows, and the formats it is written in.

Of a closed period the rows are those of its snapshot, as they were printed; else they are live.
"""

import datetime
from collections.abc import Callable

from pledges.actors import Actor
from pledges.models import Period, Pledge, Programme
from tracker import snapshots
from tracker.exports import rows, text, xlsx
from tracker.exports.rows import COLUMNS, Ledger, Row

__all__ = ["COLUMNS", "WRITERS", "Ledger", "Row", "of", "workbook"]

WRITERS: dict[str, Callable[[Ledger], bytes]] = {
    "xlsx": xlsx.write,
    "csv": text.write_csv,
    "json": text.write_json,
}


def of(programme: Programme, period: Period, *, actor: Actor, today: datetime.date) -> Ledger:
    """The ledger of a programme up to a period, as far as the actor sees its pledges."""
    frozen = snapshots.of(period)
    if frozen is None:
        return rows.of(programme, period, actor=actor, today=today)
    seen = set(Pledge.objects.visible_to(actor).filter(programme=programme).values_list("pk", flat=True))
    return Ledger(
        programme=programme,
        period=period,
        data_day=period.end_date,
        as_of=snapshots.judged_on(period),
        rows=[
            Row(pledge_id=told["id"], texts=told["row"], progress_bp=told["progress_bp"])
            for told in frozen.pledges
            if told["in_ledger"] and told["id"] in seen
        ],
        frozen_as=(frozen.snapshot.version, frozen.snapshot.digest),
    )


def workbook(programme: Programme, period: Period, actor: Actor, today: datetime.date) -> bytes:
    """The ledger as an Excel workbook."""
    return xlsx.write(of(programme, period, actor=actor, today=today))
