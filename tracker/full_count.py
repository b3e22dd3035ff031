"""Whole programmes counted by the database: one GROUP BY over the pledges, everything else summed from it in place.

The same figures as `tracker.counting.some` keeps, for as many programmes at once as one likes, and no row leaves the
database but what was wrong. The right figures are laid into a temporary table; what is kept and differs is corrected,
what is missing is added.
"""

from typing import Any

from django.db import connection

from pledges.models import Pledge, Programme, Unit
from tracker import counting, holding
from tracker.holding import PLACE, ZEROS, Drift, key_of
from tracker.models import FIGURES, Rollup

KEPT, UNITS, PROGRAMMES = (model._meta.db_table for model in (Rollup, Unit, Programme))
GROUPED_BY = ("programme_id", "lead_unit_id", "section", "leader_id", "tags")
# Which sums there are: the rows each is made of, and what it sums them by within a programme.
SUMS = {
    "cell": ("part", ("unit_id", "section", "leader_id")),
    "unit": ("cell", ("unit_id",)),
    "unit_section": ("cell", ("unit_id", "section")),
    "unit_leader": ("cell", ("unit_id", "leader_id")),
    "unit_tag": ("tagged", ("unit_id", "tag")),
    "below": ("upwards", ("unit_id",)),
    "programme": ("unit", ()),
    "section": ("unit_section", ("section",)),
    "leader": ("unit_leader", ("leader_id",)),
    "tag": ("unit_tag", ("tag",)),
}
NOWHERE = {"unit_id": "0", "section": "''", "leader_id": "0", "tag": "''"}


def everything(programmes: list[int]) -> list[Drift]:
    """Count programmes anew; returns what was different: of a programme that was never counted, its total alone. Call
    inside a transaction."""
    kept = Rollup.objects.filter(programme__in=programmes)
    known = set(kept.order_by().values_list("programme_id", flat=True).distinct())
    holding.hold_programmes(set(programmes))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS counted")
        cursor.execute(*_count(programmes))
        wrong = [*_correct(cursor, known), *_missing(cursor, known)] if known else []
        wrong += _totals(cursor, set(programmes) - known)
        _add(cursor)
        cursor.execute("DROP TABLE counted")
    return sorted(wrong, key=lambda drift: drift.key)


# What is right


def _count(programmes: list[int]) -> tuple[str, tuple[Any, ...]]:
    """The statement that lays down the figures of every place with pledges in force, and its parameters."""
    figures = ", ".join(FIGURES)
    names = [f"n_{name}" for name in FIGURES]
    pledges = Pledge.objects.top_level().in_force().filter(programme__in=programmes, lead_unit__isnull=False).order_by()
    groups = pledges.values(*GROUPED_BY).annotate(**counting.places_of(pledges)).values_list(*GROUPED_BY, *names)
    group_by, parameters = groups.query.get_compiler(connection=connection).as_sql()
    steps = [
        f"pledge_group (programme_id, unit_id, section, leader, tags, {figures}) AS ({group_by})",
        f"part AS (SELECT programme_id, unit_id, section, COALESCE(leader, 0) AS leader_id, tags, '' AS tag,"
        f" {_integers('{}')} FROM pledge_group)",
        # A pledge counts under each of its tags, under one given twice once.
        f"tagged AS (SELECT DISTINCT programme_id, unit_id, section, leader_id, tags, one.value AS tag, {figures}"
        f" FROM part CROSS JOIN {_each('tags', 'one')})",
    ]
    for name, (of, by) in SUMS.items():
        if of == "upwards":
            steps.append(f"upwards AS ({_upwards()})")
        steps.append(_sum(name, of, by))
    every = " UNION ALL ".join(
        f"SELECT programme_id, '{name.removeprefix('unit_')}' AS scope, unit_id, section, leader_id, tag, {figures}"
        f" FROM {name}"
        for name in SUMS
    )
    # Materialised, or both databases would paste the GROUP BY into each of its readers.
    listed = ", ".join(" AS MATERIALIZED (".join(step.split(" AS (", 1)) for step in steps)
    return f"CREATE TEMPORARY TABLE counted AS WITH {listed} {every}", parameters


def _sum(name: str, of: str, by: tuple[str, ...]) -> str:
    place = ", ".join(column if column in by else f"{nothing} AS {column}" for column, nothing in NOWHERE.items())
    grouping = ", ".join(("programme_id", *by))
    return f"{name} AS (SELECT programme_id, {place}, {_integers('SUM({})')} FROM {of} GROUP BY {grouping})"


