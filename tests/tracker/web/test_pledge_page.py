import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, TrajectoryPoint
from tests.factories import (
    MilestoneFactory,
    PledgeFactory,
    actor,
    drafted,
    government,
    moment,
    payload_for,
    perform,
    pledge_in,
)
from workflow import intake, measure_decisions
from workflow.models import Task

pytestmark = pytest.mark.django_db


def page(client, post, pledge):
    client.force_login(post.holder)
    return client.get(reverse("web:pledge", args=[pledge.pk]))


def acts_on(response):
    return [act.name for act in response.context["acts"]]


def rare_on(response):
    return [act.name for act in response.context["rare_acts"]]


def test_who_may_not_see_a_pledge_is_told_that_it_is_not_there(client):
    city, other = government(), government()
    pledge = pledge_in("in_progress", city)
    for post in (city.water_coordinator, other.supervisor, city.system_admin, city.statistician):
        assert page(client, post, pledge).status_code == 404
    assert page(client, city.supervisor, drafted(city)).status_code == 200
    assert page(client, city.coordinator, drafted(city)).status_code == 404


def test_the_acts_offered_are_those_of_the_moment_and_the_person(client):
    city = government()
    running = pledge_in("in_progress", city)
    assert acts_on(page(client, city.coordinator, running)) == ["report", "allocate", "propose_claim"]
    assert acts_on(page(client, city.head, running)) == ["allocate", "claim"]
    assert acts_on(page(client, city.supervisor, running)) == ["urge", "allocate"]
    assert acts_on(page(client, city.leader, running)) == []
    reported = pledge_in("in_progress", city)
    perform("report", reported, city.coordinator, at="2020-03-20", **payload_for("report", city, reported))
    waiting_for_the_head = ["approve", "return_report", "allocate", "claim"]
    assert acts_on(page(client, city.head, reported)) == waiting_for_the_head
    assert "accept" not in acts_on(page(client, city.supervisor, reported))
    perform("approve", reported, city.head, at="2020-03-21")
    assert acts_on(page(client, city.head, reported)) == ["return_report", "allocate", "claim"]
    checks = Task.objects.open().get(pledge=reported).post
    assert acts_on(page(client, checks, reported)) == ["accept", "return_report", "urge", "allocate"]
    assert acts_on(page(client, city.director, drafted(city))) == ["assign", "amend"]


def test_the_act_that_somebody_waits_for_is_the_primary_one(client):
    city = government()
    claimed = pledge_in("claimed", city)
    drafts = Task.objects.open().get(pledge=claimed).post
    response = page(client, drafts, claimed)
    assert acts_on(response) == ["draft_verification", "return_claim"]
    assert is_primary("draft_verification", claimed, response)
    given = payload_for("draft_verification", city, claimed)
    perform("draft_verification", claimed, drafts, at="2020-11-16", **given)
    response = page(client, city.director, claimed)
    assert acts_on(response) == ["verify", "return_claim"]
    assert is_primary("verify", claimed, response)
    response = page(client, drafts, claimed)
    assert acts_on(response) == ["return_claim"]
    assert "button primary" not in response.text


def test_what_is_rarely_meant_stands_apart(client):
    city = government()
    running = pledge_in("in_progress", city)
    response = page(client, city.director, running)
    assert acts_on(response) == ["urge", "allocate"]
    assert rare_on(response) == ["change_lead", "tag", "override_light", "settle"]
    assert "button primary" not in response.text
    assert rare_on(page(client, city.coordinator, running)) == []
    perform("report", running, city.coordinator, at="2020-03-20", **payload_for("report", city, running))
    response = page(client, city.head, running)
    assert rare_on(response) == ["record_approval"]
    assert is_primary("approve", running, response)


def is_primary(act, pledge, response):
    return f'<a class="button primary" href="{reverse("web:act", args=[pledge.pk, act])}">' in response.text


def test_the_page_says_who_answers_for_what_by_when(client):
    city = government()
    pledge = pledge_in("in_progress", city, support=(city.water,), tags=["民生实事"])
    text = page(client, city.coordinator, pledge).text
    for words in ("住房城乡建设局", "水务局", "王敏", "2020-12-15", "市政府督〔2020〕1号", "民生实事", "推进中"):
        assert words in text


def test_a_moved_due_date_shows_the_original_one(client):
    city = government()
    pledge = pledge_in("in_progress", city)
    Pledge.objects.filter(pk=pledge.pk).update(due_date="2020-12-25")
    assert "原定 2020-12-15" in page(client, city.coordinator, pledge).text


def test_the_target_stands_beside_value_plan_and_distance(client, set_today):
    set_today("2020-03-25")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    response = page(client, city.coordinator, pledge)
    [shown] = response.context["targets"]
    standing = shown["standing"]
    assert (standing.figure.reported, standing.figure.goal) == ("120", "355个")
    assert (standing.progress_bp, standing.plan_bp) == (3380, 2286)
    assert (standing.planned, standing.gap, standing.is_behind) == ("81个", "235个", True)
    assert "<polyline" in response.text


