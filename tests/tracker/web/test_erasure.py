"""清除 through the pages: the security administrator sees no content, the director decides, others are told why not."""

import pytest
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import government, pledge_in
from tests.tracker.closing import answer, begin, close, reported
from workflow.models import Erasure, Event

pytestmark = pytest.mark.django_db
TITLE = "完成东山配套供电工程"


@pytest.fixture
def city(set_today):
    set_today("2020-06-01")
    return government()


def propose(client, city, **typed):
    client.force_login(city.security_admin.holder)
    given = {"kind": "pledge", "number": "2020-001", "reason": "误入不应公开的内容", **typed}
    return client.post(reverse("web:erasures"), given)


def test_the_way_from_proposal_to_erasure(client, city):
    pledge = pledge_in("in_progress", city, title=TITLE, reported=True)
    assert propose(client, city).status_code == 302
    erasure = Erasure.objects.get()
    for address in (reverse("web:erasures"), reverse("web:erasure", args=[erasure.pk])):
        text = client.get(address).text
        assert ("2020-001" in text, "******" in text, TITLE in text) == (True, True, False)
    client.force_login(city.director.holder)
    assert "1 项清除待您确认" in client.get(reverse("web:desk")).text
    shown = client.get(reverse("web:erasure", args=[erasure.pk])).text
    assert TITLE in shown
    assert "进展填报 × 1" in shown
    assert "5 条操作记录的内容" in shown
    assert client.post(reverse("web:erasure-decide", args=[erasure.pk, "confirm"])).status_code == 302
    pledge.refresh_from_db()
    assert pledge.title == "已清除"
    assert "已清除" in client.get(reverse("web:pledge", args=[pledge.pk])).text
    assert "清除待您确认" not in client.get(reverse("web:desk")).text
    again = client.post(reverse("web:erasure-decide", args=[erasure.pk, "confirm"]))
    assert (again.status_code, "已清除" in again.text) == (409, True)
    client.force_login(city.auditor.holder)
    told = client.get(reverse("web:audit"), {"kind": "pledge"}).text
    assert "内容已清除,摘要保留。" in told
    assert TITLE not in told


def test_not_agreeing_erases_nothing(client, city):
    pledge = pledge_in("in_progress", city, title=TITLE)
    propose(client, city)
    client.force_login(city.director.holder)
    client.post(reverse("web:erasure-decide", args=[Erasure.objects.get().pk, "refuse"]))
    assert Pledge.objects.get(pk=pledge.pk).title == TITLE
    assert Erasure.objects.get().status == "refused"


def test_the_director_is_shown_the_places_in_frozen_periods_and_readers_what_is_left(client, city, set_today):
    pledge = reported(city, title=TITLE, section="基础设施")
    begin(city)
    answer(city)
    snapshot = close(city)
    propose(client, city)
    page = reverse("web:erasure", args=[Erasure.objects.get().pk])
    assert "快照" not in client.get(page).text  # the security administrator
    client.force_login(city.director.holder)
    shown = client.get(page).text
    assert "2020-Q1 快照(版本 1)" in shown
    places = shown.split("2020-Q1 快照(版本 1)")[1].split("</section>")[0]
    assert f"<li>{pledge.number}:来源章节、工作任务、责任人、一至四季度形象进度、进展情况</li>" in places
    done = client.post(reverse("web:erasure-decide", args=[Erasure.objects.get().pk, "confirm"]), follow=True)
    assert done.status_code == 200
    assert snapshot.digest in client.get(page).text
    closing = client.get(reverse("web:period-closing", args=[city.programme.pk, "2020-Q1"])).text
    quarter = client.get(reverse("web:quarter", args=[city.programme.pk, "2020-Q1"])).text
    for told in (closing, quarter):
        assert "处文字已清除,数字不变" in told
        assert TITLE not in told


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": "2020-999"}, "number"),
        ({"number": ""}, "number"),
        ({"kind": "user"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"kind": "event", "number": "pledge:1/99"}, "number"),
    ],
)
def test_faults_stand_at_the_field_and_keep_what_was_typed(client, city, typed, field):
    pledge_in("in_progress", city)
    response = propose(client, city, **typed)
    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text
    assert ("误入不应公开的内容" in response.text) == ("reason" not in typed)
    assert not Erasure.objects.exists()


def test_others_are_refused_with_the_reason(client, city):
    pledge_in("in_progress", city)
    propose(client, city)
    erasure = Erasure.objects.get()
    events = Event.objects.count()
    for name, post in city.posts.items():
        client.force_login(post.holder)
        reads = name in ("security_admin", "director", "auditor")
        for address in (reverse("web:erasures"), reverse("web:erasure", args=[erasure.pk])):
            assert client.get(address).status_code == (200 if reads else 403), name
        if name != "security_admin":
            given = {"kind": "pledge", "number": "2020-001", "reason": "x"}
            assert client.post(reverse("web:erasures"), given).status_code == 403, name
        if name != "director":
            decided = client.post(reverse("web:erasure-decide", args=[erasure.pk, "confirm"]))
            assert decided.status_code == (403 if reads else 404), name
    assert Event.objects.count() == events


def test_the_rail_leads_the_security_administrator_there(client, city):
    client.force_login(city.security_admin.holder)
    response = client.get(reverse("web:home"), follow=True)
    assert response.request["PATH_INFO"] == reverse("web:erasures")
    assert [place["label"] for place in response.context["places"]] == ["管理"]
