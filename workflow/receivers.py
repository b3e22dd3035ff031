"""Keeping the events append-only whatever a migration did to their tables."""

from typing import Any

from django.db import connection

from workflow import audit
from workflow.models import Event


def protect_events(**kwargs: Any) -> None:
    """post_migrate: a table rebuild drops triggers, so they are laid anew after every migration."""
    if Event._meta.db_table in connection.introspection.table_names():
        audit.install_triggers()
