"""Progress, plan and verdict of each target: `completion.arithmetic`, and rules 4 to 6 of `completion.light`.

Shares are never divided before they are rounded: a share is carried as how much of the way has ``come`` over the
way's ``span``, both in the target's own unit.
"""

from pledges.light_sql.dialects import FULL_BP, Dialect


def steps(dialect: Dialect) -> list[tuple[str, str]]:
    return [
        ("way", WAY),
        ("measured", measured(dialect)),
        ("segment", segment(dialect)),
        ("planned", planned(dialect)),
        ("judged", JUDGED),
    ]


# Where the target starts and where it must get (``finish``, null where there is no way); what it is held to and by
# how much the figure misses it; the upper end of a range, where there is one to keep.
WAY = """
SELECT
    target.*,
    CASE WHEN kind = 'reduction' THEN 0 ELSE COALESCE(baseline, 0) END AS origin,
    CASE
        WHEN zero_tolerance OR comparator = 'le' OR kind IN ('growth', 'share') THEN NULL
        WHEN kind = 'reduction' THEN CASE WHEN goal > 0 THEN goal END
        WHEN COALESCE(baseline, 0) < goal
            THEN CASE WHEN more_is_worse AND comparator IN ('eq', 'approx') THEN NULL ELSE goal END
        WHEN comparator = 'range' THEN CASE WHEN more_is_worse AND top < COALESCE(baseline, 0) THEN top END
        WHEN comparator = 'ge' OR COALESCE(baseline, 0) = goal THEN NULL
        ELSE goal
    END AS finish,
    CASE
        WHEN zero_tolerance THEN reported
        WHEN comparator = 'le' THEN reported - goal
        WHEN comparator IN ('ge', 'range') OR kind = 'reduction' THEN goal - reported
        WHEN more_is_worse OR (kind IN ('amount', 'share') AND baseline > goal) THEN reported - goal
        ELSE goal - reported
    END AS miss,
    CASE WHEN zero_tolerance THEN 0 ELSE ABS(goal) END AS held_to,
    CASE WHEN comparator = 'range' AND more_is_worse AND kind <> 'reduction' AND NOT zero_tolerance THEN top END
        AS ceiling,
    COALESCE(data_date, %(today)s) AS read_on
FROM target
"""


def come(value: str) -> str:
    """How much of the way a value has come, from nothing to the whole span."""
    return f"""CASE
        WHEN origin < finish
            THEN CASE WHEN {value} <= origin THEN 0 WHEN {value} >= finish THEN finish - origin
                ELSE {value} - origin END
        ELSE CASE WHEN {value} >= origin THEN 0 WHEN {value} <= finish THEN origin - finish
            ELSE origin - {value} END
    END"""


def measured(dialect: Dialect) -> str:
    """A target without a figure has come nowhere and meets nothing: ``come`` is null, ``is_met`` and ``is_near`` 0."""

    def meets(tolerance: str) -> str:
        ceiling = dialect.within("reported - ceiling", "ABS(ceiling)", tolerance)
        return f"({dialect.within('miss', 'held_to', tolerance)} AND (ceiling IS NULL OR {ceiling}))"

    return f"""
SELECT
    way.*,
    CASE WHEN finish IS NULL OR reported IS NULL OR form = 'ongoing' THEN NULL ELSE {come("reported")} END AS come,
    ABS(finish - origin) AS span,
    CASE WHEN reported IS NULL THEN 0
        WHEN {meets("CASE WHEN comparator = 'approx' THEN rule.approx ELSE 0 END")} THEN 1 ELSE 0 END AS is_met,
    CASE WHEN reported IS NULL THEN 0 WHEN {meets("rule.soft")} THEN 1 ELSE 0 END AS is_within_soft
FROM way
JOIN rule ON rule.programme_id = way.programme_id
"""


