"""No page scrolls sideways: at 1024 px, where tables are widest for their room, and at 390 px, where rows are cards."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from pledges.actors import Actor
from pledges.models import Pledge, Unit, User
from tests.browser.conftest import MOMENT
from tracker import rollups
from tracker.demo.city import SAMPLES
from workflow import intake, measure_decisions, services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACES = {
    "supervisor": ["desk", "pledges", "supervision", "units", "quarter", "documents", "documents/import", "inbox"],
    "nyncj": ["desk", "pledges", "units", "quarter"],
}


@pytest.fixture(params=[1024, 390])
def width(request: Any) -> int:
    return int(request.param)


@pytest.fixture
def a_few_pledges(organisation: Any) -> list[Pledge]:
    """Three assigned pledges of units with long names."""

    def by(username: str) -> Actor:
        post = organisation.posts[username]
        return Actor(user=post.holder, post=post)

    document = intake.import_document(
        actor=by("supervisor"),
        filename="report.txt",
        content=(SAMPLES / "report.txt").read_bytes(),
        plan_year=2020,
        title="",
        kind="report",
        at=MOMENT,
    )
    longest = sorted(Unit.objects.all(), key=lambda unit: -len(unit.name_en))[:2]
    leads = [*longest, organisation.units["nyncj"]]
    quantified = document.measures.filter(form="quantified", fate="pending").order_by("position")[:3]
    pledges = []
    for lead, measure in zip(leads, quantified, strict=True):
        pledge = measure_decisions.accept_measure(
            measure.pk, actor=by("supervisor"), version=1, payload={"lead_unit": lead.pk}, at=MOMENT
        )
        payload = {"lead_unit": lead.pk, "due_date": pledge.due_date, "basis": pledge.basis}
        pledges.append(
            services.perform(
                "assign",
                pledge_id=pledge.pk,
                actor=by("director"),
                payload=payload,
                version=pledge.version,
                at=MOMENT,
            )
        )
    rollups.refresh_stale()
    return pledges


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("username", PLACES)
def test_no_page_scrolls_sideways(
    visit: Callable[[str], Page],
    live_server: Any,
    set_today: Any,
    a_few_pledges: list[Pledge],
    username: str,
    language: str,
) -> None:
    set_today("2020-09-15")
    page = visit(username)
    User.objects.filter(username=username).update(language=language)
    last = a_few_pledges[-1]
    addresses = [f"{place}/" for place in PLACES[username]] + [f"pledges/{last.pk}/"]
    if username == "supervisor":
        addresses.append(f"documents/{last.document_id}/")
    too_wide = []
    for address in addresses:
        page.goto(f"{live_server.url}/{address}")
        assert page.locator("html").get_attribute("lang") == language
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(address)
    assert too_wide == []
