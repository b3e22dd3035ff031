"""Writing facts: numbers, parties, plans, revisions; and what the database itself refuses."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pledges import services
from pledges.models import Document, Measure, Party, Period, Pledge, Programme, Report, Target
from tests.factories import (
    CityFactory,
    Government,
    PledgeFactory,
    ProgrammeFactory,
    TargetFactory,
    day,
    government,
    moment,
)


@pytest.fixture
def at(db: None) -> Government:
    return government()


def measure(at: Government, position: int = 1, targets: list[dict[str, Any]] | None = None, **fields: Any) -> Measure:
    document, _ = Document.objects.get_or_create(
        programme=at.programme,
        sha256="0" * 64,
        defaults={
            "title": "工作报告",
            "kind": "report",
            "filename": "r.txt",
            "content": b"x",
            "text": "修建管网。" * 3,
            "imported_at": moment("2020-01-20"),
        },
    )
    return Measure.objects.create(
        document=document,
        position=position,
        start=0,
        end=5,
        quote="修建管网。",
        title="修建管网",
        section="一、城建",
        form="quantified",
        firmness="firm",
        targets=targets or [],
        **fields,
    )


def found(value: str, **more: Any) -> dict[str, Any]:
    return {
        "value": value, "value_max": None, "unit": "户", "scale": 1, "comparator": "eq",
        "quantity_kind": "amount", **more,
    }  # fmt: skip


def draft(made: Measure, **fields: Any) -> Pledge:
    return services.create_pledge(measure=made, title=made.title, form=made.form, **fields)


def test_a_programme_has_its_four_quarters(at: Government) -> None:
    programme: Programme = ProgrammeFactory(government=at.city, year=2021)
    assert programme.title == f"{at.city.name}2021年度政府工作报告任务台账"
    assert programme.state == "drafting"
    assert [
        (period.key, str(period.start_date), str(period.end_date), str(period.opens_date))
        for period in programme.periods.all()
    ] == [
        ("2021-Q1", "2021-01-01", "2021-03-31", "2021-03-25"),
        ("2021-Q2", "2021-04-01", "2021-06-30", "2021-06-25"),
        ("2021-Q3", "2021-07-01", "2021-09-30", "2021-09-25"),
        ("2021-Q4", "2021-10-01", "2021-12-31", "2021-12-25"),
    ]


def test_a_government_has_one_programme_a_year(at: Government) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeFactory(government=at.city, year=2020)
    ProgrammeFactory(government=CityFactory(), year=2020)


@pytest.mark.parametrize("year", [1989, 2201])
def test_a_programmes_year_is_plausible(db: None, year: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.create(government=CityFactory(), year=year, title="x")


def test_a_draft_has_its_provenance_its_number_and_its_targets(at: Government) -> None:
    made = measure(
        at,
        targets=[
            found("75000", scale=10_000, quote="7.5万户", object="改厕"),
            found("6", unit="%", comparator="range", value_max="6.5", quantity_kind="growth", baseline="5.8"),
            found("4.5", unit="%", comparator="le", quantity_kind="share"),
        ],
    )
    pledge = draft(made, due_date=day("2020-11-30"))
    assert (pledge.number, pledge.quote, pledge.section, pledge.measure, pledge.document) == (
        "2020-001",
        "修建管网。",
        "一、城建",
        made,
        made.document,
    )
    assert (pledge.state, pledge.version, pledge.original_due_date) == ("draft", 1, day("2020-11-30"))
    one, two, three = Target.objects.filter(pledge=pledge)
    assert (one.value, one.scale, one.quote, one.name) == (Decimal(75000), 10_000, "7.5万户", "改厕")
    assert (two.value, two.value_max, two.baseline, two.comparator) == (
        Decimal(6),
        Decimal("6.5"),
        Decimal("5.8"),
        "range",
    )
    assert (three.comparator, three.more_is_worse) == ("le", True)


def test_numbers_are_never_used_again(at: Government) -> None:
    assert draft(measure(at, 1)).number == "2020-001"
    second = draft(measure(at, 2))
    assert second.number == "2020-002"
    second.delete()
    assert draft(measure(at, 3)).number == "2020-003"
    other = government()
    assert draft(measure(other, 1)).number == "2020-001"


@pytest.mark.parametrize(
    ("value", "quote", "scale"),
    [
        ("75000", "7.5万户", 10_000),
        ("355", "355个", 1),
        ("350000000", "3.5亿元", 100_000_000),
        ("6.5", "6.5%", 1),
        ("5000", "0.5万户", 10_000),
    ],
)
def test_numbers_are_shown_in_the_unit_they_were_written_in(value: str, quote: str, scale: int) -> None:
    assert services.scale_of(Decimal(value), quote) == scale


def test_parties_are_replaced_as_a_whole(at: Government) -> None:
    pledge = PledgeFactory(programme=at.programme)
    services.set_parties(pledge, lead=at.housing, support=[at.water, at.county])
    services.set_parties(pledge, lead=at.water, support=[at.housing])
    assert set(pledge.parties.values_list("unit", "part")) == {(at.water.pk, "lead"), (at.housing.pk, "support")}


def test_a_pledge_has_one_lead(at: Government) -> None:
    pledge = PledgeFactory(programme=at.programme)
    services.set_parties(pledge, lead=at.housing, support=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(pledge=pledge, unit=at.water, part=Party.Part.LEAD)


def test_a_plan_is_replaced_as_a_whole(at: Government) -> None:
    pledge = PledgeFactory(programme=at.programme)
    target = TargetFactory(pledge=pledge)
    services.plan_pledge(pledge, trajectories={1: [(day("2020-06-30"), Decimal(100))]}, stages=[])
    services.plan_pledge(
        pledge,
        trajectories={1: [(day("2020-03-31"), Decimal(50)), (day("2020-12-31"), Decimal(355))]},
        stages=[("立项", day("2020-02-28"), 1), ("开工", day("2020-05-31"), 3)],
    )
    assert [(str(point.day), point.value) for point in target.trajectory.all()] == [
        ("2020-03-31", Decimal(50)),
        ("2020-12-31", Decimal(355)),
    ]
    assert [(stage.position, stage.title, stage.weight) for stage in pledge.milestones.all()] == [
        (1, "立项", 1),
        (2, "开工", 3),
    ]


def test_changing_raises_the_version_unless_told_not_to(at: Government) -> None:
    pledge = PledgeFactory(programme=at.programme)
    services.change_pledge(pledge, person="王敏")
    services.change_pledge(pledge, raise_version=False, person="李强")
    stored = Pledge.objects.get(pk=pledge.pk)
    assert (stored.version, stored.person, stored.state) == (2, "李强", "draft")


def test_revisions_count_by_pledge_and_period(at: Government) -> None:
    first, second = PledgeFactory(programme=at.programme), PledgeFactory(programme=at.programme)
    quarter, next_quarter = Period.objects.all()[:2]
    common: dict[str, Any] = {
        "values": {},
        "stages_done": {},
        "data_date": day("2020-03-20"),
        "sentence": "推进",
        "submitted_at": moment("2020-03-20"),
    }
    for pledge, period in ((first, quarter), (first, quarter), (first, next_quarter), (second, quarter)):
        services.add_report(pledge=pledge, period=period, **common)
    assert list(Report.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "assigned"},  # without lead and due date
        {"state": "closed"},  # without outcome
        {"outcome": "met"},  # not closed
        {"form": "ongoing", "state": "in_progress", "deliverable": ""},
    ],
)
def test_the_database_refuses_a_pledge_that_contradicts_itself(at: Government, fields: dict[str, Any]) -> None:
    if fields.get("state") in ("closed", "in_progress"):
        fields = {
            "lead_unit": at.housing,
            "due_date": day("2020-12-15"),
            "assigned_date": day("2020-02-03"),
            **fields,
        }
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgeFactory(programme=at.programme, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"value": Decimal(355), "baseline": Decimal(355)},
        {"value_max": Decimal(400)},  # only a range has two values
        {"comparator": "range"},
        {"comparator": "range", "value_max": Decimal(300)},
        {"position": 1},
    ],
)
def test_the_database_refuses_a_target_that_contradicts_itself(at: Government, fields: dict[str, Any]) -> None:
    pledge = PledgeFactory(programme=at.programme)
    TargetFactory(pledge=pledge)
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetFactory(pledge=pledge, **fields)


def test_a_returned_report_has_its_reason(at: Government) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(
            pledge=PledgeFactory(programme=at.programme),
            period=Period.objects.all()[0],
            data_date=datetime.date(2020, 3, 20),
            sentence="推进",
            status="returned",
            submitted_at=moment("2020-03-20"),
        )


def test_late_is_decided_by_two_days_alone() -> None:
    due, after = day("2020-12-15"), day("2020-12-16")
    assert not Pledge(claimed_date=due, claim_due_date=due).is_late
    assert Pledge(claimed_date=after, claim_due_date=due).is_late
    assert not Pledge(due_date=due).is_late
