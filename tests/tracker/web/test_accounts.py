import pytest
from django.test import Client
from django.urls import reverse

from pledges.models import User
from tests.factories import PASSWORD, PostFactory, UserFactory, government, make_deputy

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str = PASSWORD, **more):
    return client.post(reverse("web:sign-in"), {"username": username, "password": password, **more})


def test_signing_in_leads_home_and_home_to_the_role_s_first_page(client):
    city = government()
    landings = {
        city.coordinator: reverse("web:desk"),
        city.head: reverse("web:desk"),
        city.supervisor: reverse("web:desk"),
        city.director: reverse("web:desk"),
        city.leader: reverse("web:units"),
        city.auditor: reverse("web:ledger"),
        city.statistician: reverse("web:indicators"),
    }
    for post, landing in landings.items():
        assert sign_in(client, post.holder.username).url == reverse("web:home")
        assert client.get(reverse("web:home")).url == landing
        client.logout()


def test_a_person_without_a_post_is_told_whom_to_ask(client):
    client.force_login(UserFactory())
    assert "还没有安排岗位" in client.get(reverse("web:home")).text


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client):
    user = UserFactory()
    response = sign_in(client, user.username, "not-the-password")
    assert response.status_code == 422
    assert "账号或密码不正确" in response.text
    assert f'value="{user.username}"' in response.text
    assert "not-the-password" not in response.text


def test_too_many_wrong_passwords_lock_and_say_when_to_come_back(client, set_today):
    set_today("2020-09-15")
    user = UserFactory()
    for _attempt in range(5):
        response = sign_in(client, user.username, "wrong")
    assert response.status_code == 429
    assert "15 分钟后" in response.text
    assert sign_in(client, user.username).status_code == 429


def test_signing_in_never_leads_to_another_site(client):
    user = UserFactory()
    assert sign_in(client, user.username, next="https://example.invalid/").url == reverse("web:home")


def test_signing_out_is_a_post(client):
    client.force_login(UserFactory())
    assert client.get(reverse("web:sign-out")).status_code == 405
    assert client.post(reverse("web:sign-out")).url == reverse("web:sign-in")
    assert client.get(reverse("web:desk")).url.startswith(reverse("web:sign-in"))


def test_the_first_visit_is_chinese_whatever_the_browser_says(client):
    response = client.get(reverse("web:sign-in"), headers={"accept-language": "en-GB,en"})
    assert '<html lang="zh-hans"' in response.text
    assert response.headers["Content-Language"] == "zh-hans"


def test_a_visitor_s_language_stays_in_a_cookie_and_with_the_person_who_signs_in(client):
    user = UserFactory()
    client.post(reverse("web:language"), {"language": "en", "next": "/sign-in/"})
    assert '<html lang="en"' in client.get(reverse("web:sign-in")).text
    sign_in(client, user.username)
    assert User.objects.get(pk=user.pk).language == "en"


def test_a_person_s_language_wins_over_the_cookie(client):
    client.cookies["language"] = "en"
    client.force_login(UserFactory(language="zh-hans"))
    assert '<html lang="zh-hans"' in client.get(reverse("web:home")).text
    client.post(reverse("web:language"), {"language": "en"})
    assert '<html lang="en"' in client.get(reverse("web:home")).text


@pytest.mark.parametrize("wanted", ["https://example.invalid/", "//example.invalid/", "javascript:alert(1)", ""])
def test_the_language_switch_stays_on_this_site(client, wanted):
    assert client.post(reverse("web:language"), {"language": "en", "next": wanted}).url == "/"


def test_an_unknown_language_changes_nothing(client):
    client.post(reverse("web:language"), {"language": "xx"})
    assert '<html lang="zh-hans"' in client.get(reverse("web:sign-in")).text


def test_a_person_with_two_posts_chooses_from_which_to_act(client):
    city = government()
    user = city.coordinator.holder
    second = PostFactory(unit=city.office, role="director", title="副主任", holder=user)
    client.force_login(user)
    client.post(reverse("web:post"), {"post": city.coordinator.pk})
    assert client.get(reverse("web:desk")).context["actor"].post == city.coordinator
    client.post(reverse("web:post"), {"post": second.pk})
    response = client.get(reverse("web:desk"))
    assert response.context["actor"].post == second
    assert "文件" in [str(place["label"]) for place in response.context["places"]]


def test_nobody_acts_from_a_post_that_is_not_theirs(client):
    city = government()
    client.force_login(city.coordinator.holder)
    client.post(reverse("web:post"), {"post": city.director.pk})
    assert client.get(reverse("web:desk")).context["actor"].post == city.coordinator


def test_a_deputy_acts_for_the_post_while_it_lasts(client, set_today):
    set_today("2020-09-15")
    city = government()
    user = city.water_coordinator.holder
    make_deputy(city.coordinator, user, "2020-09-01", "2020-09-30")
    client.force_login(user)
    client.post(reverse("web:post"), {"post": city.coordinator.pk})
    actor = client.get(reverse("web:desk")).context["actor"]
    assert (actor.post, actor.acting_for) == (city.water_coordinator, city.coordinator)

    set_today("2020-10-08")
    actor = client.get(reverse("web:desk")).context["actor"]
    assert (actor.post, actor.acting_for) == (city.water_coordinator, None)


def test_each_role_sees_its_places(client):
    city = government()
    expected = {
        city.coordinator: ["我的待办", "任务台账", "部门", "季度"],
        city.head: ["我的待办", "任务台账", "部门", "季度"],
        city.supervisor: ["我的待办", "任务台账", "督办", "部门", "季度", "文件"],
        city.director: ["我的待办", "任务台账", "督办", "部门", "季度", "文件"],
        city.leader: ["我的待办", "任务台账", "督办", "部门", "季度"],
        city.auditor: ["任务台账", "季度", "文件", "管理"],
    }
    for post, places in expected.items():
        client.force_login(post.holder)
        response = client.get(reverse("web:ledger"))
        assert [str(place["label"]) for place in response.context["places"]] == places


def test_the_frame_names_the_programme_and_the_day(client, set_today):
    set_today("2020-09-15")
    city = government()
    client.force_login(city.supervisor.holder)
    text = client.get(reverse("web:ledger")).text
    assert "2020年度 · 9月15日" in text
    assert "演示环境" in text
    assert "不得录入、上传涉密内容" in text


def test_the_chosen_programme_stays_chosen(client, set_today):
    from tests.factories import ProgrammeFactory

    set_today("2020-09-15")
    city = government()
    old = ProgrammeFactory(government=city.city, year=2019)
    client.force_login(city.supervisor.holder)
    assert client.get(reverse("web:ledger")).context["programme"] == city.programme
    client.get(reverse("web:ledger"), {"programme": old.pk})
    assert client.get(reverse("web:ledger")).context["programme"] == old


def test_another_city_s_programme_cannot_be_chosen(client):
    city, other = government(), government()
    client.force_login(city.supervisor.holder)
    response = client.get(reverse("web:ledger"), {"programme": other.programme.pk})
    assert response.context["programme"] == city.programme
