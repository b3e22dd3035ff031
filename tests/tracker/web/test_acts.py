import datetime
import re

import pytest
from django.urls import reverse

from pledges.models import Report, State
from tests.factories import MilestoneFactory, drafted, government, payload_for, perform, pledge_in
from tests.workflow.test_cells import standing_in
from workflow.models import Event
from workflow.transitions import TRANSITIONS

pytestmark = pytest.mark.django_db


def address(pledge, act):
    return reverse("web:act", args=[pledge.pk, act])


def form_of(client, post, pledge, act):
    client.force_login(post.holder)
    return client.get(address(pledge, act))


def send(client, post, pledge, act, **typed):
    client.force_login(post.holder)
    typed.setdefault("version", pledge.version)
    return client.post(address(pledge, act), typed)


def fields_of(response):
    form = response.context["form"]
    return {field.name: field for field in (*form.shown, *form.folded, *form.hidden)}


# Who does what, the director the rest; and in which standing, where the act's first state is not enough.
DOERS = {
    "answer_row": "head", "sign": "coordinator", "report": "coordinator", "approve": "head", "record_approval": "head",
    "answer_urge": "coordinator", "propose_claim": "coordinator", "return_proposal": "head", "claim": "head",
}  # fmt: skip
STANDINGS = {
    "approve": "reported", "record_approval": "reported", "accept": "approved", "return_report": "approved",
    "return_proposal": "proposed", "verify": "drafted", "carry_over": "settled", "reopen": "slipped",
    "answer_urge": "urged", "answer_row": "consulted", "settle_row": "objected",
    "lift_override": "overridden",
}  # fmt: skip


FORMS = [one for one in TRANSITIONS if one.is_for_people and one.name != "allocate"]  # that one has a page of its own


@pytest.mark.parametrize("transition", FORMS, ids=lambda one: one.name)
def test_the_form_asks_for_what_the_act_needs(client, set_today, transition):
    set_today("2020-11-20")
    city = government()
    standing = STANDINGS.get(transition.name, transition.sources[0])
    pledge = standing_in(standing, city, form="milestone", deliverable="验收报告")
    MilestoneFactory(pledge=pledge)
    response = form_of(client, city.posts[DOERS.get(transition.name, "director")], pledge, transition.name)
    assert response.status_code == 200
    asked = set(fields_of(response))
    asked |= {"judged_behind", "outlook"}  # of ongoing items; of the second and third quarter
    asked |= {"project", "livelihood"}  # of items with these tags
    assert {need.name for need in transition.needs} <= asked
    assert f'name="version" value="{pledge.version}"' in response.text


def test_who_may_not_act_is_told_why(client):
    city = government()
    pledge = pledge_in("in_progress", city, support=(city.water,))
    response = form_of(client, city.supervisor, pledge, "report")
    assert response.status_code == 403
    assert "只有牵头单位的联络员可以这样做" in response.text
    response = form_of(client, city.water_coordinator, pledge, "report")
    assert response.status_code == 403
    assert "这一事项由其他单位牵头" in response.text
    assert form_of(client, city.director, pledge, "open_window").status_code == 403
    response = send(client, city.supervisor, pledge, "report", sentence="代报")
    assert response.status_code == 403


def test_an_act_at_the_wrong_moment_or_of_no_name_is_refused(client):
    city = government()
    pledge = pledge_in("in_progress", city)
    response = form_of(client, city.coordinator, pledge, "sign")
    assert response.status_code == 409
    assert "事项现为“推进中”,不能签收" in response.text
    assert form_of(client, city.coordinator, pledge, "dance").status_code == 404
    assert form_of(client, city.county_coordinator, pledge, "report").status_code == 404


def test_who_judges_can_send_back_from_the_same_page(client):
    city = government()
    pledge = pledge_in("in_progress", city)
    perform("report", pledge, city.coordinator, at="2020-03-20", **payload_for("report", city, pledge))
    send_back = f'href="{address(pledge, "return_report")}?next='
    assert send_back in form_of(client, city.head, pledge, "approve").text
    assert send_back not in form_of(client, city.coordinator, pledge, "record_approval").text


def test_a_claim_s_form_says_when_the_reason_is_needed(client):
    city = government()
    pledge = pledge_in("in_progress", city)
    assert fields_of(form_of(client, city.coordinator, pledge, "propose_claim"))["reason"].hint.startswith(
        "目标没有全部"
    )


