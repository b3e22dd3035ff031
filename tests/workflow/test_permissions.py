"""Who may do what beside the cells of `test_cells`: deputies, other governments, units without a head, buttons."""

import pytest

from pledges.actors import Actor
from pledges.errors import Forbidden, Invisible
from pledges.models import Pledge, Post, Role, State
from tests.factories import (
    Government,
    PostFactory,
    UserFactory,
    actor,
    drafted,
    government,
    payload_for,
    perform,
    pledge_in,
)
from workflow import services
from workflow.models import Event, Task


@pytest.fixture
def at(db: None) -> Government:
    return government()


def test_only_the_calendar_opens_windows(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    for post in (at.director, at.supervisor, at.coordinator, at.leader, at.auditor):
        with pytest.raises(Forbidden) as refusal:
            perform("open_window", pledge, post, at="2020-03-25")
        assert str(refusal.value.reason) == "这一步由程序按日历自动完成。"


def test_buttons_offer_exactly_what_the_gate_would_take(at: Government) -> None:
    pledge = pledge_in("in_progress", at, support=(at.water,))

    def offered(post: Post) -> list[str]:
        return [row.name for row in services.allowed(pledge, actor(post))]

    # "tag" and "urge" are for any day; change_lead and settle (once the day has come) are the director's.
    assert offered(at.coordinator) == ["report", "allocate", "propose_claim"]
    assert offered(at.head) == ["allocate", "claim"]
    assert offered(at.supervisor) == ["tag", "urge", "allocate"]  # nothing was reported yet
    assert offered(at.water_coordinator) == []
    assert offered(at.leader) == offered(at.auditor) == offered(at.system_admin) == []
    perform("report", pledge, at.coordinator, at="2020-03-20", **payload_for("report", at, pledge))
    assert offered(at.supervisor) == ["tag", "return_report", "urge", "allocate"]
    assert offered(at.head) == ["approve", "record_approval", "return_report", "allocate", "claim"]
    perform("approve", pledge, at.head, at="2020-03-21")
    assert offered(at.supervisor) == ["tag", "accept", "return_report", "urge", "allocate"]
    perform("accept", pledge, at.supervisor, at="2020-03-23")
    assert offered(at.supervisor) == ["tag", "urge", "allocate"]


def test_a_person_without_a_post_sees_nothing(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    with pytest.raises(Invisible):
        perform("report", pledge, Actor(user=UserFactory(), post=None), **payload_for("report", at, pledge))


def test_the_supervision_office_of_another_city_sees_nothing(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    elsewhere = government()
    for post in (elsewhere.director, elsewhere.supervisor, elsewhere.leader, elsewhere.auditor):
        with pytest.raises(Invisible):
            perform("verify", pledge, post, at="2020-11-20", **payload_for("verify", at, pledge))


def test_a_deputy_has_the_rights_of_the_post_and_the_record_names_both(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    deputy = actor(at.coordinator, deputy=at.water_coordinator)
    perform("report", pledge, deputy, at="2020-03-20", **payload_for("report", at, pledge))
    event = Event.objects.get(action="report")
    assert (event.user, event.post, event.acting_for) == (
        at.water_coordinator.holder,
        at.water_coordinator,
        at.coordinator,
    )
    report = pledge.reports.get()
    assert (report.reported_by, report.post) == (at.water_coordinator.holder, at.coordinator)


def drafted_for_verification(at: Government) -> Pledge:
    pledge = pledge_in("claimed", at)
    return perform(
        "draft_verification", pledge, at.supervisor, at="2020-11-16", **payload_for("draft_verification", at, pledge)
    )


@pytest.mark.parametrize("name", ["draft_verification", "verify", "return_claim"])
def test_a_deputy_from_the_claiming_unit_does_not_verify_its_own_claim(at: Government, name: str) -> None:
    """Separation of duties: never someone of the claiming unit, whatever post they stand in for."""
    pledge = pledge_in("claimed", at)
    deputy = actor(at.director, deputy=at.head)
    with pytest.raises(Forbidden) as refusal:
        perform(name, pledge, deputy, at="2020-11-20", **payload_for(name, at, pledge))
    assert str(refusal.value.reason) == "申请销号的单位不能核验本单位的事项。"


def test_a_director_who_also_holds_a_post_in_the_claiming_unit_does_not_verify(at: Government) -> None:
    pledge = drafted_for_verification(at)
    PostFactory(unit=at.housing, role=Role.HEAD, title="副局长", holder=at.director.holder)
    with pytest.raises(Forbidden) as refusal:
        perform("verify", pledge, at.director, at="2020-11-20", **payload_for("verify", at, pledge))
    assert str(refusal.value.reason) == "申请销号的单位不能核验本单位的事项。"


def test_the_head_of_a_unit_without_coordinator_reports_its_items(at: Government) -> None:
    """The task goes to the head then, so the head must be able to do it."""
    Post.objects.filter(pk=at.coordinator.pk).update(is_active=False)
    pledge = drafted(at)
    pledge = perform("assign", pledge, at.director, at="2020-02-03", **payload_for("assign", at, pledge))
    pledge = perform("sign", pledge, at.head, at="2020-02-04", person="王敏")
    assert Task.objects.open().get(pledge=pledge).post == at.head
    pledge = perform("report", pledge, at.head, at="2020-03-20", **payload_for("report", at, pledge))
    assert pledge.progress_bp == 3380


def test_a_director_deputy_from_elsewhere_verifies(at: Government) -> None:
    pledge = drafted_for_verification(at)
    deputy = actor(at.director, deputy=at.supervisor_2)
    closed = perform("verify", pledge, deputy, at="2020-11-20", **payload_for("verify", at, pledge))
    assert closed.state == State.CLOSED


def test_whoever_drafted_the_verification_does_not_decide_it(at: Government) -> None:
    """Verified by two people: a supervisor who stands in for the director decides about others' drafts only."""
    pledge = drafted_for_verification(at)
    with pytest.raises(Forbidden) as refusal:
        perform("verify", pledge, actor(at.director, deputy=at.supervisor), at="2020-11-20")
    assert str(refusal.value.reason) == "核验由两人办理,拟稿人不能自己审定。"


def test_a_director_who_drafted_it_leaves_the_decision_to_somebody_else(at: Government) -> None:
    pledge = pledge_in("claimed", at)
    payload = payload_for("draft_verification", at, pledge)
    pledge = perform("draft_verification", pledge, at.director, at="2020-11-16", **payload)
    with pytest.raises(Forbidden):
        perform("verify", pledge, at.director, at="2020-11-20")
    assert perform("verify", pledge, actor(at.director, deputy=at.supervisor), at="2020-11-20").state == State.CLOSED
