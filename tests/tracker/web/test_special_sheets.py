"""Project and livelihood sheets on the form of the report and on the pledge's page."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import LivelihoodSheet, Pledge, ProjectSheet
from tests.factories import MilestoneFactory, TargetFactory, government, perform, pledge_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-03-20")
    return government()


def begun(city, **fields):
    """A signed pledge as its row stands, without what a test adds to it later."""
    return Pledge.objects.get(pk=pledge_in("in_progress", city, **fields).pk)


def form_of(client, post, pledge):
    client.force_login(post.holder)
    return client.get(reverse("web:act", args=[pledge.pk, "report"]))


def send(client, post, pledge, **more):
    client.force_login(post.holder)
    values = {f"values.{target.pk}": "1" for target in pledge.targets.all()}
    typed = {"version": pledge.version, "sentence": "三号井已浇筑", **values, **more}
    return client.post(reverse("web:act", args=[pledge.pk, "report"]), typed)


def page_of(client, post, pledge):
    client.force_login(post.holder)
    return client.get(reverse("web:pledge", args=[pledge.pk]))


def test_only_a_tagged_pledge_is_asked(client, city):
    plain = form_of(client, city.coordinator, begun(city))
    assert "重点项目台账" not in plain.text
    assert "民生实事台账" not in plain.text
    text = form_of(client, city.coordinator, begun(city, tags=["重点项目"])).text
    assert "重点项目台账" in text
    assert "民生实事台账" not in text
    assert text.index('id="id_values"') < text.index('id="id_project"') < text.index('id="id_sentence"')


def test_every_box_has_a_label_and_a_unit(client, city):
    text = form_of(client, city.coordinator, begun(city, tags=["重点项目", "民生实事"])).text
    for name, label in (
        ("project.total_investment", "总投资"),
        ("project.nature", "建设性质"),
        ("project.planned_start", "计划开工"),
        ("livelihood.beneficiaries", "受益人数"),
        ("livelihood.vote_number", "票决文号"),
    ):
        assert f'<label for="id_{name}">{label}' in text
        assert f'id="id_{name}" name="{name}"' in text
    assert '<span class="unit quiet">万元</span>' in text
    assert "style=" not in text


def test_what_is_known_stands_in_the_boxes_and_is_not_asked_twice(client, city):
    pledge = begun(city, tags=["重点项目"])
    TargetFactory(pledge=pledge, value=Decimal(120_000_000), unit="元", scale=10_000, name="完成投资")
    MilestoneFactory(pledge=pledge, title="开工", planned_date=datetime.date(2020, 5, 31))
    assert send(client, city.coordinator, pledge, **{"project.total_investment": "30000"}).status_code == 302
    text = form_of(client, city.coordinator, pledge).text
    assert 'name="project.total_investment" value="30000"' in text
    assert "上次 30000万元" in text
    assert 'name="project.planned_investment" value="12000"' in text
    for name in ("invested", "planned_start", "actual_start"):
        assert f'name="project.{name}"' not in text
    assert 'name="project.planned_finish"' in text


def test_sheet_and_report_go_up_together(client, city):
    pledge = begun(city, tags=["民生实事"])
    boxes = {"livelihood.budget": "800", "livelihood.beneficiaries": "12000", "livelihood.sites": "石桥镇、东湖村"}
    assert send(client, city.coordinator, pledge, **boxes).status_code == 302
    sheet = LivelihoodSheet.objects.get(pledge=pledge)
    assert (sheet.budget, sheet.beneficiaries, sheet.sites) == (Decimal(8_000_000), 12000, "石桥镇、东湖村")
    assert pledge.reports.count() == 1


def test_a_fault_stands_at_its_box_and_keeps_what_was_typed(client, city):
    pledge = begun(city, tags=["重点项目"])
    response = send(client, city.coordinator, pledge, **{"project.funded": "-5", "project.place": "城南"})
    assert response.status_code == 422
    assert '<p class="fault" id="fault_project.funded">金额不能是负数。</p>' in response.text
    assert 'name="project.place" value="城南"' in response.text
    assert '<details class="fold" id="id_project" open>' in response.text
    assert not ProjectSheet.objects.exists()
    assert not pledge.reports.exists()


def test_more_money_than_budgeted_is_a_question_at_its_box(client, city):
    pledge = begun(city, tags=["民生实事"])
    boxes = {"livelihood.budget": "800", "livelihood.funded": "900"}
    response = send(client, city.coordinator, pledge, **boxes)
    assert response.status_code == 200
    assert '<div class="question" id="question_livelihood.funded">' in response.text
    assert '<details class="fold" id="id_livelihood" open>' in response.text
    response = send(client, city.coordinator, pledge, **boxes, asked="more_than:livelihood.funded")
    assert response.status_code == 302


def test_the_pledges_page_lists_what_is_known(client, city):
    pledge = begun(city, tags=["重点项目"])
    MilestoneFactory(pledge=pledge, title="竣工", planned_date=datetime.date(2020, 11, 30))
    assert "<dt>计划竣工</dt><dd>2020-11-30</dd>" in page_of(client, city.leader, pledge).text
    boxes = {"project.total_investment": "30000", "project.nature": "expansion"}
    assert send(client, city.coordinator, pledge, **boxes).status_code == 302
    text = page_of(client, city.leader, pledge).text
    for line in (
        "<dt>总投资</dt><dd>30000万元</dd>",
        "<dt>建设性质</dt><dd>扩建</dd>",
        "<dt>形象进度</dt><dd>三号井已浇筑</dd>",
    ):
        assert line in text
    assert "<dt>资金到位</dt>" not in text
    assert "填报时一并填写。" in page_of(client, city.leader, begun(city, tags=["民生实事"])).text


def test_the_number_of_queries_does_not_grow_with_stages_and_reports(client, city):
    pledge = begun(city, tags=["重点项目", "民生实事"])
    counts = []
    for number in (1, 6):
        for n in range(number):
            MilestoneFactory(pledge=pledge, title=f"用地{n}")
            values = {str(target.pk): "1" for target in pledge.targets.all()}
            perform("report", pledge, city.coordinator, at="2020-03-20", sentence=f"第{n}版", values=values)
        page_of(client, city.leader, pledge)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, city.leader, pledge)
        with CaptureQueriesContext(connection) as form_queries:
            form_of(client, city.coordinator, pledge)
        counts.append((len(queries), len(form_queries)))
    assert counts[0] == counts[1]
