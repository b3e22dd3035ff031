"""No page scrolls sideways: at 1024 px, where tables are widest for their room, and at 390 px, where rows are cards."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from pledges.actors import Actor
from pledges.models import Pledge, Post, Unit, User
from tests.browser.conftest import MOMENT
from tracker import rollups
from tracker.demo.city import SAMPLES
from workflow import intake, measure_decisions, services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# {pledge} is one that nyncj leads and has reported on, {draft} waits to be assigned, {post} is nyncj's.
PLACES = {
    "supervisor": [
        "desk", "pledges", "supervision", "units", "quarter", "documents", "documents/import", "documents/{document}",
        "inbox", "requests", "sheets", "sheets/proposed", "deputies", "programmes/{programme}",
        "programmes/{programme}/settle", "pledges/{pledge}", "pledges/{pledge}/sheet", "pledges/{pledge}/acts/tag",
        "pledges/{pledge}/acts/urge", "pledges/{draft}/plan", "pledges/{draft}/acts/amend",
    ],
    "director": [
        "desk", "sheets/proposed", "erasures", "programmes/new", "programmes/{programme}", "pledges/{pledge}",
        "pledges/{pledge}/acts/change_lead", "pledges/{pledge}/acts/settle", "pledges/{draft}/acts/assign",
        "pledges/{pledge}/acts/allocate",
    ],
    "nyncj": [
        "desk", "pledges", "units", "quarter", "pledges/{pledge}", "pledges/{pledge}/plan",
        "pledges/{pledge}/acts/report", "pledges/{pledge}/acts/propose_claim", "pledges/{pledge}/acts/allocate",
        "pledges/{pledge}/requests/extension", "requests", "sheets", "approvals/{programme}",
        "programmes/{programme}/sign", "deputies",
    ],
    "nyncj-head": [
        "desk", "approvals/{programme}", "approvals/{programme}/page", "programmes/{programme}/answers",
        "pledges/{pledge}", "pledges/{pledge}/acts/approve", "pledges/{pledge}/acts/record_approval",
        "pledges/{pledge}/acts/return_report",
    ],
    "mayor": ["desk", "units", "requests", "pledges/{pledge}", "instructions/pledge/{pledge}"],
    "auditor": ["audit", "erasures"],
    "secadmin": ["erasures"],
    "sysadmin": [
        "organisation", "organisation/units/add", "organisation/posts/add", "organisation/posts/{post}",
        "organisation/accounts", "organisation/accounts/add", "calendar",
    ],
}  # fmt: skip


@pytest.fixture(params=[1024, 390])
def width(request: Any) -> int:
    return int(request.param)


@pytest.fixture
def a_few_pledges(organisation: Any) -> list[Pledge]:
    """A draft and three assigned pledges, two of units with long names; the last is reported on and waits for its
    head's approval.
    """

    def by(username: str) -> Actor:
        post = organisation.posts[username]
        return Actor(user=post.holder, post=post)

    def perform(name: str, pledge: Pledge, username: str, **payload: Any) -> Pledge:
        return services.perform(
            name, pledge_id=pledge.pk, actor=by(username), payload=payload, version=pledge.version, at=MOMENT
        )

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
    waiting = document.measures.filter(form="quantified", fate="pending").order_by("position")
    quantified = [*waiting[:3], waiting.get(quote__contains="355个行政村")]  # an amount can be split among units

    def accepted(measure: Any, lead: Unit) -> Pledge:
        return measure_decisions.accept_measure(
            measure.pk, actor=by("supervisor"), version=1, payload={"lead_unit": lead.pk}, at=MOMENT
        )

    pledges = [accepted(quantified[0], leads[-1])]
    for lead, measure in zip(leads, quantified[1:], strict=True):
        pledge = accepted(measure, lead)
        given = {"lead_unit": lead.pk, "due_date": pledge.due_date, "basis": pledge.basis}
        pledges.append(perform("assign", pledge, "director", **given))
    running = perform("sign", pledges[-1], "nyncj", person="田小满")
    values = {str(target.pk): "1" for target in running.targets.all()}
    pledges[-1] = perform("report", running, "nyncj", sentence="前三季度按计划推进", values=values, seen="0")
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
    names = {
        "pledge": last.pk,
        "draft": a_few_pledges[0].pk,
        "document": last.document_id,
        "programme": last.programme_id,
        "post": Post.objects.get(holder__username="nyncj").pk,
    }
    addresses = [f"{place.format(**names)}/" for place in PLACES[username]]
    too_wide = []
    for address in addresses:
        answer = page.goto(f"{live_server.url}/{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert page.locator("html").get_attribute("lang") == language
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(address)
    assert too_wide == []