def test_the_director_assigns(client, set_today):
    set_today("2020-02-03")
    city = government()
    pledge = drafted(city, lead_unit=city.housing, due_date=datetime.date(2020, 12, 15), basis="2020年政府工作报告")
    fields = fields_of(form_of(client, city.director, pledge, "assign"))
    assert fields["lead_unit"].value == str(city.housing.pk)
    assert fields["due_date"].value == "2020-12-15"
    assert fields["basis"].value == "2020年政府工作报告"
    assert (str(city.water.pk), "水务局") in fields["support"].options
    response = send(
        client,
        city.director,
        pledge,
        "assign",
        lead_unit=city.housing.pk,
        due_date="2020-12-15",
        basis="2020年政府工作报告",
        support=[city.water.pk, city.county.pk],
        leader=city.leader.pk,
    )
    assert response.url == reverse("web:pledge", args=[pledge.pk])
    pledge.refresh_from_db()
    assert (pledge.state, pledge.lead_unit, pledge.leader) == (State.ASSIGNED, city.housing, city.leader)
    assert {party.unit for party in pledge.parties.filter(part="support")} == {city.water, city.county}


def test_the_report_form_is_ready_to_be_filled_in(client, set_today):
    set_today("2020-06-28")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    fields = fields_of(form_of(client, city.coordinator, pledge, "report"))
    assert fields["period"].value == "2020-Q2"
    assert [value for value, _label in fields["period"].options] == ["2020-Q1", "2020-Q2"]
    assert fields["data_date"].value == "2020-06-28"
    [box] = fields["values"].parts
    assert (box.name, box.unit) == (f"values.{target.pk}", "个")
    assert box.last == "上次 120个(2020-03-20)"
    assert box.plan == "计划至 2020-06-30 185个"  # 182 of 350 days
    assert "outlook" in fields


def test_the_fold_for_those_behind_opens_by_itself(client, set_today):
    set_today("2020-06-28")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    assert not form_of(client, city.coordinator, pledge, "report").context["form"].is_open
    type(pledge).objects.filter(pk=pledge.pk).update(light="yellow", light_reason="behind")
    response = form_of(client, city.coordinator, pledge, "report")
    assert response.context["form"].is_open
    assert '<details class="fold" open>' in response.text


def test_a_report_is_one_submission(client, set_today):
    set_today("2020-03-26")
    city = government()
    pledge = pledge_in("in_progress", city)
    target = pledge.targets.get()
    response = send(
        client,
        city.coordinator,
        pledge,
        "report",
        **{f"values.{target.pk}": "120"},
        sentence="管网已铺到村口",
        period="2020-Q1",
        data_date="2020-03-25",
        evidence="验收单12号",
        next="/desk/",
    )
    assert response.url == "/desk/"
    report = Report.objects.get(pledge=pledge)
    assert (report.sentence, report.data_date, report.values.get().value) == (
        "管网已铺到村口",
        datetime.date(2020, 3, 25),
        120,
    )
    assert report.evidence.get().content == "验收单12号"
    desk = client.get("/desk/")
    assert f'data-draft-done="{city.coordinator.holder.pk}:{pledge.pk}:report"' in desk.text
    assert "data-draft-done" not in client.get("/desk/").text


def test_faults_stand_at_their_fields_and_everything_typed_is_kept(client, set_today):
    set_today("2020-03-26")
    city = government()
    pledge = pledge_in("in_progress", city)
    target = pledge.targets.get()
    response = send(
        client,
        city.coordinator,
        pledge,
        "report",
        **{f"values.{target.pk}": "一百二"},
        sentence="",
        problem="两处用地未批",
        period="2020-Q1",
        data_date="2020-04-30",
    )
    assert response.status_code == 422
    fields = fields_of(response)
    [box] = fields["values"].parts
    assert box.value == "一百二"
    assert str(box.fault) == "“一百二”不是数字,请只填数字,例如 120。"
    assert str(fields["sentence"].fault) == "请填写“进展情况”。"
    assert str(fields["data_date"].fault) == "日期不能晚于今天。"
    assert fields["problem"].value == "两处用地未批"
    assert f'href="#id_values.{target.pk}"' in response.text
    assert response.context["form"].is_open
    assert not Report.objects.filter(pledge=pledge).exists()


def test_a_falling_number_asks_for_the_reason(client, set_today):
    set_today("2020-03-26")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    typed = {f"values.{target.pk}": "90", "sentence": "核减"}
    response = send(client, city.coordinator, pledge, "report", **typed)
    assert response.status_code == 422
    assert "请说明累计数下降的原因。" in response.text
    assert send(client, city.coordinator, pledge, "report", **typed, fall_reason="核减重复统计").status_code == 302


def test_a_returned_report_begins_with_what_it_said(client, set_today):
    set_today("2020-03-26")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    perform("return_report", pledge, city.supervisor, at="2020-03-23", reason="请补充分县数据")
    response = form_of(client, city.coordinator, pledge, "report")
    fields = fields_of(response)
    assert fields["sentence"].value == "管网已铺到村口"
    assert fields["values"].parts[0].value == "120"
    assert "请补充分县数据" in response.text


