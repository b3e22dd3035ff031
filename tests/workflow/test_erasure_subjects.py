"""What else can be erased: objections of a period's check, published figures' words, a programme's own."""

import pytest

from pledges.models import Figure, Indicator, Programme
from tests.factories import Government, actor, government, moment
from tests.tracker.closing import answer, begin, reported
from tests.workflow.erasing import erase, tables_holding
from workflow import audit, erasure, indicators, period_closing
from workflow.models import Objection


@pytest.fixture
def at(db: None) -> Government:
    return government()


@pytest.mark.postgres
def test_an_objection_loses_its_words_its_evidence_and_how_it_was_settled(at: Government) -> None:
    pledge, other = reported(at), reported(at, title="完成另一件事")
    begin(at)
    given = {"words": "应为东山雷达站120公里", "evidence": "东山雷达站验收单"}
    answer(at, objections={pledge.pk: given, other.pk: {"words": "少报两处", "evidence": "现场照片"}})
    objection = Objection.objects.get(pledge=pledge)
    period_closing.settle(
        objection.check_row.period_id,
        objection.pk,
        actor=actor(at.supervisor),
        payload={"settlement": "已核对东山雷达站数据"},
        at=moment("2020-04-10"),
    )
    subject = erasure.reference_of("objection", f"{pledge.number}/2020-Q1", actor(at.security_admin))
    assert (subject, erasure.named(subject).number) == (f"objection:{objection.pk}", str(objection.pk))
    erase(at, subject)
    assert tables_holding("东山雷达站") == set()
    objection.refresh_from_db()
    assert (objection.words, objection.evidence, objection.settlement) == ("已清除",) * 3
    assert objection.settled_at is not None
    assert Objection.objects.get(pledge=other).evidence == "现场照片"
    assert list(audit.verify()) == []


def test_a_short_objection_goes_from_the_programmes_history_too(at: Government) -> None:
    pledge = reported(at)
    begin(at)
    answer(at, objections={pledge.pk: {"words": "数据不实", "evidence": "见附表"}})
    assert tables_holding("数据不实") == {"workflow_objection", "workflow_eventpayload"}
    erase(at, f"objection:{Objection.objects.get().pk}")
    assert tables_holding("数据不实") == set()


def test_an_indicators_name_publisher_and_reasons(at: Government) -> None:
    made = [
        indicators.add(
            actor=actor(at.statistician),
            payload={"name": f"东山雷达站用电量{number}", "unit": "度", "publisher": "东山雷达站供电所"},
            at=moment("2020-02-01"),
        )
        for number in (1, 2)
    ]
    Figure.objects.create(
        indicator=made[0], start_date="2020-01-01", end_date="2020-03-31", release_date="2020-04-20",
        value=5, revision=2, reason="东山雷达站更正", entered_at=moment("2020-04-20"),
    )  # fmt: skip
    for one in made:
        erase(at, f"indicator:{one.pk}")
    assert tables_holding("东山雷达站") == set()
    assert sorted(Indicator.objects.values_list("name", flat=True)) == sorted(f"已清除{one.pk}" for one in made)
    assert Figure.objects.get().value == 5


def test_a_programme_is_named_by_its_year(at: Government) -> None:
    Programme.objects.filter(pk=at.programme.pk).update(title="东山雷达站台账", approved_by="东山雷达站会议")
    security = actor(at.security_admin)
    assert erasure.reference_of("programme", "2020", security) == f"programme:{at.programme.pk}"
    assert erasure.reference_of("programme", str(at.programme.pk), security) == "programme:0"
    erase(at, f"programme:{at.programme.pk}")
    assert tables_holding("东山雷达站") == set()
    at.programme.refresh_from_db()
    assert (at.programme.title, at.programme.approved_by, at.programme.document_number) == ("已清除", "已清除", "")
