"""Paper: the scan that bears out an act, who signed, who put it on record, and who may see it."""

from typing import Any

import pytest

from pledges.actors import SYSTEM
from pledges.errors import BadInput, Forbidden, Invisible
from tests.factories import Government, actor, day, government, moment, payload_for, perform, pledge_in
from workflow import signed_pages
from workflow.models import Event, ReportReview, SignedPage

PDF = b"%PDF-1.7 a scan"


@pytest.fixture
def at(db: None) -> Government:
    return government()


def keep(at: Government, post: str = "coordinator", **given: Any) -> SignedPage:
    usual = {"filename": "审签单.pdf", "content": PDF, "signer": "周建国", "signed_date": day("2020-03-21")}
    return signed_pages.keep(actor=actor(at.posts[post]), at=moment("2020-03-23"), **{**usual, **given})


def test_a_page_is_kept_byte_for_byte_with_signer_and_recorder(at: Government) -> None:
    page = SignedPage.objects.get(pk=keep(at).pk)
    assert bytes(page.content) == PDF
    assert (page.media_type, page.signer, page.recorded_by, page.post) == (
        "application/pdf", "周建国", at.coordinator.holder, at.coordinator,
    )  # fmt: skip
    assert page.sha256 == "436b26147ce1e2840210099f885a14790e0eae709fd7a9b9616f4519ca08ecfe"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"content": b""}, "scan"),
        ({"content": b"PK\x03\x04 a zip"}, "scan"),
        ({"content": PDF + b"x" * 10 * 1024 * 1024}, "scan"),
        ({"filename": "审签单(机密).pdf"}, "scan"),
        ({"signer": " "}, "signer"),
        ({"signer": "长" * 61}, "signer"),
        ({"signed_date": None}, "signed_date"),
        ({"signed_date": day("2020-03-24")}, "signed_date"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_at_its_field(at: Government, given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        keep(at, **given)
    assert refusal.value.fields.keys() == {field}
    assert not SignedPage.objects.exists()


def test_every_fault_is_said_at_once(at: Government) -> None:
    with pytest.raises(BadInput) as refusal:
        keep(at, content=b"", signer="", signed_date=None)
    assert refusal.value.fields.keys() == {"scan", "signer", "signed_date"}


def test_a_folder_in_the_name_is_left_out(at: Government) -> None:
    assert keep(at, filename="C:\\scans\\审签单.pdf").filename == "审签单.pdf"


def test_an_approval_on_paper_counts_like_one_online_and_names_both(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    page = keep(at)
    perform("record_approval", pledge, at.coordinator, at="2020-03-23", signed_page=page.pk)
    review = ReportReview.objects.get()
    assert (review.verdict, review.signed_page, review.by) == ("approved", page, at.coordinator.holder)
    assert pledge.reports.get().status == "approved"
    assert Event.objects.get(action="record_approval").payload.text.count(f'"signed_page":{page.pk}') == 1


def test_an_approval_on_paper_needs_the_page_that_this_person_recorded(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    for given in ({}, {"signed_page": 4711}, {"signed_page": keep(at, "water_coordinator").pk}, {"signed_page": "x"}):
        with pytest.raises(BadInput) as refusal:
            perform("record_approval", pledge, at.coordinator, at="2020-03-23", **given)
        assert refusal.value.fields.keys() == {"signed_page"}


def test_who_sees_the_pledge_sees_the_page(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    page = keep(at)
    perform("record_approval", pledge, at.coordinator, at="2020-03-23", signed_page=page.pk)
    for post in ("coordinator", "head", "supervisor", "leader", "auditor"):
        assert signed_pages.visible(page.pk, actor(at.posts[post])) == page
    for post in ("water_coordinator", "county_coordinator", "system_admin", "security_admin", "statistician"):
        with pytest.raises(Invisible):
            signed_pages.visible(page.pk, actor(at.posts[post]))


def test_the_system_signs_nothing() -> None:
    with pytest.raises(Forbidden):
        signed_pages.keep(
            actor=SYSTEM,
            filename="a.pdf",
            content=PDF,
            signer="周建国",
            signed_date=day("2020-03-21"),
            at=moment("2020-03-23"),
        )
