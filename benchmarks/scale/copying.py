"""Rows of a model through COPY: the way of PostgreSQL to take millions of them."""

import datetime
import itertools
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

AT_ONCE = 20_000


def copy(model: type[models.Model], rows: Iterable[Sequence[Any]], *varying: str, **constant: Any) -> int:
    """Write rows of which only the columns ``varying`` differ (in this order); returns how many. The other columns
    are those of ``model(**constant)``. Every row brings its own id."""
    line = _line(model(**constant), varying)
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    written = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as stream:
        remaining = iter(rows)
        while block := [line % tuple(row) for row in itertools.islice(remaining, AT_ONCE)]:
            stream.write("".join(block))
            written += len(block)
    return written


def settle(*written: type[models.Model]) -> None:
    """After the last row: let the sequences go on behind the ids that were given, and let the planner look."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def _line(example: models.Model, varying: Sequence[str]) -> str:
    """The text of a row with a %s for each varying column. They must stand in the order of the table's columns."""
    columns = [field.column for field in example._meta.concrete_fields]
    assert [name for name in columns if name in varying] == list(varying), f"give them in this order: {columns}"
    values = []
    for field in example._meta.concrete_fields:
        constant = getattr(example, field.attname)
        values.append("%s" if field.column in varying else text(constant).replace("%", "%%"))
    return "\t".join(values) + "\n"


def text(value: Any) -> str:
    r"""A value in COPY's text format. No text that the benchmarks write holds a tab, a line break or a backslash."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
