"""Project and livelihood sheets: nothing is asked that another fact says."""

import datetime
import json
from decimal import Decimal

import pytest

from pledges.errors import BadInput
from pledges.models import LivelihoodSheet, Pledge, ProjectSheet
from pledges.services import with_facts
from tests.factories import MilestoneFactory, TargetFactory, drafted, government, perform
from workflow import special_sheets
from workflow.models import Event
from workflow.special_sheets import LIVELIHOOD, PROJECT

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return government()


def signed(city, *, tags, target="355", targets=(), stages=(), **fields):
    """A signed pledge; ``targets`` are fields of `TargetFactory`, ``stages`` titles with planned days."""
    pledge = drafted(city, target=None if targets or stages else target, tags=tags, **fields)
    for one in targets:
        TargetFactory(pledge=pledge, **one)
    for title, day in stages:
        MilestoneFactory(pledge=pledge, title=title, planned_date=datetime.date.fromisoformat(day))
    perform(
        "assign", pledge, city.director, at="2020-02-03",
        lead_unit=city.housing.pk, due_date="2020-12-15", basis="1号", deliverable="项目投用",
    )  # fmt: skip
    return perform("sign", pledge, city.coordinator, at="2020-02-04", person="王敏")


INVESTMENT = {"value": Decimal(120_000_000), "unit": "元", "scale": 10_000, "name": "完成投资"}


def report(pledge, city, *, at="2020-03-20", value="1", **typed):
    values = {str(target.pk): value for target in pledge.targets.all()}
    perform("report", pledge, city.coordinator, at=at, sentence="桩基已完成", **{"values": values, **typed})
    return with_facts(pledge.pk)


def faults_of(pledge, city, **typed):
    with pytest.raises(BadInput) as refusal:
        report(pledge, city, **typed)
    return {name: str(words) for name, words in refusal.value.fields.items()}


def names(columns):
    return [column.name for column in columns]


def test_a_pledge_has_a_sheet_when_it_carries_the_tag(city):
    assert special_sheets.kinds_of(signed(city, tags=[])) == []
    assert special_sheets.kinds_of(signed(city, tags=["民生实事"])) == [LIVELIHOOD]
    assert special_sheets.kinds_of(signed(city, tags=["挂牌督办", "民生实事", "重点项目"])) == [PROJECT, LIVELIHOOD]


def test_without_the_tag_nothing_is_taken(city):
    pledge = signed(city, tags=[])
    assert faults_of(pledge, city, project={"place": "城南"}) == {
        "project": "这一事项没有“重点项目”标签,不用填这些内容。"
    }


def test_amounts_are_typed_in_wan_and_kept_in_yuan(city):
    pledge = signed(city, tags=["重点项目"])
    report(
        pledge, city,
        project={
            "nature": "new", "place": "城南新区", "scale": "日处理 3 万吨", "total_investment": "12,000",
            "funded": "4500.5", "planned_start": "2020-03-01", "actual_start": "2020-03-08",
            "planned_finish": "2021-06-30", "procedures": "环评已批",
        },
    )  # fmt: skip
    sheet = ProjectSheet.objects.get(pledge=pledge)
    assert (sheet.nature, sheet.place, sheet.scale) == ("new", "城南新区", "日处理 3 万吨")
    assert (sheet.total_investment, sheet.funded) == (Decimal(120_000_000), Decimal(45_005_000))
    assert (sheet.actual_start, sheet.planned_finish) == (datetime.date(2020, 3, 8), datetime.date(2021, 6, 30))
    assert (sheet.invested, sheet.actual_finish) == (None, None)


def test_what_is_not_given_stays_and_what_is_emptied_goes(city):
    pledge = signed(city, tags=["民生实事"])
    report(pledge, city, livelihood={"vote_number": "人大〔2020〕3号", "budget": "800", "beneficiaries": "12,000"})
    report(pledge, city, livelihood={"spent": "300", "vote_number": ""})
    report(pledge, city)
    sheet = LivelihoodSheet.objects.get(pledge=pledge)
    assert (sheet.vote_number, sheet.budget, sheet.spent) == ("", Decimal(8_000_000), Decimal(3_000_000))
    assert sheet.beneficiaries == 12_000


def test_each_reports_words_stay_in_its_event(city):
    pledge = signed(city, tags=["民生实事"])
    report(pledge, city, livelihood={"budget": "800"})
    report(pledge, city, livelihood={"budget": "900"})
    kept = [
        json.loads(event.payload.text)["input"]["livelihood"]
        for event in Event.objects.filter(action="report").order_by("pk")
    ]
    assert kept == [{"budget": "8000000"}, {"budget": "9000000"}]


def test_a_target_in_yuan_says_what_was_invested(city):
    pledge = signed(city, tags=["重点项目"], targets=[{"value": Decimal(3), "unit": "个"}, INVESTMENT])
    assert "invested" not in names(special_sheets.asked(pledge, PROJECT))
    other, money = pledge.targets.all()
    pledge = report(pledge, city, values={str(other.pk): "1", str(money.pk): "2600"})
    assert dict(special_sheets.shown(pledge))["本年完成投资"] == "2600万元"
    assert faults_of(pledge, city, project={"invested": "1"}) == {
        "project.invested": "这一项不用填:没有这一项,或者已从目标、节点和填报中取得。"
    }


def test_without_one_it_is_asked(city):
    pledge = signed(city, tags=["重点项目"])
    assert "invested" in names(special_sheets.asked(pledge, PROJECT))
    pledge = report(pledge, city, project={"invested": "2600"})
    assert dict(special_sheets.shown(pledge))["本年完成投资"] == "2600万元"


