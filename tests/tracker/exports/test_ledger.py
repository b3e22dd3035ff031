"""The quarterly ledger: its eighteen columns, whose rows it holds, and what each cell says."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from pledges.actors import SYSTEM
from pledges.models import Period, Pledge, Post, State
from tests.factories import (
    Government,
    PledgeFactory,
    TargetFactory,
    actor,
    drafted,
    government,
    payload_for,
    perform,
    pledge_in,
)
from tests.tracker.api.test_lists import many_pledges
from tracker.exports import ledger
from tracker.exports.rows import Row

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2020, 8, 1)
COLUMNS = [
    "序号",
    "来源章节",
    "原文",
    "工作任务",
    "年度目标值",
    "牵头领导",
    "牵头单位",
    "配合单位",
    "责任人",
    "完成时限",
    "一至四季度形象进度",
    "进展情况",
    "完成值(数据截止期)",
    "完成率",
    "亮灯",
    "存在问题",
    "下步措施",
    "备注",
]


@pytest.fixture
def city() -> Government:
    return government()


def made(city: Government, period: str = "2020-Q2", by: Post | None = None) -> ledger.Ledger:
    who = SYSTEM if by is None else actor(by)
    return ledger.of(city.programme, Period.objects.get(programme=city.programme, key=period), actor=who, today=TODAY)


def row(city: Government, period: str = "2020-Q2") -> dict[str, str]:
    found = made(city, period).rows
    assert len(found) == 1
    return found[0].texts


def report(city: Government, pledge: Pledge, at: str, value: str, sentence: str, **more: str) -> Pledge:
    values = {str(target.pk): value for target in pledge.targets.all()}
    return perform("report", pledge, city.coordinator, at=at, sentence=sentence, values=values, **more)


def test_there_are_exactly_the_eighteen_columns_of_the_specification(city: Government) -> None:
    assert len(COLUMNS) == 18
    assert [str(title) for title in ledger.COLUMNS.values()] == COLUMNS
    pledge_in("assigned", city)
    assert list(row(city)) == list(ledger.COLUMNS)


def test_a_row_says_everything_about_its_pledge(city: Government) -> None:
    city.leader.holder.name = "陈明"
    city.leader.holder.save()
    pledge = drafted(city, title="完成生活污水治理", quote="完成355个行政村污水治理", section="三、(一)农村人居环境")
    pledge = perform(
        "assign",
        pledge,
        city.director,
        at="2020-02-03",
        lead_unit=city.housing.pk,
        support=[city.water.pk, city.county.pk],
        leader=city.leader.pk,
        due_date="2020-12-15",
        basis="市政府督〔2020〕1号",
    )
    pledge = perform("sign", pledge, city.coordinator, at="2020-02-04", person="王敏")
    report(city, pledge, "2020-03-28", "60", "开工60个村")
    perform("approve", pledge, city.head, at="2020-03-28")
    perform("accept", pledge, city.supervisor, at="2020-03-29")
    report(
        city,
        pledge,
        "2020-06-28",
        "120",
        "完工120个村",
        problem_kind="money",
        problem="省级资金未到位",
        next_step="七月底前拨付",
    )
    assert row(city) == {
        "number": "2020-001",
        "section": "三、(一)农村人居环境",
        "quote": "完成355个行政村污水治理",
        "title": "完成生活污水治理",
        "goal": "355个",
        "leader": "陈明",
        "lead_unit": "住房城乡建设局",
        "support_units": "水务局、清河县",
        "person": "王敏",
        "due_date": "2020-12-15",
        "by_quarter": "一季度:开工60个村\n二季度:完工120个村",
        "sentence": "完工120个村",
        "value": "120个(2020-06-28)",
        "progress": "33.8%",
        "light": "黄灯 滞后",
        "problem": "资金:省级资金未到位",
        "next_step": "七月底前拨付",
        "remarks": "未审核",
    }
    first = row(city, "2020-Q1")
    assert (first["sentence"], first["value"], first["by_quarter"]) == (
        "开工60个村",
        "60个(2020-03-28)",
        "一季度:开工60个村",
    )
    assert (first["problem"], first["next_step"], first["remarks"]) == ("", "", "")
    assert (first["progress"], first["light"]) == ("33.8%", "黄灯 滞后")  # live, whatever the period


def test_a_period_without_a_report_shows_the_last_figure_and_says_so(city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    report(city, pledge, "2020-03-28", "60", "开工60个村")
    perform("approve", pledge, city.head, at="2020-03-28")
    perform("accept", pledge, city.supervisor, at="2020-03-29")
    found = row(city)
    assert (found["sentence"], found["value"], found["remarks"]) == ("", "60个(2020-03-28)", "本期未填报")


def test_a_returned_report_does_not_count_and_the_newest_revision_does(city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    report(city, pledge, "2020-06-26", "100", "第一版")
    report(city, pledge, "2020-06-27", "110", "第二版")
    report(city, pledge, "2020-06-28", "999", "第三版")
    perform("return_report", pledge, city.supervisor, at="2020-06-29", reason="数字有误")
    found = row(city)
    assert (found["sentence"], found["value"]) == ("第二版", "110个(2020-06-27)")
    assert found["by_quarter"] == "二季度:第二版"


def test_the_remarks_tell_what_the_figures_do_not(city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    report(city, pledge, "2020-07-20", "40", "补报", period="2020-Q2", data_date="2020-06-30")
    Pledge.objects.update(was_red=2, due_date="2020-12-31", original_due_date="2020-11-30")
    assert row(city)["remarks"] == "未审核;逾期填报;曾亮红灯×2;原定时限 2020-11-30"


def test_a_claim_after_the_due_date_stays_remarked(city: Government) -> None:
    pledge_in("closed", city)
    Pledge.objects.update(claimed_date="2020-12-20", claim_due_date="2020-12-15")
    found = row(city)
    assert (found["light"], found["remarks"]) == ("已销号", "本期未填报;逾期申请销号")


def test_targets_are_written_as_people_say_them(city: Government) -> None:
    pledge = pledge_in("assigned", city, target=None)
    wanted = (
        {"value": 75000, "unit": "户", "scale": 10000, "comparator": "ge", "name": "卫生厕所"},
        {"value": Decimal("1200000000"), "unit": "元", "scale": 100_000_000, "comparator": "approx"},
        {"value": Decimal("6.5"), "unit": "%", "quantity_kind": "growth"},
        {"value": 3, "unit": "%", "comparator": "le", "quantity_kind": "reduction"},
        {"value": 10, "value_max": 12, "unit": "公里", "comparator": "range"},
    )
    for position, more in enumerate(wanted, start=1):
        TargetFactory(pledge=pledge, position=position, **more)
    assert row(city)["goal"].split("\n") == [
        "卫生厕所 不少于7.5万户",
        "12亿元左右",
        "增长6.5%",
        "下降不超过3%",
        "10公里至12公里",
    ]


def test_a_pledge_without_a_target_shows_its_deliverable(city: Government) -> None:
    pledge = drafted(city, target=None, form="ongoing", deliverable="每季通报一次")
    perform("assign", pledge, city.director, at="2020-02-03", **payload_for("assign", city, pledge))
    assert row(city)["goal"] == "每季通报一次"


def test_drafts_withdrawn_pledges_and_children_are_not_in_it(city: Government) -> None:
    parent = pledge_in("assigned", city)
    drafted(city)
    for number, more in {
        "2020-050": {"state": State.WITHDRAWN},
        "2020-001-01": {"state": State.IN_PROGRESS, "parent": parent},
    }.items():
        PledgeFactory(
            programme=city.programme,
            number=number,
            lead_unit=city.housing,
            due_date="2020-12-31",
            assigned_date="2020-02-03",
            **more,
        )
    assert [one.texts["number"] for one in made(city).rows] == ["2020-001"]


def test_rows_come_by_number_and_a_thousand_follows_nine_hundred(city: Government) -> None:
    for number in ("2020-1000", "2020-101", "2020-002"):
        pledge_in("assigned", city, number=number)
    assert [one.texts["number"] for one in made(city).rows] == ["2020-002", "2020-101", "2020-1000"]


def test_everybody_sees_their_own_rows(city: Government) -> None:
    pledge_in("assigned", city, support=(city.water,))
    pledge_in("assigned", city)

    def numbers(post: Post) -> list[str]:
        return [one.texts["number"] for one in made(city, by=post).rows]

    assert numbers(city.director) == numbers(city.leader) == numbers(city.coordinator) == ["2020-001", "2020-002"]
    assert numbers(city.water_head) == ["2020-001"]
    assert numbers(city.county_coordinator) == numbers(city.statistician) == []


def test_the_head_line_says_which_figures_are_live(city: Government) -> None:
    assert made(city).head_line == ("期:2020-Q2　数据截至:2020-06-30　完成率和亮灯为实时数据(2020-08-01)　共 0 项")
    assert made(city).title.endswith("(2020年二季度)")
    assert made(city, "2020-Q3").data_day == TODAY


def test_three_rows_cost_as_many_queries_as_three_hundred(city: Government) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            found: list[Row] = made(city).rows
        return len(found), len(captured)

    many_pledges(city, 3)
    few, before = cost()
    many_pledges(city, 297)
    many, after = cost()
    assert (few, many) == (3, 300)
    assert after == before


def test_the_columns_follow_the_readers_language(city: Government) -> None:
    with translation.override("zh-hans"):
        assert str(ledger.COLUMNS["light"]) == "亮灯"
