"""How the targets of a measure are typed, read and refused."""

from typing import Any

import pytest

from pledges.errors import BadInput
from pledges.models import Document, Measure, Target
from tests.factories import Government, actor, government, moment
from workflow import measure_decisions

AT = moment("2020-01-20")
READ = {
    "start": 2, "end": 7, "quote": "7.5万户", "value": "75000", "value_max": None, "unit": "户", "scale": 10000,
    "comparator": "eq", "quantity_kind": "amount", "object": "改厕", "deadline": None,
}  # fmt: skip


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.fixture
def measure(at: Government) -> Measure:
    document = Document.objects.create(
        programme=at.programme, title="要点", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text="改厕7.5万户", imported_at=AT,
    )  # fmt: skip
    return Measure.objects.create(
        document=document, position=1, start=0, end=7, quote="改厕7.5万户", title="改厕", form="quantified",
        firmness="firm", targets=[READ],
    )  # fmt: skip


def accept(at: Government, measure: Measure, *targets: Any) -> list[Target]:
    pledge = measure_decisions.accept_measure(
        measure.pk, actor=actor(at.supervisor), version=1, payload={"targets": list(targets)} if targets else {}, at=AT
    )
    return list(Target.objects.filter(pledge=pledge))


def faults(at: Government, measure: Measure, *targets: Any) -> dict[str, str]:
    with pytest.raises(BadInput) as refusal:
        accept(at, measure, *targets)
    return {name: str(text) for name, text in refusal.value.fields.items()}


def test_numbers_are_typed_in_the_shown_unit_and_kept_in_base_units(at: Government, measure: Measure) -> None:
    typed = {**READ, "value": "8.25", "baseline": "1,0", "comparator": "ge"}
    (target,) = accept(at, measure, typed)
    assert (str(target.value), str(target.baseline), target.comparator) == ("82500.0000", "100000.0000", "ge")


def test_where_it_was_read_comes_from_the_measure_and_not_from_the_form(at: Government, measure: Measure) -> None:
    kept, new = accept(
        at, measure, {**READ, "value": "8", "quote": "假的"}, {"value": "3", "unit": "个", "quote": {"a": 1}}
    )
    assert (kept.quote, new.quote) == ("7.5万户", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": None}, "value"),
        ({"value": "很多"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "-3"}, "value"),
        ({"value": "0"}, "value"),
        ({"value": "1e30"}, "value"),
        ({"value_max": "9"}, "value_max"),
        ({"comparator": "range"}, "value_max"),
        ({"comparator": "range", "value_max": "7"}, "value_max"),
        ({"value": "7.5", "baseline": "7.5"}, "baseline"),
        ({"baseline": "x"}, "baseline"),
        ({"unit": " "}, "unit"),
        ({"unit": "户" * 21}, "unit"),
        ({"scale": 1000}, "scale"),
        ({"scale": "万"}, "scale"),
        ({"scale": [10000]}, "scale"),
        ({"comparator": "most"}, "comparator"),
        ({"comparator": ["eq"]}, "comparator"),
        ({"quantity_kind": "speed"}, "quantity_kind"),
    ],
)
def test_a_wrong_target_is_named_by_its_place(
    at: Government, measure: Measure, change: dict[str, Any], field: str
) -> None:
    good = {**READ, "value": "8"}
    assert set(faults(at, measure, good, {**READ, "value": "7.5", **change})) == {f"targets.1.{field}"}


@pytest.mark.parametrize("targets", ["abc", None, 3, {"value": "1"}])
def test_a_wrong_shape_is_a_fault_and_never_a_crash(at: Government, measure: Measure, targets: Any) -> None:
    with pytest.raises(BadInput) as refusal:
        measure_decisions.edit_measure(
            measure.pk, actor=actor(at.supervisor), version=1, payload={"targets": targets}, at=AT
        )
    assert set(refusal.value.fields) == {"targets"}


def test_all_faults_are_told_at_once(at: Government, measure: Measure) -> None:
    with pytest.raises(BadInput) as refusal:
        measure_decisions.accept_measure(
            measure.pk,
            actor=actor(at.supervisor),
            version=1,
            payload={"lead_unit": 999_999, "due_date": "soon", "targets": [{"value": "x", "unit": ""}]},
            at=AT,
        )
    assert set(refusal.value.fields) == {"lead_unit", "due_date", "targets.0.value", "targets.0.unit"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value_max": "80000"}, "value_max"),
        ({"comparator": "range"}, "value_max"),
        ({"value": "0"}, "value"),
        ({"unit": ""}, "unit"),
        ({"unit": "户" * 21}, "unit"),
        ({"value": "0.00001", "scale": 1}, "value"),
    ],
)
def test_what_was_read_wrongly_is_named_instead_of_breaking_the_pledge(
    at: Government, measure: Measure, change: dict[str, Any], field: str
) -> None:
    Measure.objects.update(targets=[{**READ, **change}])
    assert set(faults(at, measure)) == {f"targets.0.{field}"}


def test_supporting_units_come_with_a_lead(at: Government, measure: Measure) -> None:
    with pytest.raises(BadInput) as refusal:
        measure_decisions.accept_measure(
            measure.pk, actor=actor(at.supervisor), version=1, payload={"support_units": [at.water.pk]}, at=AT
        )
    assert set(refusal.value.fields) == {"lead_unit"}