def test_a_stale_form_shows_what_changed_and_can_be_sent_again(client, set_today):
    set_today("2020-02-04")
    city = government()
    pledge = pledge_in("in_progress", city, reported=True)
    old = pledge.version
    perform("claim", pledge, city.head, at="2020-11-10", reason="已完成", evidence="验收报告")
    perform("return_claim", pledge, city.supervisor, at="2020-11-11", reason="现场有两处未通水")
    response = send(
        client, city.head, pledge, "claim", version=old, reason="其余村并入明年工程", evidence="验收报告已归档"
    )
    assert response.status_code == 409
    assert "现场有两处未通水" in response.text
    assert fields_of(response)["reason"].value == "其余村并入明年工程"
    fresh = int(re.search(r'name="version" value="(\d+)"', response.text)[1])
    assert fresh == old + 2
    pledge.refresh_from_db()
    assert pledge.state == State.IN_PROGRESS
    again = send(
        client, city.head, pledge, "claim", version=fresh, reason="其余村并入明年工程", evidence="验收报告已归档"
    )
    assert again.status_code == 302


def test_a_form_whose_moment_has_passed_keeps_the_words_but_cannot_be_sent(client, set_today):
    set_today("2020-02-04")
    city = government()
    pledge = pledge_in("assigned", city)
    old = pledge.version
    perform("sign", pledge, city.head, at="2020-02-04", person="李强")
    response = send(client, city.coordinator, pledge, "sign", version=old, person="王敏")
    assert response.status_code == 409
    assert "李强" not in response.context["form"].shown[0].value
    assert fields_of(response)["person"].value == "王敏"
    assert "现在不能再提交" in response.text
    assert '<button class="button primary">' not in response.text


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_form_without_a_readable_version_is_refused(client, version):
    city = government()
    pledge = pledge_in("assigned", city)
    response = send(client, city.coordinator, pledge, "sign", version=version, person="王敏")
    assert response.status_code == 422
    assert "请刷新页面后重试" in response.text
    assert Event.objects.filter(stream__name=f"pledge:{pledge.pk}", action="sign").count() == 0


@pytest.mark.parametrize("wanted", ["https://example.invalid/", "//example.invalid", "/\\example.invalid"])
def test_an_act_never_leads_to_another_site(client, wanted):
    city = government()
    pledge = pledge_in("assigned", city)
    response = send(client, city.coordinator, pledge, "sign", person="王敏", next=wanted)
    assert response.url == reverse("web:pledge", args=[pledge.pk])


def test_the_whole_life_of_a_pledge_goes_through_the_pages(client, set_today):
    city = government()
    pledge = drafted(city)
    target = pledge.targets.get()
    steps = [
        ("2020-02-03", city.director, "assign", payload_for("assign", city, pledge), State.ASSIGNED),
        ("2020-02-04", city.coordinator, "sign", {"person": "王敏"}, State.IN_PROGRESS),
        (
            "2020-03-26",
            city.coordinator,
            "report",
            {"sentence": "进展", f"values.{target.pk}": "355"},
            State.IN_PROGRESS,
        ),
        ("2020-03-26", city.head, "approve", {}, State.IN_PROGRESS),
        ("2020-03-27", city.supervisor, "accept", {}, State.IN_PROGRESS),
        ("2020-11-09", city.coordinator, "propose_claim", {"evidence": "验收报告"}, State.IN_PROGRESS),
        ("2020-11-10", city.head, "claim", {}, State.CLAIMED),
        ("2020-11-12", city.supervisor, "return_claim", {"reason": "缺两份验收单"}, State.IN_PROGRESS),
        ("2020-11-16", city.head, "claim", {"evidence": "已补验收单"}, State.CLAIMED),
        (
            "2020-11-18",
            city.supervisor,
            "draft_verification",
            payload_for("draft_verification", city, pledge),
            State.CLAIMED,
        ),
        ("2020-11-20", city.director, "verify", {}, State.CLOSED),
    ]
    for day, post, act, typed, state in steps:
        set_today(day)
        assert form_of(client, post, pledge, act).status_code == 200
        assert send(client, post, pledge, act, **typed).status_code == 302, act
        pledge.refresh_from_db()
        assert pledge.state == state
    assert pledge.outcome == "met"


def test_stages_are_typed_as_days_and_a_cleared_one_is_taken_back(client, set_today):
    set_today("2020-03-26")
    city = government()
    pledge = drafted(city, target=None, form="milestone", deliverable="验收报告")
    first, second = MilestoneFactory(pledge=pledge), MilestoneFactory(pledge=pledge)
    perform("assign", pledge, city.director, at="2020-02-03", **payload_for("assign", city, pledge))
    pledge = perform("sign", pledge, city.coordinator, at="2020-02-04", person="王敏")
    names = {f"stages.{first.pk}": "2020-03-20", f"stages.{second.pk}": ""}
    assert send(client, city.coordinator, pledge, "report", sentence="已开工", **names).status_code == 302
    fields = fields_of(form_of(client, city.coordinator, pledge, "report"))
    assert [part.value for part in fields["stages"].parts] == ["2020-03-20", ""]
    names[f"stages.{first.pk}"] = ""
    send(client, city.coordinator, pledge, "report", sentence="更正:尚未开工", **names)
    assert Report.objects.get(pledge=pledge, revision=2).stages.count() == 0
