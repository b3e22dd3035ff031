"""The questions that a report raises before it goes up: none of them stops it."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges import calendars
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import LivelihoodSheet, Pledge, Report
from pledges.services import with_facts
from tests.factories import MilestoneFactory, TargetFactory, actor, drafted, government, moment, perform, pledge_in
from workflow import consistency
from workflow.models import Event
from workflow.special_sheets import LIVELIHOOD, PROJECT

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return government()


def ask(pledge, post, *, at="2020-06-20", values=None, **typed):
    """The questions, by code, of a report in the second quarter that holds nothing odd but what is given."""
    target = pledge.targets.first()
    payload = {
        "sentence": "石桥镇管网已铺到村口",
        "outlook": "hard",
        "values": {str(target.pk): values} if isinstance(values, str) else values or {},
        **typed,
    }
    found = consistency.rehearse(
        pledge_id=pledge.pk,
        actor=actor(post),
        payload=payload,
        version=Pledge.objects.get(pk=pledge.pk).version,
        at=moment(at),
    )
    return {question.code: question.words for question in found}


def test_a_sound_report_raises_nothing(city):
    pledge = pledge_in("in_progress", city, reported=True)
    assert ask(pledge, city.coordinator, values="180") == {}


@pytest.mark.postgres
def test_asking_changes_nothing(city):
    pledge = pledge_in("in_progress", city, reported=True)
    before = (Report.objects.count(), Event.objects.count(), Pledge.objects.values().get(pk=pledge.pk))
    assert ask(pledge, city.coordinator, values="2000")
    assert (Report.objects.count(), Event.objects.count(), Pledge.objects.values().get(pk=pledge.pk)) == before


def test_refusals_come_before_questions(city):
    pledge = pledge_in("in_progress", city, reported=True)
    with pytest.raises(Forbidden):
        ask(pledge, city.supervisor, values="2000")
    with pytest.raises(BadInput) as refusal:
        ask(pledge, city.coordinator, values="100")  # a fall of an amount asks for its reason
    assert "fall_reason" in refusal.value.fields
    with pytest.raises(Stale):
        ask(pledge, city.coordinator, values="2000", seen=0)
    closed = pledge_in("closed", city)
    with pytest.raises(WrongState):
        ask(closed, city.coordinator, values="2000", at="2020-12-20")


# The values


def test_a_share_that_fell_is_asked_about_and_a_growth_is_not(city):
    pledge = drafted(city, target=None)
    share = TargetFactory(pledge=pledge, value=Decimal(95), unit="%", name="污水处理率", quantity_kind="share")
    growth = TargetFactory(pledge=pledge, value=Decimal(8), unit="%", name="产值", quantity_kind="growth")
    walk(pledge, city, {str(share.pk): "92", str(growth.pk): "7"})
    assert ask(pledge, city.coordinator, values={str(share.pk): "90.5", str(growth.pk): "6"}) == {
        f"fell:values.{share.pk}": "污水处理率填了 90.5%,比上次的 92% 少。确实下降了吗?"
    }


def walk(pledge, city, values, sentence="三个标段已进场"):
    """Assign, sign and report in March."""
    perform(
        "assign", pledge, city.director, at="2020-02-03", lead_unit=city.housing.pk, due_date="2020-12-15", basis="1号"
    )
    perform("sign", pledge, city.coordinator, at="2020-02-04", person="王敏")
    perform("report", pledge, city.coordinator, at="2020-03-20", sentence=sentence, values=values)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1200", "累计完成填了 1200个,是上次 120个 的 10 倍。单位对吗?这里按“个”填写。"),
        ("1500", "累计完成填了 1500个,是上次 120个 的 12.5 倍。单位对吗?这里按“个”填写。"),
        ("1199", None),
    ],
)
def test_ten_times_the_last_value_asks_for_the_unit(city, value, words):
    pledge = pledge_in("in_progress", city, reported=True)
    code = f"jump:values.{pledge.targets.get().pk}"
    assert ask(pledge, city.coordinator, values=value) == ({code: words} if words else {})


def test_a_tenth_of_the_last_value_asks_for_the_unit(city):
    pledge = drafted(city, target=None)
    target = TargetFactory(pledge=pledge, value=Decimal(75000), unit="户", scale=10_000, name="改厕")
    walk(pledge, city, {str(target.pk): "1.2"})
    code = f"jump:values.{target.pk}"
    found = ask(pledge, city.coordinator, values="0.12", fall_reason="上次填成了户")
    assert found == {code: "改厕填了 0.12万户,只有上次 1.2万户 的十分之一。单位对吗?这里按“万户”填写。"}
    found = ask(pledge, city.coordinator, values="12000", fall_reason="")
    assert found == {code: "改厕填了 12000万户,是上次 1.2万户 的 10000 倍。单位对吗?这里按“万户”填写。"}


def test_the_first_report_has_nothing_to_be_compared_with(city):
    pledge = pledge_in("in_progress", city)
    assert ask(pledge, city.coordinator, values="300", at="2020-03-20", outlook="") == {}


# The sentence


def test_all_done_is_held_against_the_value(city):
    pledge = pledge_in("in_progress", city, reported=True)
    found = ask(pledge, city.coordinator, values="213", sentence="各村管网已全部完成")
    assert found == {"done:sentence": "文字说“已全部完成”,而累计完成填的是 213个,只是目标 355个 的 60%。两处哪一处对?"}
    assert ask(pledge, city.coordinator, values="355", sentence="各村管网已全部完成") == {}
    assert ask(pledge, city.coordinator, values="355", sentence="石桥镇管网已通水") == {}  # the reverse is fine


def test_all_done_is_held_against_the_stages(city):
    pledge = drafted(city, target=None, form="milestone")
    first = MilestoneFactory(pledge=pledge, title="开工")
    second = MilestoneFactory(pledge=pledge, title="竣工", planned_date=datetime.date(2020, 11, 30))
    walk(pledge, city, {})
    stages = {str(first.pk): "2020-05-10"}
    assert ask(pledge, city.coordinator, stages=stages, sentence="工程建设任务已完成") == {
        "done:sentence": "文字说“任务已完成”,而2 个节点只填了 1 个的完成日期。两处哪一处对?"
    }
    assert ask(pledge, city.coordinator, stages=stages, sentence="主体工程建设任务已完成") == {}  # a part
    stages[str(second.pk)] = "2020-06-15"
    assert ask(pledge, city.coordinator, stages=stages, sentence="工程建设任务已完成") == {}


def test_the_sentence_of_last_period_is_recognised(city):
    pledge = pledge_in("in_progress", city, reported=True)
    found = ask(pledge, city.coordinator, values="180", sentence="管网已铺到 村口。")
    assert found == {"same:sentence": "文字与 2020-Q1 的填报相同。本期有什么新进展?"}


def test_correcting_the_same_period_may_keep_its_sentence(city):
    pledge = pledge_in("in_progress", city, reported=True)
    assert ask(pledge, city.coordinator, values="121", at="2020-03-28", outlook="", sentence="管网已铺到村口") == {}


def test_phrases_alone_are_asked_about(city):
    pledge = pledge_in("in_progress", city, reported=True)
    found = ask(pledge, city.coordinator, values="180", sentence="高度重视,正在稳步推进相关工作")
    assert list(found) == ["phrases:sentence"]
    assert "“高度重视”“正在稳步推进”" in found["phrases:sentence"]


def test_a_number_of_the_sentence_is_held_against_the_field(city):
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    found = ask(pledge, city.coordinator, values="180", sentence="累计完成190个村的管网")
    assert found == {f"number:values.{target.pk}": "文字里写的是“190个”,累计完成填的是 180个。两处哪一处对?"}
    for fine in (
        "累计完成180个村",
        "本期新完成60个村",
        "新完成60个村",
        "还有175个村未开工",
        "年度任务355个村已开工过半",
    ):
        assert ask(pledge, city.coordinator, values="180", sentence=fine) == {}, fine


def test_the_periods_own_number_is_counted_from_the_period_before(city):
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    perform(
        "report", pledge, city.coordinator, at="2020-06-18",
        sentence="新完成58个村", values={str(target.pk): "178"}, outlook="hard",
    )  # fmt: skip
    assert ask(pledge, city.coordinator, values="180", sentence="新完成60个村") == {}


# The outlook


def test_the_outlook_is_asked_for_in_the_second_and_third_quarter(city):
    pledge = pledge_in("in_progress", city, reported=True)
    found = ask(pledge, city.coordinator, values="180", outlook="")
    assert found == {"outlook_missing:outlook": "2020-Q2 的填报要写全年预判:确保完成、有困难,还是难以完成?"}
    assert ask(pledge, city.coordinator, values="121", outlook="", at="2020-03-25") == {}
    assert ask(pledge, city.coordinator, values="355", outlook="", at="2020-11-25") == {}


def test_a_sure_outlook_beside_a_red_light_is_asked_about(city):
    pledge = pledge_in("in_progress", city, reported=True)
    found = ask(pledge, city.coordinator, values="121", outlook="sure", at="2020-09-20")
    # 264 of 350 days; 121 of 355
    assert found == {
        "outlook_red:outlook": ("按这次填报的数,计划 75.4%,实际 34.1%,会亮红灯;全年预判是“确保完成”。有把握吗?")
    }
    assert ask(pledge, city.coordinator, values="121", outlook="unlikely", at="2020-09-20") == {}
    assert ask(pledge, city.coordinator, values="270", outlook="sure", at="2020-09-20") == {}


# Sheets


def test_more_money_than_there_is_is_asked_about(city):
    pledge = pledge_in("in_progress", city, reported=True, tags=[LIVELIHOOD.tag])
    found = ask(pledge, city.coordinator, values="180", livelihood={"budget": "800", "funded": "900", "spent": "300"})
    assert found == {"more_than:livelihood.funded": "资金到位 900万元,多于预算 800万元。单位对吗?这里按“万元”填写。"}
    assert not LivelihoodSheet.objects.exists()
    assert ask(pledge, city.coordinator, values="180", livelihood={"budget": "900", "funded": "900"}) == {}


def test_invested_is_read_from_the_target_when_it_is_compared(city):
    pledge = drafted(city, target=None, tags=[PROJECT.tag])
    target = TargetFactory(pledge=pledge, value=Decimal(50_000_000), unit="元", scale=10_000, name="完成投资")
    walk(pledge, city, {str(target.pk): "1000"})
    found = ask(pledge, city.coordinator, values="3000", project={"total_investment": "2000"})
    assert found == {
        "more_than:project.total_investment": "本年完成投资 3000万元,多于总投资 2000万元。单位对吗?这里按“万元”填写。"
    }


# The record


def test_the_answered_codes_stay_with_the_report(city):
    pledge = pledge_in("in_progress", city, reported=True)
    target = pledge.targets.get()
    perform(
        "report", pledge, city.coordinator, at="2020-06-20",
        sentence="正在推进", values={str(target.pk): "180"}, asked=["phrases:sentence", "outlook_missing:outlook"],
    )  # fmt: skip
    event = Event.objects.filter(action="report").order_by("-pk").first()
    assert '"asked":["phrases:sentence","outlook_missing:outlook"]' in event.payload.text


@pytest.mark.parametrize("asked", [["<b>"], "phrases;drop", 7, [1], ["a" * 99]])
def test_codes_of_no_question_are_refused(city, asked):
    pledge = pledge_in("in_progress", city, reported=True)
    with pytest.raises(BadInput) as refusal:
        ask(pledge, city.coordinator, values="180", asked=asked)
    assert list(refusal.value.fields) == ["asked"]


def test_questions_cost_the_same_for_one_target_and_for_ten(city):
    counts = []
    for number in (1, 10):
        pledge = drafted(city, target=None)
        targets = [TargetFactory(pledge=pledge, value=Decimal(100), name=f"指标{n}号") for n in range(number)]
        walk(pledge, city, {str(target.pk): "20" for target in targets})
        found = with_facts(pledge.pk)
        payload = {"sentence": "正在推进", "values": {str(target.pk): "300" for target in targets}, "outlook": "hard"}
        calendar = calendars.current()
        with CaptureQueriesContext(connection) as queries:
            asked = consistency.of_input(
                pledge=found, actor=actor(city.coordinator), payload=payload, at=moment("2020-06-20"), calendar=calendar
            )
        assert len(asked) == number + 1  # a jump each, and the phrase
        counts.append(len(queries))
    assert counts[0] == counts[1]
