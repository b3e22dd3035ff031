"""Holding up other processes at a known point, on PostgreSQL."""

import time

from django.db import connection

# pg_locks, since a transaction sees pg_stat_activity for ever as it looked at first.
WAITING_FOR_US = "FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def somebody_waits_for_us() -> bool:
    return _asked(f"SELECT count(*) {WAITING_FOR_US}") > 0


def end_who_waits_for_us() -> None:
    """End the sessions: a statement that only waits would still be carried out for a process that is dead."""
    _asked(f"SELECT count(pg_terminate_backend(pid)) {WAITING_FOR_US}")


def wait_until_the_dead_are_gone() -> None:
    """A killed process's session goes on until it has something to say to its other end; then it rolls back."""
    end = time.monotonic() + 10
    others = "datname = current_database() AND backend_type = 'client backend' AND xact_start < now()"
    while _asked(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"):
        assert time.monotonic() < end
        time.sleep(0.05)


def _asked(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