def test_the_chart_follows_the_trajectory_and_the_newest_report_of_a_day(client, set_today):
    set_today("2020-07-10")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    TrajectoryPoint.objects.create(target=target, day=datetime.date(2020, 6, 30), value=Decimal(100))
    perform("report", pledge, city.coordinator, at="2020-07-02", sentence="二季度进展", values={str(target.pk): "200"})
    chart = page(client, city.coordinator, pledge).context["targets"][0]["chart"]
    assert [dot["text"] for dot in chart.dots] == ["120", "200"]
    assert len(chart.plan.split()) == 3  # the year's beginning, the point, the due date
    assert chart.goal is not None
    assert chart.now is not None


def test_the_sentence_stands_marked_in_its_document(client):
    city = government()
    text = "二、重点工作\n全年新建改建农村公路860公里。完成355个行政村污水治理。加强水源保护。"
    document = intake.import_document(
        actor=actor(city.supervisor),
        filename="report.txt",
        content=text.encode(),
        plan_year=2020,
        title="2020年政府工作报告",
        kind="report",
        at=moment("2020-01-20"),
    )
    measure = document.measures.get(quote__contains="355")
    pledge = measure_decisions.accept_measure(
        measure.pk,
        actor=actor(city.supervisor),
        version=measure.version,
        payload={"lead_unit": city.housing.pk},
        at=moment("2020-01-21"),
    )
    response = page(client, city.supervisor, pledge)
    assert f"<mark>{measure.quote}</mark>" in response.text
    assert "农村公路860公里" in response.context["excerpt"].before
    assert response.context["excerpt"].after.startswith(text[measure.end : measure.end + 6])
    assert reverse("web:review", args=[document.pk]) in response.text

    perform("assign", pledge, city.director, lead_unit=city.housing.pk, due_date="2020-12-15", basis="工作报告")
    unit_page = page(client, city.coordinator, pledge).text
    assert f"<mark>{measure.quote}</mark>" in unit_page
    assert reverse("web:review", args=[document.pk]) not in unit_page


def test_every_report_stays_and_says_how_it_was_judged(client, set_today):
    set_today("2020-04-10")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    perform("return_report", pledge, city.supervisor, at="2020-03-21", reason="请补充分县数据")
    target = pledge.targets.get()
    perform(
        "report",
        pledge,
        city.coordinator,
        at="2020-03-24",
        sentence="已补充分县数据",
        values={str(target.pk): "125"},
        problem_kind="land",
        problem="两处用地未批",
        next_step="本月完成报批",
    )
    response = page(client, city.coordinator, pledge)
    assert [one["report"].revision for one in response.context["reports"]] == [2, 1]
    for words in ("退回理由:请补充分县数据", "已退回", "待审签", "两处用地未批", "本月完成报批", "第 2 版"):
        assert words in response.text
    perform("approve", pledge, city.head, at="2020-03-25")
    approved = page(client, city.coordinator, pledge).text
    assert "未审核" in approved
    assert "待审签" not in approved
    perform("accept", pledge, city.supervisor, at="2020-03-26")
    assert "已审核" in page(client, city.coordinator, pledge).text


def test_the_history_is_told_newest_first(client):
    city = government()
    lines = page(client, city.coordinator, pledge_in("in_progress", city)).context["history"]
    assert [line.act for line in lines] == ["签收(待签收 → 推进中)", "交办(待交办 → 待签收)", "立项"]


def test_milestones_show_plan_and_fact(client, set_today):
    set_today("2020-07-10")
    city = government()
    pledge = drafted(city, target=None, form="milestone")
    MilestoneFactory(pledge=pledge, title="开工建设", planned_date=datetime.date(2020, 3, 31))
    MilestoneFactory(pledge=pledge, title="主体封顶", planned_date=datetime.date(2020, 6, 30))
    text = page(client, city.supervisor, pledge).text
    assert "开工建设" in text
    assert text.count("已过计划日期") == 2


def test_children_are_listed(client):
    city = government()
    parent = pledge_in("in_progress", city)
    child = PledgeFactory(programme=city.programme, number=f"{parent.number}-01", parent=parent)
    assert reverse("web:pledge", args=[child.pk]) in page(client, city.supervisor, parent).text


def test_what_people_typed_is_never_markup(client):
    city = government()
    pledge = pledge_in("in_progress", city, title="<script>alert(1)</script>")
    text = page(client, city.coordinator, pledge).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_page_costs_the_same_however_long_the_story(client, set_today):
    set_today("2020-03-30")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    perform(
        "report",
        pledge,
        city.coordinator,
        at="2020-03-21",
        sentence="进展",
        values={str(pledge.targets.get().pk): "121"},
    )
    client.force_login(city.coordinator.holder)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("web:pledge", args=[pledge.pk])).status_code == 200
        return len(seen)

    few = queries()
    for n in range(12):
        perform(
            "report",
            pledge,
            city.coordinator,
            at="2020-03-22",
            sentence=f"第{n}次",
            values={str(pledge.targets.get().pk): str(130 + n)},
        )
    assert queries() == few
