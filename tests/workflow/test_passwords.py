"""Passwords: changed by oneself with the old one, set anew by the system administrator; the record names none."""

from typing import Any

import pytest

from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.models import User
from tests.factories import PASSWORD, Government, UserFactory, actor, government, moment
from workflow import passwords
from workflow.models import Event, EventPayload

NOW = moment("2020-03-10")
NEW = "harbour-maple-91"
ROLES = ("director", "supervisor", "leader", "auditor", "coordinator", "head", "security_admin", "system_admin")


@pytest.fixture
def at(db: None) -> Government:
    return government()


def change(by: Actor, **given: str) -> User:
    return passwords.change_own(actor=by, at=NOW, **{"old": PASSWORD, "new": NEW, "again": NEW, **given})


@pytest.mark.parametrize("role", ROLES)
def test_everybody_changes_their_own_and_the_event_names_no_password(at: Government, role: str) -> None:
    by = actor(at.posts[role])
    user = change(by)
    user.refresh_from_db()
    assert (user.check_password(NEW), user.check_password(PASSWORD)) == (True, False)
    event = Event.objects.get()
    assert (event.stream.name, event.action, event.user, event.post) == (
        "organisation",
        "change_password",
        by.user,
        by.post,
    )
    text = EventPayload.objects.get().text
    assert text == f'{{"user":{user.pk}}}'
    assert not any(secret in text for secret in (PASSWORD, NEW, user.password))


def test_a_person_without_a_post_changes_theirs_too(db: None) -> None:
    user = UserFactory()
    assert change(Actor(user=user, post=None)).check_password(NEW)


REFUSED: list[tuple[dict[str, str], set[str]]] = [
    ({"old": ""}, {"old"}),
    ({"old": "wrong-password-1"}, {"old"}),
    ({"old": "x" * 200}, {"old"}),
    ({"new": "", "again": ""}, {"new"}),
    ({"new": "short", "again": "short"}, {"new"}),
    ({"new": "password123", "again": "password123"}, {"new"}),
    ({"new": "x" * 129, "again": "x" * 129}, {"new"}),
    ({"new": PASSWORD, "again": PASSWORD}, {"new"}),
    ({"again": "harbour-maple-92"}, {"again"}),
    ({"old": "wrong", "new": "short", "again": "other"}, {"old", "new", "again"}),
]


@pytest.mark.parametrize(("given", "fields"), REFUSED)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(
    at: Government, given: dict[str, str], fields: set[str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        change(actor(at.coordinator), **given)
    assert set(refusal.value.fields) == fields
    user = User.objects.get(pk=actor(at.coordinator).user.pk)  # type: ignore[union-attr]
    assert user.check_password(PASSWORD)
    assert not Event.objects.exists()


def test_a_password_like_one_s_account_is_refused(db: None) -> None:
    user = UserFactory(username="wangmin2020")
    with pytest.raises(BadInput) as refusal:
        change(Actor(user=user, post=None), new="wangmin2020", again="wangmin2020")
    assert set(refusal.value.fields) == {"new"}


def set_first(by: Any, user: User, new: str = NEW) -> User:
    return passwords.set_first(user.pk, actor=actor(by), new=new, at=NOW)


def test_the_system_administrator_sets_a_new_first_password(at: Government) -> None:
    user = at.coordinator.holder
    assert user is not None
    set_first(at.system_admin, user)
    user.refresh_from_db()
    assert user.check_password(NEW)
    event = Event.objects.get()
    assert (event.action, event.user, event.payload.text) == (
        "set_password",
        at.system_admin.holder,
        f'{{"user":{user.pk}}}',
    )


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system_admin"])
def test_nobody_else_sets_another_s_password(at: Government, role: str) -> None:
    user = UserFactory()
    with pytest.raises(Forbidden):
        set_first(at.posts[role], user)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_another_city_s_account_is_not_there_and_a_weak_one_or_one_s_own_is_refused(at: Government) -> None:
    other = government()
    assert other.head.holder is not None
    with pytest.raises(Invisible):
        set_first(at.system_admin, other.head.holder)
    assert at.head.holder is not None
    with pytest.raises(BadInput) as refusal:
        set_first(at.system_admin, at.head.holder, "12345678")
    assert set(refusal.value.fields) == {"new"}
    assert at.system_admin.holder is not None
    with pytest.raises(BadInput):
        set_first(at.system_admin, at.system_admin.holder)
    assert not Event.objects.exists()
