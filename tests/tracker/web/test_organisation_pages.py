"""The system administrator's pages, one's own deputies, the working calendar."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Deputy, Post, Role, Unit, User, WorkingDay
from tests.factories import PostFactory, UnitFactory, UserFactory, government, make_deputy, pledge_in
from tracker.web.context import PLACES

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-03-10")
    return government()


@pytest.fixture
def admin(client, city):
    client.force_login(city.system_admin.holder)
    return client


PAGES = (
    "organisation", "organisation-unit-add", "organisation-post-add", "organisation-accounts",
    "organisation-account-add", "calendar",
)  # fmt: skip


@pytest.mark.parametrize(
    "who", ["director", "supervisor", "leader", "coordinator", "head", "auditor", "security_admin"]
)
@pytest.mark.parametrize("name", PAGES)
def test_nobody_else_opens_or_sends_these_pages(client, city, who, name):
    client.force_login(city.posts[who].holder)
    assert client.get(reverse(f"web:{name}")).status_code == 403
    if name not in ("organisation", "organisation-accounts"):
        assert client.post(reverse(f"web:{name}"), {}).status_code == 403
    assert client.get(reverse("web:organisation-post", args=[city.head.pk])).status_code == 403
    assert client.post(reverse("web:organisation-account", args=[city.head.holder.pk]), {}).status_code == 403


def test_the_administrator_lands_on_the_tree_and_sees_no_item(admin, city):
    pledge = pledge_in("assigned", city, title="完成管网改造")
    assert admin.get("/").url == reverse("web:organisation")
    response = admin.get(reverse("web:organisation"))
    assert response.context["why"] == "6 个单位,14 个岗位"
    depths = [(str(branch.unit), branch.depth) for branch in response.context["branches"]]
    assert depths[1:] == [
        ("督查室", 1), ("住房城乡建设局", 1), ("水务局", 1), ("清河县", 1), ("县住房城乡建设局", 2),
    ]  # fmt: skip
    assert city.head.holder.name in response.text
    assert pledge.number not in response.text
    assert pledge.title not in response.text
    assert [place["name"] for place in response.context["places"]] == ["organisation"]


def test_no_role_s_rail_has_more_than_seven_places():
    counts = {role: sum(role in place.roles for place in PLACES) for role in Role}
    assert max(counts.values()) <= 7, counts


def test_what_is_wrong_with_the_posts_stands_on_top(admin, city):
    pledge_in("assigned", city)
    User.objects.filter(pk=city.coordinator.holder.pk).update(is_active=False)
    text = admin.get(reverse("web:organisation")).text
    assert f"{city.coordinator}有待办,但没有在岗的人办理。" in text


def test_a_unit_is_added_under_its_parent(admin, city):
    sent = {"parent": city.county.pk, "name": "县水务局", "kind": "bureau", "aliases": "县水利局、县水务"}
    assert admin.post(reverse("web:organisation-unit-add"), sent).url == reverse("web:organisation")
    unit = Unit.objects.get(name="县水务局")
    assert (unit.parent, unit.aliases) == (city.county, ["县水利局", "县水务"])
    again = admin.post(reverse("web:organisation-unit-add"), sent)
    assert again.status_code == 422
    assert 'id="fault_name">上级单位下已有同名单位。' in again.text
    assert 'value="县水务局"' in again.text


def test_an_account_is_added_and_a_weak_password_is_refused_and_not_shown_again(admin):
    add = reverse("web:organisation-account-add")
    weak = admin.post(add, {"username": "zhouwen", "name": "周文", "password": "12345678"})
    assert weak.status_code == 422
    assert 'id="fault_password"' in weak.text
    assert "12345678" not in weak.text
    assert admin.post(add, {"username": "zhouwen", "name": "周文", "password": "long-enough-9x"}).status_code == 302
    assert User.objects.get(username="zhouwen").check_password("long-enough-9x")


def test_a_post_is_set_up_and_mixed_duties_are_refused_at_the_field(admin, city):
    add, user = reverse("web:organisation-post-add"), UserFactory(name="周文")
    sent = {"unit": city.county.pk, "role": "head", "title": "县长", "holder": user.pk}
    assert admin.post(add, sent).status_code == 302
    assert Post.objects.get(unit=city.county, role="head").holder == user
    refused = admin.post(add, {**sent, "title": "副县长", "holder": city.auditor.holder.pk})
    assert refused.status_code == 422
    assert 'id="fault_holder">管理员不能同时办理业务,审计管理员不能再任部门负责人。' in refused.text
    empty = admin.post(add, {})
    assert [name for name, _words in empty.context["summary"]] == ["unit", "role", "title", "holder"]


def test_a_successor_is_appointed_on_the_post_s_page(admin, city):
    pledge_in("assigned", city)
    page = reverse("web:organisation-post", args=[city.coordinator.pk])
    assert "1 项待办" in admin.get(page).context["why"]
    successor = UserFactory(name="周文")
    assert admin.post(page, {"step": "appoint", "holder": successor.pk}).url == page
    admin.force_login(successor)
    assert "1 项待签收" in admin.get(reverse("web:desk")).context["why"]


def test_the_administrator_names_and_ends_a_deputy(admin, city):
    page = reverse("web:organisation-post", args=[city.coordinator.pk])
    sent = {"step": "deputise", "user": city.head.holder.pk, "start_date": "2020-03-11", "end_date": "2020-03-10"}
    refused = admin.post(page, sent)
    assert refused.status_code == 422
    assert 'id="fault_end_date">终止日不能早于起始日。' in refused.text
    assert admin.post(page, {**sent, "end_date": "2020-03-20"}).status_code == 302
    deputy = Deputy.objects.get()
    assert deputy.user == city.head.holder
    assert admin.post(page, {"step": "end", "deputy": deputy.pk}).status_code == 302
    assert not Deputy.objects.exists()


def test_a_closed_account_needs_a_successor_where_tasks_wait(admin, city):
    pledge_in("assigned", city)
    user, successor = city.coordinator.holder, UserFactory()
    page = reverse("web:organisation-account", args=[user.pk])
    refused = admin.post(page, {})
    assert refused.status_code == 422
    assert 'id="fault_successor"' in refused.text
    assert admin.post(page, {"successor": successor.pk}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert Post.objects.get(pk=city.coordinator.pk).holder == successor
    assert admin.post(page, {}).status_code == 302
    user.refresh_from_db()
    assert user.is_active


def test_another_city_s_posts_and_accounts_are_not_there(admin):
    other = government()
    assert admin.get(reverse("web:organisation-post", args=[other.head.pk])).status_code == 404
    assert admin.get(reverse("web:organisation-account", args=[other.head.holder.pk])).status_code == 404
    assert other.head.holder.name not in admin.get(reverse("web:organisation-accounts")).text


# One's own deputies


def test_a_holder_names_and_ends_their_own_deputy(client, city):
    client.force_login(city.head.holder)
    page = reverse("web:deputies")
    assert f'href="{page}"' in client.get(reverse("web:desk")).text
    sent = {
        "step": "deputise",
        "user": city.coordinator.holder.pk,
        "start_date": "2020-03-11",
        "end_date": "2020-03-20",
    }
    assert client.post(page, sent).url == page
    deputy = Deputy.objects.get()
    assert (deputy.post, deputy.user) == (city.head, city.coordinator.holder)
    overlapping = client.post(page, {**sent, "user": city.water_head.holder.pk, "start_date": "2020-03-15"})
    assert overlapping.status_code == 422
    assert 'id="fault_start_date">2020-03-11 至 2020-03-20 已由' in overlapping.text
    assert client.post(page, {"step": "end", "deputy": deputy.pk}).status_code == 302
    assert not Deputy.objects.exists()


def test_another_s_deputy_is_not_ended_here_and_one_over_gives_409(client, city):
    client.force_login(city.head.holder)
    other = make_deputy(city.water_head, city.coordinator.holder, "2020-03-01", "2020-03-31")
    assert client.post(reverse("web:deputies"), {"step": "end", "deputy": other.pk}).status_code == 403
    over = make_deputy(city.head, city.coordinator.holder, "2020-01-01", "2020-01-31")
    assert client.post(reverse("web:deputies"), {"step": "end", "deputy": over.pk}).status_code == 409


def test_a_deputy_s_own_page_does_not_hold_the_post_they_stand_in_for(client, city):
    make_deputy(city.head, city.water_head.holder, "2020-03-01", "2020-03-31")
    client.force_login(city.water_head.holder)
    client.post(reverse("web:post"), {"post": city.head.pk})
    sent = {
        "step": "deputise", "post": city.head.pk, "user": city.coordinator.holder.pk,
        "start_date": "2020-04-11", "end_date": "2020-04-20",
    }  # fmt: skip
    client.post(reverse("web:deputies"), sent)
    assert not Deputy.objects.filter(post=city.head, user=city.coordinator.holder).exists()


def test_a_person_without_a_post_is_told_so(client, city):
    client.force_login(UserFactory())
    response = client.get(reverse("web:deputies"))
    assert "您还没有岗位" in response.text


# The calendar


def test_the_year_s_days_stand_there_and_the_provisional_are_marked(admin):
    WorkingDay.objects.filter(day="2021-02-12").update(provisional=True)
    text = admin.get(reverse("web:calendar"), {"year": "2021"}).text
    assert text.count('class="tag">暂定') == 1
    assert "确认 2021 年日历" in text
    assert "暂定" not in admin.get(reverse("web:calendar"), {"year": "2020"}).text


def test_a_day_is_changed_and_the_year_confirmed(admin):
    page = f"{reverse('web:calendar')}?year=2020"
    assert admin.post(page, {"day": "2020-11-14", "works": "works", "note": "调休上班"}).url == page
    row = WorkingDay.objects.get(day=datetime.date(2020, 11, 14))
    assert (row.is_working, row.note) == (True, "调休上班")
    WorkingDay.objects.filter(pk=row.pk).update(provisional=True)
    admin.post(page, {"step": "confirm"})
    assert not WorkingDay.objects.filter(provisional=True, day__year=2020).exists()
    refused = admin.post(page, {"day": "", "works": "rests", "note": "国庆节"})
    assert refused.status_code == 422
    assert 'id="fault_day">请填写日期。' in refused.text
    assert 'value="国庆节"' in refused.text


@pytest.mark.parametrize("asked", ["x", "99999", "-1", ""])
def test_nonsense_for_a_year_shows_this_one(admin, asked):
    assert admin.get(reverse("web:calendar"), {"year": asked}).context["year"] == 2020


@pytest.mark.parametrize("name", ["organisation", "organisation-accounts", "organisation-post-add"])
def test_the_pages_cost_the_same_for_three_rows_and_for_thirty(admin, city, name):
    def grow(many):
        for _each in range(many):
            post = PostFactory(unit=UnitFactory(parent=city.city))
            make_deputy(post, UserFactory(), "2020-03-01", "2020-03-31")

    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert admin.get(reverse(f"web:{name}")).status_code == 200
        return len(counted)

    grow(3)
    admin.get(reverse(f"web:{name}"))
    few = cost()
    grow(27)
    assert cost() == few
