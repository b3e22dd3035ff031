"""The pages of one's own password, of a first password set anew, and of a unit's names."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from pledges.models import Unit, User
from tests.factories import PASSWORD, Government, UserFactory, government, pledge_in

pytestmark = pytest.mark.django_db
NEW = "harbour-maple-91"
OWN = "/password/"


@pytest.fixture
def city(set_today: Any) -> Government:
    set_today("2020-03-10")
    return government()


def sign_in(client: Client, user: User, password: str) -> int:
    return client.post(reverse("web:sign-in"), {"username": user.username, "password": password}).status_code


def typed(**given: str) -> dict[str, str]:
    return {"old": PASSWORD, "new": NEW, "again": NEW, **given}


def test_the_menu_leads_to_the_page_and_a_new_password_keeps_this_session(client: Client, city: Government) -> None:
    user, elsewhere = city.coordinator.holder, Client()
    assert user is not None
    sign_in(client, user, PASSWORD)
    sign_in(elsewhere, user, PASSWORD)
    AuthToken.objects.create(user=user)
    assert f'href="{OWN}"' in client.get("/desk/").text
    page = client.get(OWN).text
    assert 'autocomplete="current-password"' in page
    assert client.post(OWN, typed()).url == reverse("web:home")
    assert "密码已更改。" in client.get("/desk/").text
    assert elsewhere.get("/desk/").status_code == 302  # signed out there
    assert not AuthToken.objects.exists()
    assert sign_in(Client(), user, PASSWORD) == 422
    assert sign_in(Client(), user, NEW) == 302


def test_faults_stand_at_their_fields_and_nothing_typed_comes_back(client: Client, city: Government) -> None:
    client.force_login(city.coordinator.holder)
    response = client.post(OWN, typed(old="wrong-password-1", new="short", again="other"))
    assert response.status_code == 422
    for name in ("old", "new", "again"):
        assert f'id="fault_{name}"' in response.text
    assert "wrong-password-1" not in response.text


def test_guessing_the_old_password_locks_like_signing_in(client: Client, city: Government) -> None:
    user = city.coordinator.holder
    assert user is not None
    sign_in(client, user, PASSWORD)
    codes = [client.post(OWN, typed(old=f"guess-{n}")).status_code for n in range(6)]
    assert codes == [422, 422, 422, 422, 429, 429]
    assert client.post(OWN, typed()).status_code == 429
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(OWN).url.startswith(reverse("web:sign-in"))


def test_the_administrator_sets_a_first_password(client: Client, city: Government) -> None:
    user = city.coordinator.holder
    assert user is not None
    client.force_login(city.system_admin.holder)
    where = reverse("web:organisation-account-password", args=[user.pk])
    assert f'href="{where}"' in client.get(reverse("web:organisation-accounts")).text
    weak = client.post(where, {"new": "12345678"})
    assert (weak.status_code, "12345678" in weak.text) == (422, False)
    assert client.post(where, {"new": NEW}).url == reverse("web:organisation-accounts")
    assert sign_in(Client(), user, NEW) == 302
    elsewhere = government().head.holder
    assert elsewhere is not None
    assert client.get(reverse("web:organisation-account-password", args=[elsewhere.pk])).status_code == 404


@pytest.mark.parametrize("role", ["director", "supervisor", "auditor", "security_admin", "coordinator", "head"])
def test_nobody_else_opens_these_pages(client: Client, city: Government, role: str) -> None:
    client.force_login(city.posts[role].holder)
    for where in (
        reverse("web:organisation-account-password", args=[UserFactory().pk]),
        reverse("web:organisation-unit", args=[city.water.pk]),
    ):
        assert client.get(where).status_code == 403
        assert client.post(where, {"new": NEW, "name": "水利局"}).status_code == 403
    assert Unit.objects.get(pk=city.water.pk).name == "水务局"


def test_a_unit_is_renamed_on_its_page(client: Client, city: Government) -> None:
    client.force_login(city.system_admin.holder)
    where = reverse("web:organisation-unit", args=[city.water.pk])
    assert f'href="{where}"' in client.get(reverse("web:organisation")).text
    assert 'value="水务局"' in client.get(where).text
    empty = client.post(where, {"step": "change", "name": "", "name_en": "Water", "aliases": ""})
    assert (empty.status_code, 'value="Water"' in empty.text) == (422, True)
    sent = {"step": "change", "name": "水利局", "name_en": "Water Bureau", "aliases": "市水务、水务"}
    assert client.post(where, sent).url == reverse("web:organisation")
    unit = Unit.objects.get(pk=city.water.pk)
    assert (unit.name, unit.name_en, unit.aliases) == ("水利局", "Water Bureau", ["市水务", "水务", "水务局"])
    assert "已修改单位:水利局" in client.get(reverse("web:organisation")).text


def test_a_unit_is_closed_and_opened_on_its_page(client: Client, city: Government) -> None:
    pledge_in("assigned", city)
    client.force_login(city.system_admin.holder)
    busy = client.post(reverse("web:organisation-unit", args=[city.housing.pk]), {"step": "close"})
    assert busy.status_code == 422
    assert "它牵头的 1 项还没有办结" in busy.text
    where = reverse("web:organisation-unit", args=[city.water.pk])
    assert client.post(where, {"step": "close"}).status_code == 302
    assert "已停用" in client.get(where).text
    assert client.post(where, {"step": "close"}).status_code == 409
    assert client.post(where, {"step": "open"}).status_code == 302
    assert Unit.objects.get(pk=city.water.pk).is_active
