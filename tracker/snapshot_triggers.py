"""The triggers that keep snapshots append-only, in both databases. See `workflow.audit` for those of the events."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from tracker.models import Snapshot

TABLE = Snapshot._meta.db_table


def install() -> None:
    """Make the database refuse to change or remove snapshots. Safe to repeat; a table rebuild drops them."""
    drop()
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def drop() -> None:
    """For a migration or a test's clean-up; `install` follows at once (post_migrate)."""
    with connection.cursor() as cursor:
        for name in _names():
            on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
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
    return set(_names()) <= present


def protect(**kwargs: Any) -> None:
    """post_migrate: a table rebuild drops triggers, so they are laid anew after every migration."""
    if TABLE in connection.introspection.table_names():
        install()


def step_aside(plan: Any, **kwargs: Any) -> None:
    """pre_migrate: SQLite rebuilds no table that a trigger names. `protect` follows."""
    if plan and connection.vendor == "sqlite" and TABLE in connection.introspection.table_names():
        drop()


def _names() -> tuple[str, str]:
    endings = ("rows", "whole") if connection.vendor == "postgresql" else ("update", "delete")
    return f"{TABLE}_{endings[0]}", f"{TABLE}_{endings[1]}"


def _statements() -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'snapshots are append-only: % on % refused', TG_OP, TG_TABLE_NAME; END $$"
        )
        yield (
            f"CREATE TRIGGER {TABLE}_rows BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {TABLE}_whole BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse_change()"
        )
        return
    for act in ("update", "delete"):
        yield (
            f"CREATE TRIGGER {TABLE}_{act} BEFORE {act.upper()} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'snapshots are append-only: {act} refused'); END"
        )