def _integers(of: str) -> str:
    """Each figure as it is kept. PostgreSQL counts in bigint, and sums bigint in numeric, which is slow."""
    return ", ".join(f"CAST({of.format(figure)} AS integer) AS {figure}" for figure in FIGURES)


def _upwards() -> str:
    """Each unit's figures for itself and for every unit above it, up to the programme's government."""
    path = "'[' || REPLACE(TRIM(own.path, '/'), '/', ',') || ']'"
    return f"""
        SELECT unit.programme_id, above.id AS unit_id, {", ".join(FIGURES)}
        FROM unit
        JOIN {UNITS} AS own ON own.id = unit.unit_id
        JOIN {PROGRAMMES} AS programme ON programme.id = unit.programme_id
        JOIN {UNITS} AS government ON government.id = programme.government_id
        CROSS JOIN {_each(path, "step")}
        JOIN {UNITS} AS above ON above.id = CAST(step.value AS bigint)
        WHERE above.path LIKE government.path || '%%' OR own.path NOT LIKE government.path || '%%'
    """


def _each(array: str, name: str) -> str:
    """The members of a JSON array as the column ``value``."""
    if connection.vendor == "postgresql":
        return f"JSONB_ARRAY_ELEMENTS_TEXT(CAST({array} AS jsonb)) AS {name} (value)"
    return f"JSON_EACH({array}) AS {name}"


# What is kept

_KEPT_PLACE = [
    f"COALESCE({KEPT}.{name}, 0)" if name in ("unit_id", "leader_id") else f"{KEPT}.{name}" for name in PLACE
]
_SAME = " AND ".join(f"{kept} = counted.{name}" for kept, name in zip(_KEPT_PLACE, PLACE, strict=True))


def _correct(cursor: Any, programmes: set[int]) -> list[Drift]:
    """Set right what is kept and differs; a place with nothing in force any more has zeros."""
    right = [f"COALESCE(counted.{name}, 0)" for name in FIGURES]
    kept = [f"{KEPT}.{name}" for name in FIGURES]
    differs = " OR ".join(f"{one} <> {other}" for one, other in zip(kept, right, strict=True))
    cursor.execute(
        f"SELECT {KEPT}.id, {', '.join((*_KEPT_PLACE, *kept, *right))} FROM {KEPT} LEFT JOIN counted ON {_SAME}"
        f" WHERE {KEPT}.programme_id IN ({_among(programmes)}) AND ({differs})",
        sorted(programmes),
    )
    held, figures = {}, {}
    for pk, *row in cursor.fetchall():
        key, both = key_of(row[: len(PLACE)]), tuple(row[len(PLACE) :])
        held[key], figures[key] = (pk, both[: len(FIGURES)]), both[len(FIGURES) :]
    return holding.keep(held, figures)


_COUNTED = [f"counted.{name}" for name in (*PLACE, *FIGURES)]
_MISSING = f"FROM counted LEFT JOIN {KEPT} ON {_SAME} WHERE {KEPT}.id IS NULL"


def _missing(cursor: Any, programmes: set[int]) -> list[Drift]:
    """What should have been kept and is not."""
    cursor.execute(
        f"SELECT {', '.join(_COUNTED)} {_MISSING} AND counted.programme_id IN ({_among(programmes)})",
        sorted(programmes),
    )
    return [Drift.between(key_of(row[: len(PLACE)]), ZEROS, row[len(PLACE) :]) for row in cursor.fetchall()]


def _add(cursor: Any) -> None:
    values = [f"NULLIF({name}, 0)" if name in ("counted.unit_id", "counted.leader_id") else name for name in _COUNTED]
    cursor.execute(f"INSERT INTO {KEPT} ({', '.join((*PLACE, *FIGURES))}) SELECT {', '.join(values)} {_MISSING}")


def _totals(cursor: Any, programmes: set[int]) -> list[Drift]:
    """The totals of programmes that have nothing else yet: the rows by which they are held."""
    if not programmes:
        return []
    names = ", ".join((*PLACE, *FIGURES))
    of_these = f"scope = '{Rollup.Scope.PROGRAMME}' AND programme_id IN ({_among(programmes)})"
    cursor.execute(f"SELECT {names} FROM counted WHERE {of_these}", sorted(programmes))
    right = {key_of(row[: len(PLACE)]): tuple(row[len(PLACE) :]) for row in cursor.fetchall()}
    return holding.keep(holding.hold(set(right)), right)


def _among(programmes: set[int]) -> str:
    return ", ".join(["%s"] * len(programmes))
