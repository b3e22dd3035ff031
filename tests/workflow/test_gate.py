"""The gate: in which order it refuses, that a refusal changes nothing, versions, and how what was typed is read."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Evidence, Pledge, Report, ReportStage, ReportValue, Target
from tests.factories import Government, TargetFactory, drafted, government, payload_for, perform, pledge_in
from workflow.models import Event, EventPayload, Proposal, ReportReview, Stream, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def everything() -> list[Any]:
    facts = (Pledge, Report, ReportValue, ReportStage, Evidence)
    kinds = (*facts, Event, EventPayload, Stream, Task, Proposal, ReportReview)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@contextmanager
def refused(kind: type[DomainError]) -> Iterator[Any]:
    """The block is refused so, and nothing at all has changed."""
    before = everything()
    with pytest.raises(kind) as caught, transaction.atomic():
        yield caught
    assert caught.type is kind
    assert everything() == before


def report(at: Government, pledge: Pledge, on: str = "2020-03-20", **payload: Any) -> Pledge:
    return perform("report", pledge, at.coordinator, at=on, **{**payload_for("report", at, pledge), **payload})


def faults_of(at: Government, pledge: Pledge, on: str = "2020-03-20", **payload: Any) -> dict[str, str]:
    with refused(BadInput) as caught:
        report(at, pledge, on, **payload)
    return {name: str(message) for name, message in caught.value.fields.items()}


# The order of refusals


def test_who_may_not_see_it_learns_nothing_even_of_a_bad_request(at: Government) -> None:
    pledge = pledge_in("closed", at)
    with refused(Invisible):
        perform("sign", pledge, at.county_coordinator, version=None)


def test_who_may_not_do_it_is_not_told_the_state_nor_the_faults(at: Government) -> None:
    pledge = pledge_in("closed", at)
    with refused(Forbidden):
        perform("verify", pledge, at.supervisor, version=1, method="guess")


def test_the_wrong_moment_comes_before_the_faults(at: Government) -> None:
    with refused(WrongState):
        perform("sign", pledge_in("closed", at), at.coordinator)


def test_an_old_form_is_told_what_changed_rather_than_that_the_state_is_wrong(at: Government) -> None:
    pledge = drafted(at)
    seen = perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge)).version
    perform("sign", pledge, at.coordinator, at="2020-02-04", person="王敏")
    with refused(Stale) as caught:
        perform("sign", pledge, at.head, at="2020-02-05", version=seen)
    assert caught.value.changes == [f"{at.coordinator.holder.name}(住房城乡建设局联络员) 签收(待签收 → 推进中)"]


def test_a_stale_form_in_the_right_state_is_told_all_that_happened_since(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    seen = pledge.version
    perform("claim", pledge, at.head, at="2020-11-10", **payload_for("claim", at, pledge))
    perform("return_claim", pledge, at.supervisor, at="2020-11-12", reason="现场有两处未通水")
    with refused(Stale) as caught:
        perform("claim", pledge, at.head, at="2020-11-13", version=seen, reason="x")
    assert caught.value.changes == [
        f"{at.head.holder.name}(住房城乡建设局局长) 申请销号(推进中 → 待核验):其余村并入明年工程",
        f"{at.supervisor.holder.name}(督查室督查一科) 退回补充(待核验 → 推进中):现场有两处未通水",
    ]


def test_a_version_from_the_future_is_stale_too(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    with refused(Stale) as caught:
        perform("sign", pledge, at.coordinator, version=pledge.version + 5, person="王敏")
    assert caught.value.changes == []


def test_reports_do_not_make_other_forms_stale(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    seen = pledge.version
    report(at, pledge)
    perform("approve", pledge, at.head, at="2020-03-21", version=seen)
    perform("accept", pledge, at.supervisor, at="2020-03-23", version=seen)
    assert perform("claim", pledge, at.head, at="2020-11-10", version=seen, reason="已完成").state == "claimed"


def test_an_old_form_about_a_report_is_stale_after_a_change_of_state(at: Government) -> None:
    pledge = pledge_in("assigned", at)
    seen = pledge.version
    perform("sign", pledge, at.coordinator, person="王敏")
    with refused(Stale):
        perform("report", pledge, at.coordinator, version=seen, **payload_for("report", at, pledge))


# Faults


def test_all_faults_are_told_at_once(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    second = TargetFactory(pledge=pledge, value=Decimal(40), unit="公里")
    first = pledge.targets.first()
    assert first is not None
    faults = faults_of(
        at, pledge, sentence="", values={first.pk: "many", second.pk: "-3"}, outlook="great", evidence_link="ftp://x"
    )
    assert faults == {
        "sentence": "请填写“进展情况”。",
        f"values.{first.pk}": "“many”不是数字,请只填数字,例如 120。",
        f"values.{second.pk}": "累计数不能是负数。",
        "outlook": "请从下列各项中选择:确保完成、有困难、难以完成。",
        "evidence_link": "请填写以 http:// 或 https:// 开头的链接。",
    }


def test_an_empty_form_names_the_sentence_and_the_number_together(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    target = pledge.targets.get()
    assert faults_of(at, pledge, sentence="", values={}) == {
        "sentence": "请填写“进展情况”。",
        f"values.{target.pk}": "请填写累计完成数,没有进展填 0。",
    }


def test_a_bad_day_and_a_fall_are_told_together(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    target = pledge.targets.get()
    faults = faults_of(at, pledge, on="2020-06-28", values={target.pk: "100"}, data_date="2019-12-31")
    assert set(faults) == {"data_date", "fall_reason", f"values.{target.pk}"}


def test_blank_words_are_no_words(at: Government) -> None:
    pledge = pledge_in("in_progress", at, reported=True)
    assert faults_of(at, pledge, sentence=" \n ") == {"sentence": "请填写“进展情况”。"}
    with refused(BadInput) as caught:
        perform("return_report", pledge, at.supervisor, at="2020-03-23", reason="   ")
    assert set(caught.value.fields) == {"reason"}


@pytest.mark.parametrize("words", ["铺设\x00管网", "铺设\ud800管网"], ids=["NUL", "half a character"])
def test_characters_that_cannot_be_stored_are_a_fault(at: Government, words: str) -> None:
    assert faults_of(at, pledge_in("in_progress", at), sentence=words) == {
        "sentence": "文字中有无法保存的字符,请重新输入。"
    }


def test_a_sentence_has_at_most_500_characters(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    assert faults_of(at, pledge, sentence="村" * 501) == {"sentence": "最多 500 字,现有 501 字,请精简。"}
    report(at, pledge, sentence=" " + "村" * 500 + "\r\n")


@pytest.mark.parametrize(
    "payload",
    [
        {"sentence": ["a"]},
        {"sentence": 3},
        {"values": "120"},
        {"values": ["120"]},
        {"period": {"key": "2020-Q1"}},
        {"period": "2021-Q1"},
        {"data_date": "yesterday"},
        {"stages": "1"},
        {"stages": {"1": "2020-03-01"}},
        {"problem_kind": ["land"]},
        {"evidence_link": "http://"},
        {"evidence_link": "http://[half"},
    ],
)
def test_a_wrong_shape_is_a_fault_and_never_a_crash(at: Government, payload: dict[str, Any]) -> None:
    pledge = pledge_in("in_progress", at)
    assert next(iter(faults_of(at, pledge, **payload))).split(".")[0] == next(iter(payload))


# Assigning


def assign(at: Government, pledge: Pledge, **payload: Any) -> Pledge:
    given = {**payload_for("assign", at, pledge), **payload}
    return perform("assign", pledge, at.director, at="2020-02-03", **given)


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"lead_unit": ""}, "lead_unit"),
        ({"lead_unit": 999_999}, "lead_unit"),
        ({"lead_unit": "水务局"}, "lead_unit"),
        ({"lead_unit": 10**30}, "lead_unit"),
        ({"lead_unit": [1]}, "lead_unit"),
        ({"lead_unit": True}, "lead_unit"),
        ({"support": [999_999]}, "support"),
        ({"support": "1"}, "support"),
        ({"leader": 999_999}, "leader"),
        ({"leader": 10**30}, "leader"),
        ({"due_date": "2020-02-30"}, "due_date"),
        ({"due_date": None}, "due_date"),
        ({"basis": ""}, "basis"),
        ({"start_date": "2020-12-16"}, "start_date"),
    ],
)
def test_assigning_needs_a_unit_of_the_government_a_due_date_and_a_basis(
    at: Government, payload: dict[str, Any], field: str
) -> None:
    pledge = drafted(at)
    with refused(BadInput) as caught:
        assign(at, pledge, **payload)
    assert set(caught.value.fields) == {field}


def test_a_unit_of_another_city_cannot_lead(at: Government) -> None:
    elsewhere = government()
    with refused(BadInput):
        assign(at, drafted(at), lead_unit=elsewhere.housing.pk)


def test_a_unit_without_anybody_cannot_be_assigned_anything(at: Government) -> None:
    at.housing.posts.update(is_active=False)
    with refused(BadInput) as caught:
        assign(at, drafted(at))
    assert str(caught.value.fields["lead_unit"]) == "这个单位还没有联络员,请先在组织机构中设立,再交办。"


def test_an_ongoing_pledge_is_assigned_with_its_deliverable(at: Government) -> None:
    pledge = drafted(at, form=Pledge.Form.ONGOING, target=None)
    with refused(BadInput) as caught:
        assign(at, pledge)
    assert set(caught.value.fields) == {"deliverable"}
    assert assign(at, pledge, deliverable="每季一份巡查通报").deliverable == "每季一份巡查通报"


def test_the_lead_unit_named_among_the_supporting_ones_leads_only(at: Government) -> None:
    pledge = assign(at, drafted(at), support=[at.housing.pk, at.water.pk, at.water.pk])
    assert sorted(pledge.parties.values_list("unit__name", "part")) == [
        ("住房城乡建设局", "lead"),
        ("水务局", "support"),
    ]


def test_assigning_keeps_the_leader_and_the_start_that_the_draft_has(at: Government) -> None:
    """Nothing is asked twice: what was settled when the measure was accepted stands unless it is replaced."""
    start = datetime.date(2020, 3, 1)
    pledge = assign(at, drafted(at, leader=at.leader, start_date=start, person="王敏"))
    assert (pledge.leader, pledge.start_date, pledge.person) == (at.leader, start, "王敏")


# Numbers of a target in thousands of tens: Target(scale=10000), 7.5 万户


@pytest.mark.parametrize(
    ("typed", "scale", "stored"),
    [
        ("120", 1, "120"),
        (" 120 ", 1, "120"),
        (120, 1, "120"),
        (120.5, 1, "120.5"),
        ("１２０", 1, "120"),
        ("１，２００．５", 1, "1200.5"),
        ("1,200", 1, "1200"),
        ("0", 1, "0"),
        ("1e2", 1, "100"),
        ("0.0001", 1, "0.0001"),
        ("7.5", 10_000, "75000"),
        ("7.50001", 10_000, "75000.1"),
        ("1.23", 100_000_000, "123000000"),
    ],
)
def test_numbers_are_read_as_people_type_them(at: Government, typed: Any, scale: int, stored: str) -> None:
    pledge = pledge_in("in_progress", at)
    Target.objects.update(scale=scale)
    report(at, pledge, values={pledge.targets.get().pk: typed})
    assert ReportValue.objects.get().value == Decimal(stored)


NOT_A_NUMBER, TOO_LARGE, TOO_FINE = "不是数字", "这个数太大", "小数位数太多"


@pytest.mark.parametrize(
    ("typed", "scale", "message"),
    [
        ("abc", 1, NOT_A_NUMBER),
        ("12o", 1, NOT_A_NUMBER),
        ("一百二十", 1, NOT_A_NUMBER),
        ("1_000", 1, NOT_A_NUMBER),
        ("120个", 1, NOT_A_NUMBER),
        ("NaN", 1, NOT_A_NUMBER),
        ("sNaN", 1, NOT_A_NUMBER),
        ("--5", 1, NOT_A_NUMBER),
        (True, 1, NOT_A_NUMBER),
        ({"a": 1}, 1, NOT_A_NUMBER),
        (["1"], 1, NOT_A_NUMBER),
        ("-1", 1, "累计数不能是负数"),
        ("－1", 1, "累计数不能是负数"),
        ("1e30", 1, TOO_LARGE),
        ("1e16", 1, TOO_LARGE),
        ("1e12", 10_000, TOO_LARGE),
        ("Infinity", 1, TOO_LARGE),
        ("1e999999", 10_000, TOO_LARGE),
        ("0.00001", 1, TOO_FINE),
        ("1.00000000000000000000000000000001", 1, TOO_FINE),
        ("7.500000001", 10_000, TOO_FINE),
        ("", 1, "请填写累计完成数,没有进展填 0。"),
        (None, 1, "请填写累计完成数,没有进展填 0。"),
    ],
)
def test_what_is_no_such_number_is_refused_with_what_to_do(
    at: Government, typed: Any, scale: int, message: str
) -> None:
    pledge = pledge_in("in_progress", at)
    Target.objects.update(scale=scale)
    target = pledge.targets.get()
    faults = faults_of(at, pledge, values={target.pk: typed})
    assert set(faults) == {f"values.{target.pk}"}
    assert message in faults[f"values.{target.pk}"]


def test_a_growth_rate_may_be_negative_and_left_out(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    Target.objects.update(quantity_kind="growth", unit="%", value=Decimal("6.5"))
    report(at, pledge, values={})
    report(at, pledge, values={pledge.targets.get().pk: "-1.2"})
    assert [value.value for value in ReportValue.objects.all()] == [Decimal("-1.2")]


def test_a_number_for_another_pledges_target_is_refused(at: Government) -> None:
    pledge, other = pledge_in("in_progress", at), pledge_in("in_progress", at)
    foreign = other.targets.get()
    faults = faults_of(at, pledge, values={pledge.targets.get().pk: "120", foreign.pk: "5"})
    assert faults == {f"values.{foreign.pk}": "这一事项没有这个目标。"}
