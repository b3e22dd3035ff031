"""A county with a supervision office of its own, inside a city with one: neither does the other's work."""

from typing import Any

import pytest

from pledges.actors import Actor
from pledges.errors import BadInput, Invisible
from pledges.models import Document, Measure, Period, Pledge, Post, Programme, Role, Unit
from pledges.querysets import own_government_path
from tests.factories import (
    Government,
    PostFactory,
    ProgrammeFactory,
    UnitFactory,
    actor,
    drafted,
    government,
    moment,
    payload_for,
    perform,
    pledge_in,
)
from tracker import rollups
from tracker.models import Rollup
from workflow import assignees, audit_search, erasure, instructions, programmes
from workflow.models import Instruction, Sheet, Task

NOW = moment("2020-03-10")


@pytest.fixture
def at(db: None) -> Government:
    return government()


class County:
    """The county's own office, leader, auditor and programme; its office stands before the city's in every order but
    that of its making."""

    def __init__(self, at: Government) -> None:
        self.office = UnitFactory(name="县督查室", kind=Unit.Kind.OFFICE, parent=at.county, position=0)
        self.director = PostFactory(unit=self.office, role=Role.DIRECTOR, title="主任")
        self.supervisor = PostFactory(unit=self.office, role=Role.SUPERVISOR, title="督查科")
        self.leader = PostFactory(unit=at.county, role=Role.LEADER, title="县长")
        self.auditor = PostFactory(unit=at.county, role=Role.AUDITOR, title="审计管理员")
        self.programme: Programme = ProgrammeFactory(government=at.county, year=2020)


@pytest.fixture
def county(at: Government) -> County:
    return County(at)


@pytest.fixture
def pledges(at: Government, county: County) -> dict[str, Pledge]:
    """One of the city's led by housing, one of the city's led by the county, and one of the county's own."""
    of_city, of_both = pledge_in("in_progress", at), drafted(at)
    given = payload_for("assign", at, of_both) | {"lead_unit": at.county.pk}
    of_both = perform("assign", of_both, at.director, at="2020-02-03", **given)
    own = drafted(at, programme=county.programme)
    given = payload_for("assign", at, own) | {"lead_unit": at.county_housing.pk}
    own = perform("assign", own, county.director, at="2020-02-03", **given)
    return {"city": of_city, "county_in_city": of_both, "own": own}


# post: the pledges that it sees, and whether the programmes of the city and of the county
SEES: dict[str, tuple[set[str], bool, bool]] = {
    "county director": ({"own"}, False, True),
    "county supervisor": ({"own"}, False, True),
    "county leader": ({"own"}, False, True),
    "county auditor": ({"own"}, False, True),
    "director": ({"city", "county_in_city"}, True, False),
    "supervisor": ({"city", "county_in_city"}, True, False),
    "leader": ({"city", "county_in_city"}, True, False),
    "auditor": ({"city", "county_in_city"}, True, False),
    # Units see what they have a part in, whosever programme it is, and what is led below them.
    "county_coordinator": ({"county_in_city", "own"}, True, True),
    "county_housing_coordinator": ({"own"}, False, True),
    "coordinator": ({"city"}, True, False),
}


def post_of(name: str, at: Government, county: County) -> Post:
    post: Post = getattr(county, name.removeprefix("county ")) if name.startswith("county ") else at.posts[name]
    return post