def test_stages_say_when_it_was_begun_finished_and_permitted(city):
    stages = [("立项", "2020-02-28"), ("环评", "2020-03-31"), ("开工", "2020-05-31"), ("竣工验收", "2020-11-30")]
    pledge = signed(city, tags=["重点项目"], stages=stages, form="milestone")
    assert names(special_sheets.asked(pledge, PROJECT)) == [
        "nature",
        "place",
        "scale",
        "total_investment",
        "invested_before",
        "planned_investment",
        "invested",
        "funded",
    ]
    project, permit, start, _finish = pledge.milestones.all()
    done = {str(project.pk): "2020-02-20", str(permit.pk): "2020-04-02", str(start.pk): "2020-05-18"}
    pledge = report(pledge, city, at="2020-06-20", stages=done, outlook="sure")
    shown = dict(special_sheets.shown(pledge))
    assert (shown["计划开工"], shown["实际开工"]) == ("2020-05-31", "2020-05-18")
    assert shown["计划竣工"] == "2020-11-30"
    assert "实际竣工" not in shown
    assert shown["手续办理"] == "立项 2020-02-20 已办、环评 2020-04-02 已办"
    assert shown["形象进度"] == "桩基已完成"


def test_only_the_stage_that_is_there_answers(city):
    pledge = signed(city, tags=["重点项目"], stages=[("开工", "2020-05-31")], form="milestone")
    asked = names(special_sheets.asked(pledge, PROJECT))
    assert [name for name in asked if name.endswith(("start", "finish"))] == ["planned_finish", "actual_finish"]
    assert "procedures" in asked
    assert faults_of(pledge, city, project={"planned_finish": "2020-04-30"}) == {
        "project.planned_finish": "计划竣工不能早于计划开工(2020-05-31)。"
    }


def test_an_item_of_both_kinds_is_asked_for_its_money_once(city):
    pledge = signed(city, tags=["重点项目", "民生实事"])
    assert "funded" not in names(special_sheets.asked(pledge, LIVELIHOOD))
    pledge = report(pledge, city, project={"funded": "500"}, livelihood={"budget": "800"})
    lines = special_sheets.shown(pledge)
    assert [words for label, words in lines if label == "资金到位"] == ["500万元", "500万元"]


def test_boxes_begin_with_what_is_known(city):
    pledge = signed(city, tags=["重点项目"], targets=[INVESTMENT])
    assert special_sheets.boxes(pledge, PROJECT)["planned_investment"] == "12000"  # the target's own value
    pledge = report(pledge, city, value="2600", project={"planned_investment": "13000", "planned_start": "2020-03-01"})
    boxes = special_sheets.boxes(pledge, PROJECT)
    assert (boxes["planned_investment"], boxes["planned_start"], boxes["place"]) == ("13000", "2020-03-01", "")


def test_a_pledge_without_anything_known_shows_nothing(city):
    assert special_sheets.shown(signed(city, tags=["民生实事"])) == []
    assert special_sheets.shown(signed(city, tags=[])) == []


@pytest.mark.parametrize(
    ("column", "typed", "words"),
    [
        ("total_investment", "-3", "金额不能是负数。"),
        ("total_investment", "三千", "“三千”不是数字,请只填数字,例如 120。"),
        ("total_investment", "9" * 20, "这个数太大,请核对数值和单位。"),
        ("total_investment", "1e400", "这个数太大,请核对数值和单位。"),
        ("total_investment", "0.000000001", "小数位数太多,请保留四位以内。"),
        ("nature", "demolition", "请从下列各项中选择:新建、扩建、改建、续建。"),
        ("planned_start", "3月", "请按“2020-09-15”的样式填写日期。"),
        ("actual_start", "2020-03-21", "日期不能晚于今天。"),
        ("place", "南" * 101, "最多 100 字,现有 101 字,请精简。"),
        ("place", 7, "请填写文字。"),
        ("scale", "绝密", "文字带有密级标志。涉密内容不能进入本平台,请删去后再提交。"),
        ("budget", "1", "这一项不用填:没有这一项,或者已从目标、节点和填报中取得。"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_box(city, column, typed, words):
    pledge = signed(city, tags=["重点项目"])
    assert faults_of(pledge, city, project={column: typed, "place": "城南"} | {column: typed}) == {
        f"project.{column}": words
    }
    assert not ProjectSheet.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-1", "人数不能是负数。"),
        ("12.5", "请填写人数,只填整数。"),
        ("约千人", "请填写人数,只填整数。"),
        (True, "请填写人数,只填整数。"),
        ("3000000000", "这个数太大,请核对。"),
    ],
)
def test_people_are_counted_whole(city, typed, words):
    pledge = signed(city, tags=["民生实事"])
    assert faults_of(pledge, city, livelihood={"beneficiaries": typed}) == {"livelihood.beneficiaries": words}


def test_an_end_before_its_beginning_is_refused_also_against_what_was_kept(city):
    pledge = signed(city, tags=["重点项目"])
    report(pledge, city, project={"planned_start": "2020-03-01", "planned_finish": "2020-10-31"})
    assert faults_of(pledge, city, project={"planned_start": "2020-11-01"}) == {
        "project.planned_start": "计划竣工不能早于计划开工(2020-11-01)。"
    }
    assert faults_of(pledge, city, project={"actual_start": "2020-03-05", "actual_finish": "2020-03-04"}) == {
        "project.actual_finish": "实际竣工不能早于实际开工(2020-03-05)。"
    }
    report(pledge, city, project={"place": "城南"})  # what was not touched is not judged again


def test_the_state_and_version_of_the_pledge_do_not_move(city):
    pledge = signed(city, tags=["民生实事"])
    before = Pledge.objects.values("state", "version").get(pk=pledge.pk)
    report(pledge, city, livelihood={"budget": "800"})
    assert Pledge.objects.values("state", "version").get(pk=pledge.pk) == before
