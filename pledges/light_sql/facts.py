"""From the tables to one row a pledge and one row a target: what `pledges.standing.facts_of` gathers."""

from pledges.light_sql.dialects import FULL_BP, Dialect
from pledges.light_sql.parameters import PUBLISHED, Parameters


def steps(dialect: Dialect, given: Parameters) -> list[tuple[str, str]]:
    return [
        ("batch", dialect.batch()),
        ("rule", dialect.rows("rules", given.rule)),
        ("newest", NEWEST),
        ("stage", STAGE),
        ("pledge", pledge(dialect, windows=given.windows)),
        ("published", dialect.rows("published", PUBLISHED)),
        ("target", target(dialect)),
    ]


# The report that live figures use: of those not returned the newest period's newest revision.
NEWEST = """
SELECT * FROM (
    SELECT
        report.id, report.pledge_id, report.data_date, report.judged_behind, period.start_date,
        ROW_NUMBER() OVER (
            PARTITION BY report.pledge_id ORDER BY period.start_date DESC, report.revision DESC
        ) AS place
    FROM batch
    JOIN pledges_report AS report ON report.pledge_id = batch.id
    JOIN pledges_period AS period ON period.id = report.period_id
    WHERE report.status <> 'returned' AND report.pledge_id BETWEEN %(first)s AND %(last)s
) AS ranked
WHERE place = 1
"""

# A stage done later than today does not count yet.
STAGE = """
SELECT
    milestone.pledge_id,
    SUM(milestone.weight) AS total,
    SUM(CASE WHEN done.done_date <= %(today)s THEN milestone.weight ELSE 0 END) AS done,
    SUM(CASE WHEN milestone.planned_date <= %(today)s THEN milestone.weight ELSE 0 END) AS planned,
    MIN(CASE WHEN done.done_date <= %(today)s THEN 1 ELSE 0 END) AS all_done,
    MIN(CASE WHEN milestone.planned_date >= %(today)s OR done.done_date <= %(today)s THEN 1 ELSE 0 END) AS in_time
FROM batch
JOIN pledges_milestone AS milestone ON milestone.pledge_id = batch.id
LEFT JOIN newest ON newest.pledge_id = batch.id
LEFT JOIN pledges_reportstage AS done ON done.report_id = newest.id AND done.milestone_id = milestone.id
WHERE milestone.pledge_id BETWEEN %(first)s AND %(last)s
GROUP BY milestone.pledge_id
"""


def share(part: str) -> str:
    """A part of the weights of all stages in basis points, half up."""
    return f"CASE WHEN stage.total > 0 THEN ({part} * {2 * FULL_BP} + stage.total) / (2 * stage.total) END"


def missed(windows: int) -> str:
    """How many of the windows that have closed brought nothing since the assignment; a programme may have fewer."""
    counted = [
        f"CASE WHEN pledge.assigned_date < rule.window_{number}_closes"
        f" AND (newest.id IS NULL OR newest.start_date < rule.window_{number}_starts) THEN 1 ELSE 0 END"
        for number in range(windows)
    ]
    return " + ".join(counted) or "0"


def pledge(dialect: Dialect, *, windows: int) -> str:
    """``otherwise`` is what rule 6 says of the pledge as a whole, or rule 7."""
    return f"""
SELECT
    pledge.id, pledge.programme_id, pledge.state, pledge.form, pledge.firmness, pledge.outcome, pledge.assigned_date,
    COALESCE(pledge.due_date, rule.year_end) AS due,
    COALESCE(
        pledge.start_date,
        CASE WHEN pledge.due_date < rule.year_start THEN {dialect.first_of_year("pledge.due_date")}
        ELSE rule.year_start END
    ) AS start,
    newest.id AS report_id, newest.data_date,
    {missed(windows)} AS missed,
    CASE WHEN stage.pledge_id IS NULL THEN 0 ELSE 1 END AS has_stages,
    COALESCE(stage.all_done, 1) AS are_stages_done,
    {share("stage.done")} AS stages_done_bp,
    {share("stage.planned")} AS stages_planned_bp,
    CASE
        WHEN stage.in_time = 0 THEN 'milestone_late'
        WHEN newest.judged_behind THEN 'judged_behind'
        WHEN pledge.state = 'assigned' THEN 'unsigned'
        ELSE 'on_track'
    END AS otherwise
FROM batch
JOIN pledges_pledge AS pledge ON pledge.id = batch.id
JOIN rule ON rule.programme_id = pledge.programme_id
LEFT JOIN newest ON newest.pledge_id = pledge.id
LEFT JOIN stage ON stage.pledge_id = pledge.id
WHERE pledge.id BETWEEN %(first)s AND %(last)s
"""


def target(dialect: Dialect) -> str:
    """Each target with the figure that counts: the published one where an indicator measures it, else the reported.

    A published figure is awaited as `pledges.published.of_target` says.
    """
    return f"""
SELECT
    target.id, target.pledge_id, pledge.programme_id, target.position, target.comparator, target.quantity_kind AS kind,
    target.more_is_worse, target.zero_tolerance,
    pledge.form, pledge.start, pledge.due, pledge.otherwise,
    (pledge.firmness = 'aim' OR target.comparator = 'approx') AS is_soft,
    {dialect.amount("target.value")} AS goal,
    {dialect.amount("target.value_max")} AS top,
    {dialect.amount("target.baseline")} AS baseline,
    CASE
        WHEN target.indicator_id IS NULL THEN {dialect.amount("reported.value")}
        WHEN target.uses <> 'value' AND target.quantity_kind = 'reduction' THEN -published.number
        ELSE published.number
    END AS reported,
    CASE
        WHEN target.indicator_id IS NOT NULL THEN published.data_date
        WHEN reported.id IS NOT NULL THEN pledge.data_date
    END AS data_date,
    CASE
        WHEN target.indicator_id IS NULL THEN FALSE
        WHEN published.indicator_id IS NULL THEN TRUE
        WHEN %(today)s <= pledge.due AND %(today)s <= rule.year_end
            THEN COALESCE(published.data_date < published.finished, FALSE)
        ELSE published.next_quarter <= pledge.due AND published.next_quarter <= rule.year_end
    END AS is_awaited
FROM pledge
JOIN rule ON rule.programme_id = pledge.programme_id
JOIN pledges_target AS target ON target.pledge_id = pledge.id
LEFT JOIN pledges_reportvalue AS reported
    ON reported.report_id = pledge.report_id AND reported.target_id = target.id
LEFT JOIN published ON published.programme_id = pledge.programme_id
    AND published.indicator_id = target.indicator_id AND published.uses = target.uses
WHERE target.pledge_id BETWEEN %(first)s AND %(last)s
"""