@pytest.mark.parametrize("name", SEES)
def test_each_sees_the_programmes_of_the_government_it_serves(
    name: str, at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    by, (seen, sees_city, sees_county) = actor(post_of(name, at, county)), SEES[name]
    found = set(Pledge.objects.visible_to(by).values_list("pk", flat=True))
    assert found == {pledges[one].pk for one in seen}
    programmes_seen = set(Programme.objects.visible_to(by))
    assert programmes_seen == {
        programme for programme, is_seen in ((at.programme, sees_city), (county.programme, sees_county)) if is_seen
    }


@pytest.mark.parametrize("name", ["county director", "county supervisor", "county leader", "county auditor"])
def test_nothing_else_of_the_city_is_seen_either(
    name: str, at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    document = Document.objects.create(
        programme=at.programme, title="报告", kind="report", filename="a.txt", content=b"x", sha256="0" * 64,
        text="新建公园3个。", imported_at=NOW,
    )  # fmt: skip
    Measure.objects.create(document=document, position=1, start=0, end=6, quote="新建公园3个", title="新建公园3个",
                           form="quantified", firmness="firm")  # fmt: skip
    Sheet.objects.create(
        programme=at.programme,
        unit=at.housing,
        colour="yellow",
        status="issued",
        proposed_at=NOW,
        number="督〔2020〕1号",
        due_date=NOW.date(),
    )
    for about in ({"unit": at.housing}, {"period": Period.objects.filter(programme=at.programme).first()}):
        Instruction.objects.create(
            leader=at.leader, kind="note", words="请抓紧", given_date=NOW.date(), recorded_at=NOW, **about
        )
    rollups.sweep()
    by = actor(post_of(name, at, county))
    for model in (Document, Measure, Sheet, Instruction):
        assert not model.objects.visible_to(by).exists(), model
    assert {row.programme for row in Rollup.objects.visible_to(by)} == {county.programme}


def test_the_city_s_office_acts_on_nothing_of_the_county_s_and_the_other_way_round(
    at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    for pledge, by in (
        (pledges["own"], at.supervisor),
        (pledges["city"], county.supervisor),
        (pledges["county_in_city"], county.director),
    ):
        with pytest.raises(Invisible):
            perform("tag", pledge, by, at="2020-03-10", add=["民生实事"])


def test_what_waits_for_the_office_waits_for_the_government_s_own(
    at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    assert assignees.director(pledges["city"]) == at.director
    assert assignees.director(pledges["own"]) == county.director
    assert {assignees.supervisor(Pledge(programme=at.programme, lead_unit_id=pk)) for pk in range(6)} == {
        at.supervisor,
        at.supervisor_2,
    }
    assert assignees.supervisor(pledges["own"]) == county.supervisor
    assert not Task.objects.filter(pledge__programme=at.programme, post__unit=county.office).exists()


def test_a_city_without_an_office_does_not_use_the_county_s(at: Government, county: County) -> None:
    Post.objects.filter(unit=at.office).update(is_active=False)
    with pytest.raises(BadInput):
        assignees.director_of(at.programme)


def test_a_county_office_sets_up_the_county_s_programme(at: Government, county: County) -> None:
    made = programmes.create(actor=actor(county.supervisor), year=2021, at=NOW)
    assert (made.government, made.year) == (at.county, 2021)


def test_leaders_instruct_within_their_government(at: Government, county: County, pledges: dict[str, Pledge]) -> None:
    mayor, head = actor(at.leader), actor(county.leader)
    own = instructions.posts_for(pledges["own"], head)
    assert {post for post in own if post.role in ("director", "supervisor")} == {county.director, county.supervisor}
    offered = instructions.posts_for(pledges["city"], mayor)
    assert {post for post in offered if post.role in ("director", "supervisor")} == {
        at.director,
        at.supervisor,
        at.supervisor_2,
    }
    assert instructions.subject_of("unit", at.county_housing.pk, head) == at.county_housing
    with pytest.raises(Invisible):
        instructions.subject_of("unit", at.housing.pk, head)


def test_the_county_s_auditor_reads_the_county_s_record(
    at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    seen = set(audit_search.visible_to(actor(county.auditor)).values_list("stream__name", flat=True))
    assert f"pledge:{pledges['own'].pk}" in seen
    assert f"pledge:{pledges['city'].pk}" not in seen


def test_the_county_s_director_decides_no_erasure_of_the_city(
    at: Government, county: County, pledges: dict[str, Pledge]
) -> None:
    subject = f"pledge:{pledges['city'].pk}"
    proposed = erasure.propose(actor=actor(at.security_admin), subject=subject, reason="误录", at=NOW)
    assert (erasure.waiting_for(actor(at.director)), erasure.waiting_for(actor(county.director))) == (1, 0)
    with pytest.raises(Invisible):
        erasure.refuse(proposed.pk, actor=actor(county.director), at=NOW)


def paths(at: Government, county: County) -> list[tuple[Actor, str]]:
    return [
        (actor(at.leader), at.city.path),
        (actor(at.director), at.city.path),
        (actor(at.coordinator), at.city.path),
        (actor(county.director), at.county.path),
        (actor(at.county_coordinator), at.county.path),
        (actor(at.county_housing_coordinator), at.county.path),
        (Actor(user=None, post=None), ""),
    ]


def test_the_own_government_is_the_nearest_city_or_county(at: Government, county: County) -> None:
    for by, path in paths(at, county):
        assert own_government_path(by) == path


def test_seeing_costs_one_query(at: Government, county: County, django_assert_num_queries: Any) -> None:
    by = actor(county.director)
    assert by.unit is not None
    with django_assert_num_queries(1):
        list(Pledge.objects.visible_to(by))
