"""整节立项 on the page: the way in, the preview, the decision and its refusals; and what the pages cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Measure, Pledge
from tests.factories import actor, government, moment
from tests.tracker.web.documents import document, found, measure
from workflow import measure_decisions

pytestmark = pytest.mark.django_db
LINES = ("新修灌渠355公里", "建成云溪体育馆", "弘扬精神", "建成大桥")
TEXT = "一、城建\n" + ",".join(LINES[:3]) + "。\n二、交通\n" + LINES[3] + "。\n"
SECTION = "一、城建"


@pytest.fixture
def city(set_today):
    set_today("2020-02-01")
    return government()


@pytest.fixture
def made(city):
    return document(
        city,
        found(LINES[0], TEXT, section=SECTION, lead=("水务局",)),
        found(LINES[1], TEXT, section=SECTION, form="ongoing"),
        found(LINES[2], TEXT, section=SECTION, form="principle", trackable=False),
        found(LINES[3], TEXT, section="二、交通"),
        text=TEXT,
    )


def preview(client, post, made, section=SECTION):
    client.force_login(post.holder)
    return client.get(reverse("web:review-section", args=[made.pk]), {"section": section, "in_fate": "pending"})


def accept(client, post, made, *measures, **typed):
    client.force_login(post.holder)
    seen = [f"{one.pk}:{one.version}" for one in measures]
    form = {"section": SECTION, "in_fate": "pending", "in_q": "", "versions": seen, **typed}
    return client.post(reverse("web:review-section", args=[made.pk]), form)


def both(made):
    return measure(made, 1), measure(made, 2)


def test_each_section_of_the_list_leads_to_its_preview(client, city, made):
    client.force_login(city.supervisor.holder)
    response = client.get(reverse("web:review", args=[made.pk]))
    sections = [row["section"] for row in response.context["rows"] if "section" in row]
    assert [(one["title"], one["waiting"]) for one in sections] == [(SECTION, 2), ("二、交通", 1)]
    assert "整节立项(2 条)" in response.text
    assert client.get(sections[0]["url"]).context["section"] == SECTION


def test_the_preview_lists_what_would_be_accepted_and_what_is_left_out(client, city, made):
    response = preview(client, city.supervisor, made)
    assert [row["words"].measure.title for row in response.context["rows"]] == list(LINES[:2])
    assert "这一节有 2 条待核定,立项后成为待交办的任务事项。" in response.text
    assert "另有 1 条不作督办的表述不在其列。" in response.text
    assert "持续性事项,成果可在交办时补填" in response.text
    assert "原文 牵头 水务局" in response.text
    assert "全部立项(2 条)" in response.text


def test_the_section_is_accepted_and_the_next_one_is_taken_up(client, city, made):
    response = accept(client, city.supervisor, made, *both(made), lead_unit=city.housing.pk, leader=city.leader.pk)
    assert f"m={measure(made, 4).pk}" in response.url
    assert "已立项 2 条,编号 2020-001 至 2020-002。" in client.get(response.url).text
    assert {(one.lead_unit, one.leader) for one in Pledge.objects.all()} == {(city.housing, city.leader)}


def test_one_that_needs_more_takes_the_button_away_and_says_where_to_go(client, city, made):
    Measure.objects.filter(document=made, position=2).update(form="principle")
    response = preview(client, city.supervisor, made)
    assert "这一节有 2 条待核定,其中 1 条要先处理,才能整节立项。" in response.text
    assert "全部立项" not in response.text
    assert "去处理" in response.text
    refused = accept(client, city.supervisor, made, *both(made))
    assert refused.status_code == 422
    assert f"第 2 条“{LINES[1]}”:原则性表述不能立项" in refused.text
    assert not Pledge.objects.exists()


def test_what_another_did_meanwhile_is_told_nothing_is_accepted_and_the_choice_is_kept(client, city, made):
    opened = both(made)
    measure_decisions.edit_measure(
        opened[1].pk, actor=actor(city.supervisor_2), version=1, payload={"title": "建馆"}, at=moment("2020-02-01")
    )
    response = accept(client, city.supervisor, made, *opened, lead_unit=city.housing.pk)
    assert response.status_code == 409
    assert "这一条现为“待定”:建馆" in response.text
    assert "一条也没有立项。下面是现在的情况。" in response.text
    assert f'<option value="{city.housing.pk}" selected>' in response.text
    assert f'name="versions" value="{opened[1].pk}:2"' in response.text
    assert not Pledge.objects.exists()


def test_a_wrong_unit_stands_at_its_field(client, city, made):
    response = accept(client, city.supervisor, made, *both(made), lead_unit="999999")
    assert (response.status_code, sorted(response.context["errors"])) == (422, ["lead_unit"])


def test_a_section_without_anything_waiting_says_so(client, city, made):
    assert "这一节没有待核定的条目。" in preview(client, city.supervisor, made, "三、没有").text
    assert accept(client, city.supervisor, made, section="三、没有").status_code == 409


def test_only_the_office_sees_it(client, city, made):
    assert preview(client, city.auditor, made).status_code == 403
    assert preview(client, city.coordinator, made).status_code == 404
    assert accept(client, city.auditor, made, *both(made)).status_code == 403


@pytest.mark.parametrize("asked", ["review", "gaps", "selected", "section", "stale"])
def test_the_pages_cost_as_many_queries_for_3_measures_as_for_300(client, city, asked):
    client.force_login(city.supervisor.holder)

    def cost(first, last):
        lines = [f"新修灌渠{number}公里" for number in range(first, last)]
        text = "".join(f"{line}。另有一句话。\n" for line in lines)
        some = document(city, *(found(line, text, section=SECTION) for line in lines), text=text)
        one, address = measure(some, 2), reverse("web:review", args=[some.pk])
        with CaptureQueriesContext(connection) as queries:
            if asked == "section":
                client.get(reverse("web:review-section", args=[some.pk]), {"section": SECTION})
            elif asked == "stale":
                stale = {"version": 9, "at_offset": 1, "seen": 0}
                assert client.post(reverse("web:measure", args=[one.pk, "split"]), stale).status_code == 409
            else:
                given = {"review": {}, "gaps": {"fate": "gaps"}, "selected": {"m": one.pk}}[asked]
                assert client.get(address, given).status_code == 200
        some.measures.all().delete()
        return len(queries)

    cost(1, 4)
    few, many = cost(1, 4), cost(301, 601)
    assert many == few
