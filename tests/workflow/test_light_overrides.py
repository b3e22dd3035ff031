"""A light by decision: kept beside the light of the rules, for one period, by the director alone."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pledges import calendars, services
from pledges.completion import RULES_VERSION
from pledges.errors import BadInput, WrongState
from pledges.models import LightOverride, Period, PeriodState, Pledge
from tests.factories import Government, actor, day, government, moment, perform, pledge_in
from tests.support.at_once import at_once
from tests.tracker.closing import AFTER_CHECK, AFTER_WINDOW, answer, begin, close, reopen
from tracker.models import StaleScope
from workflow import services as gate
from workflow.models import Event
from workflow.standing import refresh

REASON = {"reason": "汛期停工经市政府同意"}
LAST_DAY = "2020-04-08"  # of the first quarter's window


@pytest.fixture
def at(db: None) -> Government:
    return government()


def yellow(at: Government, **fields: Any) -> Pledge:
    """10 of 355 on 26 March, where 24.6% was planned: 黄灯 滞后. The report is approved."""
    pledge = pledge_in("in_progress", at, **fields)
    values = {str(target.pk): "10" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-03-26", sentence="已开工10个村", values=values)
    return perform("approve", pledge, at.head, at="2020-03-27")


def decide(at: Government, pledge: Pledge, light: str = "green", on: str = "2020-03-30", **more: Any) -> Pledge:
    return perform("override_light", pledge, at.director, at=on, light=light, **{**REASON, **more})


def lift(at: Government, pledge: Pledge, on: str = "2020-03-31", **more: Any) -> Pledge:
    return perform("lift_override", pledge, at.director, at=on, **{"reason": "情况已经消除", **more})


def lights(pledge: Pledge) -> tuple[str, str, str]:
    """What the rules say, what is decided, what counts."""
    found = Pledge.objects.get(pk=pledge.pk)
    return found.light, found.decided_light, found.shown_light


def test_the_light_of_the_rules_stays_and_the_decided_one_counts(at: Government) -> None:
    pledge = yellow(at)
    assert lights(pledge) == ("yellow", "", "yellow")
    decide(at, pledge, basis="市政府专题会议纪要〔2020〕5号")
    assert lights(pledge) == ("yellow", "green", "green")
    row = LightOverride.objects.get()
    assert (row.pledge, row.period.key, row.light) == (pledge, "2020-Q1", "green")
    assert (row.rule_light, row.rule_reason, row.rules_version) == ("yellow", "behind", RULES_VERSION)
    assert (row.reason, row.basis) == (REASON["reason"], "市政府专题会议纪要〔2020〕5号")
    assert (row.decided_by, row.post, row.decided_at) == (at.director.holder, at.director, moment("2020-03-30"))
    assert row.withdrawn_at is None


def test_the_event_keeps_both_lights_and_the_version_of_the_rules(at: Government) -> None:
    decide(at, yellow(at))
    event = Event.objects.select_related("payload").get(action="override_light")
    told = json.loads(event.payload.text)["input"]
    assert told == {
        "light": "green",
        "period": Period.objects.get(programme=at.programme, key="2020-Q1").pk,
        "reason": REASON["reason"],
        "rule_light": "yellow",
        "rule_reason": "behind",
        "rules_version": RULES_VERSION,
    }


def test_a_form_that_is_open_meanwhile_is_not_stale(at: Government) -> None:
    pledge = yellow(at)
    assert decide(at, pledge).version == pledge.version


def test_never_the_light_that_the_rules_give_on_that_day(at: Government) -> None:
    pledge = yellow(at)
    with pytest.raises(BadInput) as refusal:
        decide(at, pledge, "yellow")
    assert {name: str(words) for name, words in refusal.value.fields.items()} == {
        "light": "2020-Q1 规则判定就是黄灯,不需要调整。"
    }
    assert not LightOverride.objects.exists()
    # What is kept may be of yesterday: the rules are asked again.
    Pledge.objects.filter(pk=pledge.pk).update(light="green")
    with pytest.raises(BadInput):
        decide(at, pledge, "yellow")


def test_the_database_refuses_two_for_one_period_the_same_light_and_no_reason(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    row = LightOverride.objects.values().get()
    del row["id"]
    for wrong in ({}, {"light": "yellow", "withdrawn_at": moment("2020-03-30")}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LightOverride.objects.create(**{**row, **wrong})


def test_lifted_it_counts_no_more_stays_on_record_and_another_may_follow(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    with pytest.raises(WrongState, match="2020-Q1 的亮灯已经调整"):
        decide(at, pledge, "red")
    lift(at, pledge)
    assert lights(pledge) == ("yellow", "", "yellow")
    decide(at, pledge, "red", on="2020-04-01")
    assert lights(pledge) == ("yellow", "red", "red")
    rows = LightOverride.objects.order_by("pk").values_list("light", "withdrawn_at")
    assert list(rows) == [("green", moment("2020-03-31")), ("red", None)]
    assert Event.objects.filter(action__in=("override_light", "lift_override")).count() == 3


def test_it_ends_by_itself_on_the_day_after_the_window(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    StaleScope.objects.all().delete()
    refresh(at=moment(LAST_DAY))
    assert lights(pledge)[1] == "green"
    assert refresh(at=moment(AFTER_WINDOW)) == 1
    assert lights(pledge) == ("yellow", "", "yellow")
    assert StaleScope.objects.filter(programme=at.programme, unit=at.housing).exists()
    assert LightOverride.objects.get().withdrawn_at is None  # it counts in the figures of its own period
    assert refresh(at=moment(AFTER_WINDOW)) == 0


def test_one_for_the_next_period_begins_when_that_one_runs(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge, on="2020-04-02", period="2020-Q2")
    assert lights(pledge) == ("yellow", "", "yellow")
    refresh(at=moment(AFTER_WINDOW))
    assert lights(pledge) == ("yellow", "green", "green")
    refresh(at=moment("2020-07-09"))
    assert lights(pledge)[1] == ""


@pytest.mark.parametrize(("period", "on"), [("2020-Q2", "2020-03-30"), ("2019-Q4", "2020-03-30"), ("一季度", LAST_DAY)])
def test_only_for_a_period_that_has_begun(at: Government, period: str, on: str) -> None:
    with pytest.raises(BadInput) as refusal:
        decide(at, yellow(at), on=on, period=period)
    assert str(refusal.value.fields["period"]) == "请选择已经开始、还没有结账的一期。"


def test_after_the_last_window_there_is_no_period_to_decide_for(at: Government) -> None:
    calendars.ensure_year(2021)
    Period.objects.filter(programme=at.programme).update(state=PeriodState.CLOSED)
    with pytest.raises(WrongState, match="现在没有正在进行的期"):
        decide(at, yellow(at), on="2021-02-01")


def test_a_closed_period_takes_no_decision_and_loses_none(at: Government) -> None:
    decided, other = yellow(at), yellow(at)
    decide(at, decided)
    begin(at)
    answer(at)
    close(at)
    with pytest.raises(BadInput):
        decide(at, other, on=AFTER_CHECK, period="2020-Q1")
    with pytest.raises(WrongState, match="没有可以取消的亮灯调整"):
        lift(at, decided, on=AFTER_CHECK)
    reopen(at)
    lift(at, decided, on="2020-05-07")
    assert LightOverride.objects.get().withdrawn_at == moment("2020-05-07")


def test_while_a_period_is_checked_its_light_is_compared_as_it_will_be_frozen(at: Government) -> None:
    """The second quarter's first report has made it green since; the first quarter's figures say yellow."""
    pledge = yellow(at)
    begin(at)
    on = "2020-04-10"
    values = {str(target.pk): "150" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at=on, sentence="已开工150个村", values=values)
    assert lights(pledge) == ("green", "", "green")
    with pytest.raises(BadInput) as refusal:
        decide(at, pledge, "yellow", on=on, period="2020-Q1")
    assert "规则判定就是黄灯" in str(refusal.value.fields["light"])
    decide(at, pledge, "green", on=on, period="2020-Q1")
    row = LightOverride.objects.get()
    assert (row.rule_light, row.rule_reason) == ("yellow", "behind")
    assert lights(pledge) == ("green", "", "green")  # today it is the second quarter that runs


def test_it_sleeps_while_the_pledge_is_claimed(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    perform("claim", pledge, at.head, at="2020-03-31", reason="其余并入明年", evidence="验收报告")
    assert lights(pledge) == ("", "", "")
    perform("return_claim", pledge, at.supervisor, at="2020-04-01", reason="现场有两处未通水")
    assert lights(pledge) == ("yellow", "green", "green")


def test_the_last_light_and_how_often_it_was_red_follow_the_rules(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge, "red")
    assert Pledge.objects.get(pk=pledge.pk).was_red == 0
    refresh(at=moment("2020-07-10"))  # the second quarter's window brought nothing
    found = Pledge.objects.get(pk=pledge.pk)
    assert (found.light, found.light_reason, found.last_light) == ("grey", "unreported", "yellow")


def test_another_report_changes_what_the_rules_say_and_not_what_was_decided(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge, "red")
    values = {str(target.pk): "100" for target in pledge.targets.all()}
    perform("report", pledge, at.coordinator, at="2020-03-31", sentence="已开工100个村", values=values)
    assert lights(pledge) == ("green", "red", "red")


def test_the_rules_are_judged_with_no_word_of_the_decision(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    found = services.with_facts(pledge.pk)
    assert not services.judge(found, calendar=calendars.current(), today=day("2020-03-30"))
    assert found.light == "yellow"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_several_directors_one_decides(self, transactional_db: None) -> None:
        at = government()
        pledge, by = yellow(at), actor(at.director)

        def deciding() -> None:
            gate.perform(
                "override_light",
                pledge_id=pledge.pk,
                actor=by,
                payload={"light": "red", **REASON},
                version=pledge.version,
                at=moment("2020-03-30"),
            )

        assert at_once([deciding] * 6) == {"done": 1, "WrongState": 5}

    def test_what_is_decided_while_a_period_is_closed_is_frozen_or_refused(self, transactional_db: None) -> None:
        at = government()
        pledges, by = [yellow(at) for _ in range(4)], actor(at.director)
        begin(at)
        answer(at)

        def deciding(pledge: Pledge) -> Any:
            return lambda: gate.perform(
                "override_light",
                pledge_id=pledge.pk,
                actor=by,
                payload={"light": "green", "period": "2020-Q1", **REASON},
                version=pledge.version,
                at=moment(AFTER_CHECK),
            )

        made: list[Any] = []
        ended = at_once([*(deciding(pledge) for pledge in pledges), lambda: made.append(close(at))])
        assert set(ended) <= {"done", "WrongState", "BadInput"}
        frozen = {one["id"] for one in json.loads(made[0].text)["pledges"] if one["light"] == "green"}
        assert frozen == set(LightOverride.objects.values_list("pledge", flat=True))
