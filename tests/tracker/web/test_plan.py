"""The planned course as a page and through the API."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from pledges.models import Milestone, Pledge, TrajectoryPoint
from tests.factories import MilestoneFactory, TargetFactory, drafted, government, pledge_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-02-02")
    return government()


@pytest.fixture
def draft(city):
    return drafted(city, due_date=datetime.date(2020, 12, 15))


def address(pledge):
    return reverse("web:plan", args=[pledge.pk])


def page(client, post, pledge):
    client.force_login(post.holder)
    return client.get(address(pledge))


def send(client, post, pledge, step="save", **typed):
    client.force_login(post.holder)
    typed.setdefault("version", Pledge.objects.values_list("version", flat=True).get(pk=pledge.pk))
    return client.post(address(pledge), {"step": step, **typed})


def course(pledge, *values):
    target = pledge.targets.first()
    days = ("2020-03-31", "2020-06-30", "2020-09-30", "2020-12-15")
    return {f"points.{target.pk}.{day}": value for day, value in zip(days, values, strict=True)}


def stages(*rows):
    return {
        f"stages.{number}.{part}": value
        for number, row in enumerate(rows)
        for part, value in zip(("title", "day", "weight"), row, strict=True)
    }


def points(pledge):
    kept = TrajectoryPoint.objects.filter(target__pledge=pledge).order_by("target", "day")
    return [(point.day.isoformat(), point.value) for point in kept]


def boxes(response):
    return [[(box.day.isoformat(), box.value) for box in one.boxes] for one in response.context["courses"]]


def titles(response):
    return [(row.title, row.day, row.weight) for row in response.context["rows"] if not row.is_empty]


def test_a_draft_s_page_leads_to_it_and_it_begins_with_a_straight_line(client, city, draft):
    client.force_login(city.supervisor.holder)
    text = client.get(reverse("web:pledge", args=[draft.pk])).text
    assert address(draft) in text
    response = page(client, city.supervisor, draft)
    assert boxes(response) == [
        [("2020-03-31", "92"), ("2020-06-30", "185"), ("2020-09-30", "278"), ("2020-12-15", "355")]
    ]
    assert len(response.context["rows"]) == 3


def test_the_plan_is_kept_and_shown_again(client, city, draft):
    rows = stages(("开工", "2020-03-02", "1"), ("", "", ""), ("竣工", "2020-12-15", "3"))
    response = send(client, city.supervisor, draft, **course(draft, "50", "120", "", "355"), **rows)
    assert response.url == reverse("web:pledge", args=[draft.pk])
    assert points(draft) == [("2020-03-31", 50), ("2020-06-30", 120), ("2020-12-15", 355)]
    kept = [(one.title, one.planned_date.isoformat(), one.weight) for one in draft.milestones.all()]
    assert kept == [("开工", "2020-03-02", 1), ("竣工", "2020-12-15", 3)]
    response = page(client, city.director, draft)
    assert boxes(response)[0] == [
        ("2020-03-31", "50"),
        ("2020-06-30", "120"),
        ("2020-09-30", ""),
        ("2020-12-15", "355"),
    ]
    assert titles(response) == [("开工", "2020-03-02", "1"), ("竣工", "2020-12-15", "3")]


def test_numbers_are_typed_in_the_target_s_unit(client, city):
    draft = drafted(city, target=None, due_date=datetime.date(2020, 12, 15))
    TargetFactory(pledge=draft, value=Decimal(75000), unit="户", scale=10000)
    send(client, city.supervisor, draft, **course(draft, "1", "2.5", "5", "7.5"))
    assert [value for _day, value in points(draft)] == [10000, 25000, 50000, 75000]


def test_only_sums_have_a_course(client, city, draft):
    TargetFactory(pledge=draft, value=Decimal(90), unit="%", quantity_kind="share")
    response = page(client, city.supervisor, draft)
    assert len(response.context["courses"]) == 1
    share = draft.targets.get(unit="%")
    response = send(client, city.supervisor, draft, **{f"points.{share.pk}.2020-06-30": "50"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("template", "count", "last"),
    [("decision", 4, ("印发", "2020-12-15", "1")), ("project", 11, ("投产", "2020-12-15", "1"))],
)
def test_a_template_fills_the_rows_and_keeps_nothing_yet(client, city, draft, template, count, last):
    response = send(client, city.supervisor, draft, template, **course(draft, "50", "120", "200", "355"))
    found = titles(response)
    assert len(found) == count
    assert found[-1] == last
    assert boxes(response)[0][0] == ("2020-03-31", "50")
    assert draft.milestones.count() == 0
    rows = send(client, city.supervisor, draft, **stages(*found))
    assert rows.status_code == 302
    assert draft.milestones.count() == count


def test_more_rows_come_on_demand(client, city, draft):
    assert len(send(client, city.supervisor, draft, "more").context["rows"]) == 9


def test_faults_stand_at_their_boxes_and_nothing_is_kept(client, city, draft):
    target = draft.targets.get()
    rows = stages(
        ("开工", "2020-13-01", "1"),
        ("", "2020-06-30", "1"),
        ("早", "2020-03-01", "0"),
        ("竣工", "2021-01-01", "1"),
        ("去年", "2019-01-01", "x"),
    )
    typed = course(draft, "100", "90", "多", "355") | {f"points.{target.pk}.2021-03-31": "400"} | rows
    response = send(client, city.supervisor, draft, **typed)
    assert response.status_code == 422
    told = {name for name, _fault in response.context["faults"]}
    assert told == {
        f"points.{target.pk}.2020-06-30",
        f"points.{target.pk}.2020-09-30",
        f"points.{target.pk}.2021-03-31",
        "stages.0.day",
        "stages.1.title",
        "stages.2.day",
        "stages.2.weight",
        "stages.3.day",
        "stages.4.day",
        "stages.4.weight",
    }
    assert boxes(response)[0][2] == ("2020-09-30", "多")
    assert points(draft) == []
    assert not Milestone.objects.exists()


def test_a_stale_page_keeps_what_was_typed(client, city, draft):
    send(client, city.supervisor, draft, **course(draft, "50", "120", "200", "355"))
    response = send(client, city.supervisor_2, draft, version=1, **course(draft, "60", "130", "210", "355"))
    assert response.status_code == 409
    assert boxes(response)[0][0] == ("2020-03-31", "60")
    assert points(draft)[0] == ("2020-03-31", 50)


def test_after_assigning_the_page_only_shows(client, city):
    pledge = pledge_in("assigned", city)
    response = page(client, city.coordinator, pledge)
    assert response.status_code == 200
    assert not response.context["is_open"]
    assert 'value="save"' not in response.text
    assert '<input type="text"' not in response.text
    assert "按时间匀速计算" in response.text
    MilestoneFactory(pledge=pledge, title="竣工")
    assert "竣工" in page(client, city.coordinator, pledge).text
    assert send(client, city.coordinator, pledge).status_code == 403
    assert send(client, city.director, pledge, **course(pledge, "1", "2", "3", "4")).status_code == 409
    assert send(client, city.director, pledge, "decision").status_code == 409


def test_who_may_plan(client, city, draft):
    expected = dict.fromkeys(("director", "supervisor", "supervisor_2"), 302) | {"leader": 403, "auditor": 403}
    for name, post in city.posts.items():
        seen = page(client, post, draft).status_code
        assert seen == (200 if name in expected else 404), name
        assert send(client, post, draft).status_code == expected.get(name, 404), name


# The API


def api(post):
    client = APIClient()
    client.force_login(post.holder)
    return client


def test_the_api_plans_and_tells_the_plan(city, draft):
    url = reverse("api:pledge-plan", args=[draft.pk])
    target = draft.targets.get()
    body = {
        "version": 1,
        "points": {str(target.pk): {"2020-06-30": "120", "2020-12-15": 355}},
        "stages": [{"title": "竣工", "day": "2020-12-15"}],
    }
    answer = api(city.supervisor).put(url, body, format="json")
    assert answer.status_code == 200, answer.json()
    told = api(city.leader).get(url).json()
    assert told["version"] == 2
    shown = [(point["day"], point["value"], point["shown"]) for point in told["targets"][0]["points"]]
    assert shown == [("2020-06-30", "120", "120个"), ("2020-12-15", "355", "355个")]
    assert [(stage["title"], stage["day"], stage["weight"]) for stage in told["stages"]] == [("竣工", "2020-12-15", 1)]
    assert api(city.supervisor).put(url, body, format="json").status_code == 409
    assert api(city.leader).put(url, body, format="json").status_code == 403
    assert api(city.coordinator).get(url).status_code == 404
    assert api(city.supervisor).put(url, {"points": {}}, format="json").status_code == 400
    wrong = {"version": 2, "points": {str(target.pk): {"2020-06-30": "x"}}, "stages": ["y"]}
    fields = api(city.supervisor).put(url, wrong, format="json").json()["fields"]
    assert set(fields) == {f"points.{target.pk}.2020-06-30", "stages"}


def test_the_api_splits_and_tells_the_sum(city):
    pledge = pledge_in("in_progress", city)
    url = reverse("api:pledge-allocation", args=[pledge.pk])
    assert api(city.coordinator).get(url).status_code == 404
    body = {"version": pledge.version, "shares": {str(city.water.pk): "100", str(city.county.pk): "200"}}
    split = reverse("api:pledge-allocate", args=[pledge.pk])
    assert api(city.coordinator).post(split, body, format="json").status_code == 200
    told = api(city.coordinator).get(url).json()
    assert told["gap"] == "已分 300个,还有 55个 没有分下去。"
    assert [(row["number"], row["lead_unit"], row["share"]) for row in told["shares"]] == [
        ("2020-001-01", "水务局", "100个"),
        ("2020-001-02", "清河县", "200个"),
    ]
    body = {"version": pledge.version + 1, "shares": {str(city.county_housing.pk): "many"}}
    answer = api(city.coordinator).post(split, body, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {f"shares.{city.county_housing.pk}"}
    rows = api(city.supervisor).get(reverse("api:pledges-list"), {"top_level": "true"}).json()["results"]
    assert [row["number"] for row in rows] == ["2020-001"]
