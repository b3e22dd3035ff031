"""From which post a caller acts, and in which language the API answers."""

from rest_framework.test import APIClient

from pledges.models import Post, Role
from tests.factories import Government, UserFactory, make_deputy, pledge_in
from tests.tracker.api.conftest import Caller
from workflow.models import Event


def test_me_names_the_person_the_posts_and_the_one_in_use(city: Government, as_: Caller) -> None:
    body = as_(city.coordinator).get("/api/me/").json()
    assert body["user"]["id"] == city.coordinator.holder_id
    assert (body["acting_post"], body["is_deputy"]) == (city.coordinator.pk, False)
    assert [(post["id"], post["role"], post["unit"]["name"]) for post in body["posts"]] == [
        (city.coordinator.pk, "coordinator", "住房城乡建设局")
    ]


def test_a_person_without_a_post_is_somebody_who_sees_nothing(city: Government, as_: Caller) -> None:
    pledge_in("assigned", city)
    client = as_(UserFactory())
    assert client.get("/api/me/").json()["acting_post"] is None
    for address in ("programmes", "units", "documents", "measures", "pledges", "tasks", "rollups"):
        assert client.get(f"/api/{address}/").json()["count"] == 0


def test_the_header_chooses_among_several_posts(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    second = Post.objects.create(unit=city.water, role=Role.HEAD, title="兼职", holder=city.coordinator.holder)
    assert as_(city.coordinator).get(f"/api/pledges/{pledge.pk}/").status_code == 200
    assert as_(city.coordinator, HTTP_X_POST=str(second.pk)).get(f"/api/pledges/{pledge.pk}/").status_code == 404


def test_a_post_of_somebody_else_cannot_be_chosen(city: Government, as_: Caller) -> None:
    response = as_(city.coordinator, HTTP_X_POST=str(city.director.pk)).get("/api/pledges/")
    assert response.status_code == 403
    assert response.json() == {"code": "forbidden", "message": "您现在不在这个岗位上,不能以它的名义办理。"}


def test_a_post_that_is_no_number_is_a_bad_request(city: Government, as_: Caller) -> None:
    for chosen in ("director", "１", "-1", "9" * 40):
        response = as_(city.coordinator, HTTP_X_POST=chosen).get("/api/pledges/")
        assert response.status_code == 400
        assert list(response.json()["fields"]) == ["X-Post"]


def test_a_deputy_acts_for_the_post_and_the_record_names_both(city: Government, as_: Caller) -> None:
    pledge = pledge_in("assigned", city)
    make_deputy(city.coordinator, city.water_coordinator.holder, "2020-03-01", "2020-03-31")
    client = as_(city.water_coordinator, HTTP_X_POST=str(city.coordinator.pk))
    assert client.get("/api/me/").json()["is_deputy"] is True
    signed = client.post(f"/api/pledges/{pledge.pk}/actions/sign/", {"version": pledge.version, "person": "王敏"})
    assert signed.status_code == 200
    event = Event.objects.get(action="sign")
    assert (event.user, event.post, event.acting_for) == (
        city.water_coordinator.holder,
        city.water_coordinator,
        city.coordinator,
    )


def test_a_deputy_whose_time_is_over_cannot_act_for_the_post(city: Government, as_: Caller) -> None:
    make_deputy(city.coordinator, city.water_coordinator.holder, "2020-02-01", "2020-02-29")
    client = as_(city.water_coordinator, HTTP_X_POST=str(city.coordinator.pk))
    assert client.get("/api/pledges/").status_code == 403


def test_a_session_of_the_pages_acts_from_the_post_chosen_there(city: Government) -> None:
    second = Post.objects.create(unit=city.water, role=Role.HEAD, title="兼职", holder=city.coordinator.holder)
    client = APIClient()
    client.force_login(city.coordinator.holder, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["post"] = second.pk
    session.save()
    assert client.get("/api/me/").json()["acting_post"] == second.pk
    assert client.get("/api/me/", headers={"X-Post": str(city.coordinator.pk)}).json()["acting_post"] == (
        city.coordinator.pk
    )


def test_a_session_without_the_csrf_token_changes_nothing(city: Government) -> None:
    pledge = pledge_in("assigned", city)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(city.coordinator.holder, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(f"/api/pledges/{pledge.pk}/actions/sign/", {"version": pledge.version, "person": "王敏"})
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"


def test_a_persons_language_wins_over_the_header(city: Government, as_: Caller) -> None:
    client = as_(city.coordinator, HTTP_ACCEPT_LANGUAGE="en")
    response = client.get("/api/pledges/0/")
    assert response["Content-Language"] == "zh-hans"
    assert response.json()["message"].startswith("找不到您要的内容")
    city.coordinator.holder.language = "en"
    city.coordinator.holder.save()
    assert as_(city.coordinator).get("/api/pledges/0/")["Content-Language"] == "en"


def test_the_header_speaks_for_somebody_who_has_chosen_nothing(city: Government, as_: Caller) -> None:
    assert APIClient().get("/api/me/", headers={"Accept-Language": "en-GB,en;q=0.8"})["Content-Language"] == "en"
    assert APIClient().get("/api/me/", headers={"Accept-Language": "fr"})["Content-Language"] == "zh-hans"
    city.coordinator.holder.language = ""
    city.coordinator.holder.save()
    assert as_(city.coordinator, HTTP_ACCEPT_LANGUAGE="en").get("/api/me/")["Content-Language"] == "en"
    assert as_(city.coordinator).get("/api/me/")["Content-Language"] == "zh-hans"
