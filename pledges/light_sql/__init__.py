"""The light rules as one SQL statement, for as many pledges as one likes; on PostgreSQL and on SQLite.

`pledges.completion` is the truth. This says the same of whole batches without fetching a row, and
tests/pledges/test_light_sql.py holds the two together on generated pledges of every kind, on both databases.

    facts.py      from the tables to one row a pledge and one row a target, as `pledges.standing.facts_of`
    targets.py    progress, plan and verdict of each target, as `completion.arithmetic` and `completion.light`
    verdict.py    the worst target, the first rules, the light; and the update of what differs
    dialects.py   what the two databases spell differently, and how each of them divides exactly

Each step is a common table expression, materialised: left to themselves both databases paste the columns of one into
the next, and every CASE would be worked out many times over. Every table is also bounded by the batch's first and last
id: a batch is a run of ids, and no planner can see that. What the programmes set themselves, thresholds and
windows, comes in as rows, so that a statement serves pledges of any of them.
"""

from pledges.light_sql import facts, targets, verdict
from pledges.light_sql.dialects import Dialect, of
from pledges.light_sql.parameters import Parameters, parameters

__all__ = ["Dialect", "Parameters", "of", "parameters", "statement"]


def statement(dialect: Dialect, given: Parameters) -> str:
    """The UPDATE of every pledge of a batch that stands differently; returns id, programme, lead unit and state."""
    steps = [
        *facts.steps(dialect, given),
        *targets.steps(dialect),
        *verdict.steps(),
    ]
    listed = ",\n".join(f"{name} AS MATERIALIZED ({query.strip()})" for name, query in steps)
    return f"WITH {listed}\n{verdict.update(dialect)}"
