"""The triggers that keep snapshots append-only, in both databases. See `workflow.audit` for those of the events.

The one change they let through is an erasure's: another text and digest, where a row of `ErasedSnapshot` leads from the
digest before to the one after and two people have decided its erasure. Those rows themselves never change.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from tracker.models import ErasedSnapshot, Snapshot

TABLE = Snapshot._meta.db_table
ERASED = ErasedSnapshot._meta.db_table
TABLES = (TABLE, ERASED)
# The condition under which the database lets a snapshot's text change. In the name of no erasure, nothing does.
NAMED = (
    "NEW.id = OLD.id AND NEW.period_id = OLD.period_id AND NEW.version = OLD.version AND NEW.taken_at = OLD.taken_at "
    "AND COALESCE(NEW.taken_by_id, 0) = COALESCE(OLD.taken_by_id, 0) AND NEW.digest <> OLD.digest "
    "AND EXISTS (SELECT 1 FROM tracker_erasedsnapshot gone "
    "JOIN workflow_erasure decided ON decided.id = gone.erasure_id "
    "WHERE gone.snapshot_id = OLD.id AND gone.before = OLD.digest AND gone.after = NEW.digest "
    "AND decided.status = 'done' AND decided.decided_by_id <> decided.proposed_by_id)"
)


def install() -> None:
    """Make the database refuse to change or remove snapshots. Safe to repeat; a table rebuild drops them."""
    drop()
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def drop() -> None:
    """For a migration or a test's clean-up; `install` follows at once (post_migrate)."""
    with connection.cursor() as cursor:
        for table, name in _names():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def installed() -> bool:
    """Whether every trigger stands."""
    names = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(names)
        present = {row[0] for row in cursor.fetchall()}
    return {name for _table, name in _names()} <= present


def protect(**kwargs: Any) -> None:
    """post_migrate: a table rebuild drops triggers, so they are laid anew after every migration."""
    if set(TABLES) <= set(connection.introspection.table_names()):
        install()


def step_aside(plan: Any, **kwargs: Any) -> None:
    """pre_migrate: SQLite rebuilds no table that a trigger names. `protect` follows."""
    if plan and connection.vendor == "sqlite" and TABLE in connection.introspection.table_names():
        drop()


def _names() -> list[tuple[str, str]]:
    endings = ("rows", "erased", "whole") if connection.vendor == "postgresql" else ("update", "delete")
    found = [(table, f"{table}_{ending}") for table in TABLES for ending in endings]
    return [one for one in found if one != (ERASED, f"{ERASED}_erased")]


def _statements() -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield from _on_postgresql()
        return
    for table in TABLES:
        for act in ("update", "delete"):
            unless = f"WHEN NOT ({NAMED}) " if (table, act) == (TABLE, "update") else ""
            yield (
                f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} {unless}"
                f"BEGIN SELECT RAISE(ABORT, 'snapshots are append-only: {act} refused'); END"
            )


def _on_postgresql() -> Iterator[str]:
    refuse = "RAISE EXCEPTION 'snapshots are append-only: % on % refused', TG_OP, TG_TABLE_NAME;"
    yield (
        "CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {refuse} END $$"
    )
    yield (
        "CREATE OR REPLACE FUNCTION tracker_refuse_unerased() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {NAMED} AND encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') = NEW.digest "
        f"THEN RETURN NEW; END IF; {refuse} END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_rows BEFORE {'DELETE' if table == TABLE else 'UPDATE OR DELETE'} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse_change()"
        )
    yield (
        f"CREATE TRIGGER {TABLE}_erased BEFORE UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION tracker_refuse_unerased()"
    )
