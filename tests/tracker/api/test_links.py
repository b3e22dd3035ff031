"""Links of a pledge and hints of a measure through the API."""

from typing import Any

import pytest

from pledges.models import Document, Measure, PledgeLink
from tests.factories import PledgeFactory, ProgrammeFactory, actor, government, moment
from workflow import measure_decisions

AT = moment("2020-02-01")
pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today: Any) -> Any:
    set_today("2020-02-01")
    return government()


@pytest.fixture
def measure(city: Any) -> Measure:
    document = Document.objects.create(
        programme=city.programme, title="要点", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text="疏浚清河河道。", imported_at=AT,
    )  # fmt: skip
    return Measure.objects.create(
        document=document, position=1, start=0, end=6, quote="疏浚清河河道", title="疏浚清河河道", form="milestone",
        firmness="firm",
    )  # fmt: skip


@pytest.fixture
def earlier(city: Any) -> Any:
    programme = ProgrammeFactory(government=city.city, year=2019)
    return PledgeFactory(programme=programme, title="疏浚清河河道", lead_unit=city.water)


def test_a_measure_by_itself_comes_with_what_is_offered_beside_it(
    client: Any, city: Any, measure: Measure, earlier: Any
) -> None:
    client.force_login(city.supervisor.holder)
    answer = client.get(f"/api/measures/{measure.pk}/").json()
    name = {"id": earlier.pk, "number": "2019-001", "title": "疏浚清河河道"}
    (unit,) = answer["hints"]["suggested"]
    assert (unit["unit"]["id"], unit["pledge"]) == (city.water.pk, name)
    (like,) = answer["hints"]["duplicates"]
    assert (like["pledge"], like["kind"], like["offers"]) == (name, "identical", "continues")
    assert "hints" not in client.get("/api/measures/").json()["results"][0]


def test_a_pledge_says_what_it_goes_on_from(client: Any, city: Any, measure: Measure, earlier: Any) -> None:
    PledgeLink.objects.create(measure=measure, pledge=earlier, kind="continues", made_at=AT)
    pledge = measure_decisions.accept_measure(measure.pk, actor=actor(city.supervisor), version=1, payload={}, at=AT)
    client.force_login(city.supervisor.holder)
    (link,) = client.get(f"/api/pledges/{pledge.pk}/").json()["links"]
    assert (link["relation"], link["pledge"]["number"], link["words"]) == ("continues", "2019-001", "延续自 2019-001")
    (back,) = client.get(f"/api/pledges/{earlier.pk}/").json()["links"]
    assert (back["relation"], back["pledge"]["number"]) == ("continued_by", "2020-001")
