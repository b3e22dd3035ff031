"""The worst target, the first three rules, and the columns that are kept: `completion.light.standing` and
`pledges.services.judge`."""

from pledges.light_sql.dialects import FULL_BP, Dialect

COLUMNS = ("light", "light_reason", "progress_bp", "plan_bp", "pace", "data_date", "missed", "last_light", "was_red")


def steps() -> list[tuple[str, str]]:
    return [("worst", WORST), ("verdict", VERDICT), ("found", FOUND)]


# One target speaks for several: the worst light, then the largest gap, then the first. Beside it what rule 2 asks of
# all of them.
WORST = """
SELECT * FROM (
    SELECT
        judged.*,
        MAX(CASE WHEN is_awaited THEN 1 ELSE 0 END) OVER (PARTITION BY pledge_id) AS waits,
        MIN(CASE WHEN is_awaited OR is_reached = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY pledge_id) AS others_reached,
        MIN(CASE WHEN is_soft AND is_near = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY pledge_id) AS narrowly_missed,
        ROW_NUMBER() OVER (
            PARTITION BY pledge_id
            ORDER BY
                CASE
                    WHEN reason IN ('far_behind', 'occurred') THEN 0
                    WHEN reason = 'awaiting_figure' THEN 3
                    WHEN reason = 'on_track' THEN 4
                    ELSE 1
                END,
                CASE WHEN gap_bp IS NULL THEN 1 ELSE 0 END,
                -gap_bp,
                position
        ) AS place
    FROM judged
) AS ranked
WHERE place = 1
"""

VERDICT = f"""
SELECT
    pledge.id, pledge.missed, worst.data_date,
    CASE
        WHEN pledge.state IN ('claimed', 'closed') THEN ''
        WHEN pledge.state IN ('draft', 'suspended', 'withdrawn') THEN 'not_due'
        WHEN pledge.state = 'assigned'
            AND (pledge.assigned_date IS NULL OR pledge.assigned_date >= rule.signing_since) THEN 'not_due'
        WHEN %(today)s < pledge.start THEN 'not_due'
        WHEN %(today)s > pledge.due
            AND NOT (COALESCE(worst.waits, 0) = 1 AND worst.others_reached = 1 AND are_stages_done = 1)
            THEN 'overdue'
        WHEN pledge.missed > 0 THEN 'unreported'
        ELSE COALESCE(worst.reason, pledge.otherwise)
    END AS reason,
    CASE WHEN worst.narrowly_missed = 1 AND are_stages_done = 1 THEN 1 ELSE 0 END AS is_softened,
    CASE
        WHEN NOT {{staged}} THEN worst.progress_bp
        WHEN has_stages = 1 THEN stages_done_bp
        WHEN pledge.state = 'closed' AND pledge.outcome <> 'not_met' THEN {FULL_BP}
        ELSE 0
    END AS progress_bp,
    CASE WHEN {{staged}} THEN stages_planned_bp ELSE worst.plan_bp END AS plan_bp,
    CASE WHEN NOT {{staged}} AND worst.is_reached = 1 THEN 1 ELSE 0 END AS is_reached
FROM pledge
JOIN rule ON rule.programme_id = pledge.programme_id
LEFT JOIN worst ON worst.pledge_id = pledge.id
""".format(
    staged="""(
        (pledge.form = 'milestone' AND (has_stages = 1 OR worst.id IS NULL))
        OR (pledge.form = 'quantified' AND has_stages = 1 AND worst.id IS NULL)
    )"""
)

FOUND = """
SELECT
    id, missed, data_date, progress_bp, plan_bp, reason AS light_reason,
    CASE
        WHEN reason = '' THEN ''
        WHEN reason = 'overdue' THEN CASE WHEN is_softened = 1 THEN 'yellow' ELSE 'red' END
        WHEN reason IN ('far_behind', 'occurred') THEN 'red'
        WHEN reason IN ('not_due', 'unreported', 'awaiting_figure') THEN 'grey'
        WHEN reason = 'on_track' THEN 'green'
        ELSE 'yellow'
    END AS light,
    CASE
        WHEN progress_bp IS NULL OR plan_bp IS NULL THEN ''
        WHEN progress_bp > plan_bp THEN 'ahead'
        WHEN progress_bp = plan_bp OR is_reached = 1 THEN 'on'
        ELSE 'behind'
    END AS pace
FROM verdict
"""


def update(dialect: Dialect) -> str:
    """``last_light`` and ``was_red`` depend on the light that was kept before."""
    last_light = """CASE WHEN found.light_reason = 'unreported' AND pledge.light NOT IN ('', 'grey') THEN pledge.light
        ELSE pledge.last_light END"""
    was_red = """pledge.was_red + CASE WHEN found.light = 'red' AND pledge.light <> 'red' THEN 1 ELSE 0 END"""
    return f"""
UPDATE pledges_pledge SET {", ".join(f"{name} = new.{name}" for name in COLUMNS)}
FROM (
    SELECT
        found.id, found.light, found.light_reason, found.progress_bp, found.plan_bp, found.pace, found.data_date,
        found.missed, {last_light} AS last_light, {was_red} AS was_red
    FROM found JOIN pledges_pledge AS pledge ON pledge.id = found.id
    WHERE pledge.id BETWEEN %(first)s AND %(last)s
) AS new
WHERE pledges_pledge.id = new.id AND pledges_pledge.id BETWEEN %(first)s AND %(last)s
    AND ({" OR ".join(dialect.differs(f"pledges_pledge.{name}", f"new.{name}") for name in COLUMNS)})
RETURNING pledges_pledge.id, pledges_pledge.programme_id, pledges_pledge.lead_unit_id, pledges_pledge.state
"""