def segment(dialect: Dialect) -> str:
    """The part of a trajectory that a figure's day falls into: between ``since`` and ``until``, what had come at its
    ends. Before the first point it begins with nothing at the start; after the last one it has no end."""
    return f"""
SELECT
    measured.id, measured.span,
    CASE WHEN day > read_on THEN start ELSE day END AS since,
    CASE WHEN day > read_on THEN 0 ELSE {come("planned")} END AS come_since,
    CASE WHEN day > read_on THEN day ELSE next_day END AS until,
    CASE WHEN day > read_on THEN {come("planned")} ELSE {come("next_planned")} END AS come_until
FROM (
    SELECT
        measured.*, point.day, {dialect.amount("point.value")} AS planned,
        LAG(point.day) OVER course AS earlier_day,
        LEAD(point.day) OVER course AS next_day,
        {dialect.amount("LEAD(point.value) OVER course")} AS next_planned
    FROM measured
    JOIN pledges_trajectorypoint AS point ON point.target_id = measured.id
    WHERE measured.come IS NOT NULL
    WINDOW course AS (PARTITION BY point.target_id ORDER BY point.day)
) AS measured
WHERE (day <= read_on AND (next_day IS NULL OR next_day > read_on)) OR (day > read_on AND earlier_day IS NULL)
"""


def planned(dialect: Dialect) -> str:
    passed, whole = dialect.days("read_on", "start"), dialect.days("due", "start")
    before, after = dialect.days("segment.until", "read_on"), dialect.days("read_on", "segment.since")
    return f"""
SELECT
    measured.*,
    {dialect.blend("come", "1", "0", "0", "measured.span")} AS progress_bp,
    CASE
        WHEN come IS NULL THEN NULL
        WHEN segment.until IS NULL AND segment.id IS NOT NULL
            THEN {dialect.blend("come_since", "1", "0", "0", "segment.span")}
        WHEN segment.id IS NOT NULL AND read_on <= segment.since
            THEN {dialect.blend("come_since", "1", "0", "0", "segment.span")}
        WHEN segment.id IS NOT NULL
            THEN {dialect.blend("come_since", before, "come_until", after, "segment.span")}
        WHEN read_on >= due THEN {FULL_BP}
        WHEN read_on < start THEN 0
        ELSE (({passed} + 1) * {2 * FULL_BP} + {whole} + 1) / (2 * ({whole} + 1))
    END AS plan_bp,
    CASE WHEN is_within_soft = 1 OR (is_met = 1 AND NOT is_awaited) THEN 1 ELSE 0 END AS is_near,
    CASE WHEN is_met = 1 AND NOT is_awaited THEN 1 ELSE 0 END AS is_reached
FROM measured
LEFT JOIN segment ON segment.id = measured.id
"""


# Rules 4, 5 and the part of 6 that looks at a value; null where none of them matches.
JUDGED = f"""
SELECT
    planned.*,
    plan_bp - progress_bp AS gap_bp,
    COALESCE(
        CASE
            WHEN is_awaited THEN 'awaiting_figure'
            WHEN reported IS NULL THEN NULL
            WHEN zero_tolerance THEN CASE WHEN reported > 0 THEN 'occurred' END
            WHEN (
                plan_bp - progress_bp > rule.far_behind
                OR (plan_bp >= rule.half_from AND progress_bp * {FULL_BP} < plan_bp * rule.far_ratio)
            ) AND NOT (is_soft AND is_near = 1) THEN 'far_behind'
            WHEN come = 0 AND plan_bp > 0 THEN 'nothing_done'
            WHEN plan_bp - progress_bp >= rule.behind OR progress_bp * {FULL_BP} < plan_bp * rule.behind_ratio
                THEN 'behind'
            WHEN is_near = 0 AND (finish IS NULL OR (origin < finish AND reported > ceiling)) THEN 'short'
        END,
        otherwise
    ) AS reason
FROM planned
JOIN rule ON rule.programme_id = planned.programme_id
"""
