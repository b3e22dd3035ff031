"""Housekeeping of the broker that is a folder."""

import contextlib
import datetime
from pathlib import Path


def purge(folder: Path, *, keep: datetime.timedelta) -> int:
    """Remove the delivered messages that are older than the newest one by more than ``keep``; returns how many.

    The newest stands for the present: the message that asked for this has just been put there. So the clock is not
    asked, which PLEDGES_TODAY may have set to another year than the files are of.
    """
    removed = 0
    written = {path: moment for path in folder.iterdir() if (moment := _written(path)) is not None}
    oldest_kept = max(written.values(), default=0) - keep.total_seconds()
    for path, moment in written.items():
        if moment < oldest_kept:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _written(path: Path) -> float | None:
    with contextlib.suppress(FileNotFoundError):  # another worker was faster
        return path.stat().st_mtime if path.is_file() else None
    return None
