"""What PostgreSQL and SQLite spell differently.

Amounts have four decimal places and may be as large as a province's investment in yuan. PostgreSQL computes with
NUMERIC, and ``div`` gives the exact whole part of a quotient. SQLite keeps an amount as a floating-point number and
has whole numbers of 64 bits: there amounts become whole numbers of 1/10000 (as many digits as Django reads), and what
multiplies two of them is a function of Python's, whose whole numbers have no end.
"""

import datetime
import decimal
import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

FULL_BP = 10_000
UNITS = 4  # decimal places of an amount
_FIFTEEN_DIGITS = decimal.Context(prec=15)  # as Django reads a DecimalField of SQLite
_LARGEST = 2**61  # so that a difference of two is a whole number of 64 bits still: 230 trillion


class Dialect(Protocol):
    def prepare(self, connection: BaseDatabaseWrapper) -> None: ...

    def day(self, day: datetime.date) -> Any: ...

    def ids(self, ids: list[int]) -> Any: ...

    def number(self, number: decimal.Decimal) -> Any: ...

    def batch(self) -> str: ...

    def amount(self, column: str) -> str: ...

    def rows(self, parameter: str, columns: Mapping[str, str]) -> str: ...

    def days(self, later: str, earlier: str) -> str: ...

    def first_of_year(self, day: str) -> str: ...

    def blend(self, share: str, weight: str, other: str, other_weight: str, span: str) -> str: ...

    def within(self, miss: str, base: str, tolerance: str) -> str: ...

    def differs(self, one: str, other: str) -> str: ...


class Postgres:
    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        pass

    def day(self, day: datetime.date) -> Any:
        return day

    def ids(self, ids: list[int]) -> Any:
        return ids

    def number(self, number: decimal.Decimal) -> Any:
        return str(number)

    def batch(self) -> str:
        return "SELECT id FROM UNNEST(%(ids)s::bigint[]) AS chosen(id)"

    def amount(self, column: str) -> str:
        return column

    def rows(self, parameter: str, columns: Mapping[str, str]) -> str:
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"SELECT * FROM JSONB_TO_RECORDSET(%({parameter})s::jsonb) AS given({typed})"

    def days(self, later: str, earlier: str) -> str:
        return f"({later} - {earlier})"

    def first_of_year(self, day: str) -> str:
        return f"CAST(DATE_TRUNC('year', {day}) AS date)"

    def blend(self, share: str, weight: str, other: str, other_weight: str, span: str) -> str:
        total = f"(({span}) * (({weight}) + ({other_weight})))"
        summed = f"(({share}) * ({weight}) + ({other}) * ({other_weight}))"
        return f"CAST(DIV({2 * FULL_BP} * {summed} + {total}, 2 * {total}) AS integer)"

    def within(self, miss: str, base: str, tolerance: str) -> str:
        return f"(({miss}) * {FULL_BP} <= ({base}) * ({tolerance}))"

    def differs(self, one: str, other: str) -> str:
        return f"{one} IS DISTINCT FROM {other}"


class SQLite:
    def prepare(self, connection: BaseDatabaseWrapper) -> None:
        connection.ensure_connection()
        for name, arguments, function in (
            ("pledges_amount", 1, _amount),
            ("pledges_blend", 5, _blend),
            ("pledges_within", 3, _within),
        ):
            connection.connection.create_function(name, arguments, function, deterministic=True)

    def day(self, day: datetime.date) -> Any:
        return day.isoformat()

    def ids(self, ids: list[int]) -> Any:
        return json.dumps(ids)

    def number(self, number: decimal.Decimal) -> Any:
        return _whole(number)

    def batch(self) -> str:
        return "SELECT value AS id FROM JSON_EACH(%(ids)s)"

    def amount(self, column: str) -> str:
        return f"pledges_amount({column})"

    def rows(self, parameter: str, columns: Mapping[str, str]) -> str:
        picked = ", ".join(f"JSON_EXTRACT(value, '$.{name}') AS {name}" for name in columns)
        return f"SELECT {picked} FROM JSON_EACH(%({parameter})s)"

    def days(self, later: str, earlier: str) -> str:
        return f"CAST(JULIANDAY({later}) - JULIANDAY({earlier}) AS integer)"

    def first_of_year(self, day: str) -> str:
        return f"(SUBSTR({day}, 1, 4) || '-01-01')"

    def blend(self, share: str, weight: str, other: str, other_weight: str, span: str) -> str:
        return f"pledges_blend({share}, {weight}, {other}, {other_weight}, {span})"

    def within(self, miss: str, base: str, tolerance: str) -> str:
        return f"pledges_within({miss}, {base}, {tolerance})"

    def differs(self, one: str, other: str) -> str:
        return f"{one} IS NOT {other}"


def of(connection: BaseDatabaseWrapper) -> Dialect:
    dialect = Postgres() if connection.vendor == "postgresql" else SQLite()
    dialect.prepare(connection)
    return dialect


def _amount(value: float | None) -> int | None:
    if value is None:
        return None
    return _whole(_FIFTEEN_DIGITS.create_decimal_from_float(value))


def _whole(amount: decimal.Decimal) -> int:
    scaled = amount.scaleb(UNITS)
    return max(-_LARGEST, min(_LARGEST, int(scaled.to_integral_value(decimal.ROUND_HALF_EVEN))))


def _blend(share: Any, weight: Any, other: Any, other_weight: Any, span: Any) -> int | None:
    if None in (share, weight, other, other_weight, span):
        return None
    total = span * (weight + other_weight)
    summed = share * weight + other * other_weight
    return int((2 * FULL_BP * summed + total) // (2 * total))


def _within(miss: Any, base: Any, tolerance: Any) -> bool | None:
    if None in (miss, base, tolerance):
        return None
    return bool(miss * FULL_BP <= base * tolerance)
