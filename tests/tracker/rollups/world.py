"""What the roll-up tests count: a small world filled by hand, and its figures counted by hand."""

from pledges.models import Outcome, Pledge, Report, ReportStatus, State
from tests.factories import PledgeFactory, day, moment
from tracker.models import FIGURES
from workflow.signals import Mark, changed


def put(world, unit, state=State.IN_PROGRESS, *, reported=None, light="", reason="", **facts):
    """A pledge as it stands in the table, with the receiver told of it; ``reported`` is the status of its report."""
    assigned = {} if state == State.DRAFT else {"assigned_date": day("2020-02-03")}
    usual = {"programme": world.programme, "due_date": day("2020-12-15"), **assigned}
    pledge = PledgeFactory(lead_unit=unit, state=state, light=light, light_reason=reason, **(usual | facts))
    if reported is not None:
        Report.objects.create(
            pledge=pledge,
            period=pledge.programme.periods.first(),
            data_date=day("2020-03-20"),
            sentence="已完成一半",
            status=reported,
            return_reason="请补充" if reported == ReportStatus.RETURNED else "",
            submitted_at=moment("2020-03-20"),
        )
    tell(pledge)
    return pledge


def tell(pledge, before=None):
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=before or Mark.of(pledge), after=Mark.of(pledge))


def closed(world, unit, outcome, *, on, **facts):
    dates = {"claimed_date": day(on), "claim_due_date": day("2020-12-15"), "closed_date": day("2020-12-30")}
    return put(world, unit, State.CLOSED, outcome=outcome, **dates, **facts)


def fill(world):
    """Fourteen pledges in force, and a draft, a withdrawn one and a child that no figure may count."""
    sent, accepted, returned = ReportStatus.SUBMITTED, ReportStatus.ACCEPTED, ReportStatus.RETURNED
    unit = world.housing
    put(world, unit, State.DRAFT, light="grey", reason="not_due")
    put(world, unit, State.WITHDRAWN, light="grey", reason="not_due", was_red=1)
    put(world, unit, State.ASSIGNED, light="grey", reason="not_due")
    parent = put(world, unit, light="red", reason="far_behind", pace="behind", reported=sent, was_red=2)
    put(world, unit, light="red", reason="overdue", pace="behind", reported=sent, was_red=1)
    put(world, unit, light="yellow", reason="overdue")
    put(world, unit, State.SUSPENDED, light="grey", reason="not_due", pace="on", reported=accepted, was_red=1)
    put(
        world,
        unit,
        State.CLAIMED,
        pace="ahead",
        reported=accepted,
        claimed_date=day("2020-12-20"),
        claim_due_date=day("2020-12-15"),
    )
    unit = world.water
    closed(world, unit, Outcome.MET, on="2020-12-01", pace="ahead", reported=accepted)
    closed(world, unit, Outcome.MET, on="2020-12-16", pace="on", reported=accepted, was_red=1)
    closed(world, unit, Outcome.MET_WITH_CHANGE, on="2020-12-15", pace="behind", reported=accepted)
    put(world, unit, State.CLOSED, outcome=Outcome.NOT_MET)
    put(world, unit, light="green", reason="on_track", pace="on", reported=returned)
    put(world, world.county, light="grey", reason="unreported", pace="behind", reported=accepted)
    unit = world.county_housing
    put(world, unit, light="yellow", reason="behind", pace="behind", reported=sent)
    put(world, unit, light="green", reason="on_track", pace="on", reported=sent)
    put(world, unit, light="red", reason="far_behind", pace="behind", reported=sent, parent=parent, was_red=1)


def figures(rollup):
    """The figures that are not zero."""
    return {name: getattr(rollup, name) for name in FIGURES if getattr(rollup, name)}


def numbers(**figures):
    return figures


# fmt: off
HOUSING = numbers(
    in_force=6, open_count=6, claimed=1, late=1, overdue=2, red=2, yellow=1, grey=2, with_pace=4, on_pace=2, was_red=3,
    reported=4, on_time=4,
)
WATER = numbers(
    in_force=5, open_count=1, met=2, met_with_change=1, not_met=1, late=1, green=1, with_pace=3, on_pace=2, was_red=1,
    reported=3, on_time=3,
)
# fmt: on
COUNTY = numbers(in_force=1, open_count=1, grey=1, unreported=1, with_pace=1, reported=1, on_time=1)
COUNTY_HOUSING = numbers(in_force=2, open_count=2, yellow=1, green=1, with_pace=2, on_pace=1, reported=2, on_time=2)
COUNTY_BELOW = numbers(
    in_force=3, open_count=3, yellow=1, green=1, grey=1, unreported=1, with_pace=3, on_pace=1, reported=3, on_time=3
)
# fmt: off
EVERYTHING = numbers(
    in_force=14, open_count=10, claimed=1, met=2, met_with_change=1, not_met=1, late=2, overdue=2,
    red=2, yellow=2, green=2, grey=3, unreported=1, with_pace=10, on_pace=5, was_red=4,
    reported=10, on_time=10,
)
# fmt: on


def all_done(pledge):
    return {str(target.pk): "355" for target in pledge.targets.all()}
