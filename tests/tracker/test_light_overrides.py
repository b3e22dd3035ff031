"""Where a light is shown or counted the decided one counts, and what the rules say stands beside it."""

import datetime
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken
from rest_framework.test import APIClient

from pledges.models import Pledge, Post
from tests.factories import Government, actor, day, government, moment, perform, pledge_in
from tests.tracker.closing import AFTER_WINDOW, answer, begin, close
from tests.workflow.test_light_overrides import decide, lift, yellow
from tracker import rollups, snapshots
from tracker.exports import rows
from tracker.exports.ledger import WRITERS
from workflow.standing import refresh

pytestmark = pytest.mark.django_db
SHOWN = "绿灯(规则判定:黄灯)"
WHY = "计划 24.6%,实际 2.8%,落后 21.8 个百分点 → 黄灯;督查室主任决定本期按绿灯计"


@pytest.fixture
def at(set_today: Any) -> Government:
    set_today("2020-03-31")
    return government()


def counts(at: Government) -> dict[str, int]:
    rollups.sweep()
    found = rollups.of_unit(at.programme, at.housing)
    names = ("red", "yellow", "green", "grey", "overdue", "unreported", "was_red")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def get(post: Post, name: str, *args: Any, **asked: Any) -> Any:
    client = Client()
    client.force_login(post.holder)
    return client.get(reverse(f"web:{name}", args=args), asked)


def rest_of(post: Post) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user=post.holder)[1]}")
    return client


# Counted


def test_roll_ups_follow_a_decision_its_lifting_and_its_end_and_never_drift(at: Government) -> None:
    pledge = yellow(at, section="农业农村", tags=["民生实事"], leader=at.leader)
    other = yellow(at)
    assert counts(at) == {"yellow": 2}
    for act, expected in (
        (lambda: decide(at, pledge), {"yellow": 1, "green": 1}),
        (lambda: decide(at, other, "red"), {"red": 1, "green": 1}),
        (lambda: lift(at, pledge), {"red": 1, "yellow": 1}),
        (lambda: refresh(at=moment(AFTER_WINDOW)), {"yellow": 2}),
    ):
        act()
        assert counts(at) == expected
        assert rollups.recount() == []


def test_overdue_stays_a_fact_whatever_was_decided(at: Government) -> None:
    pledge = yellow(at)
    Pledge.objects.filter(pk=pledge.pk).update(due_date=day("2020-03-29"))
    refresh(at=moment("2020-03-30"))
    assert counts(at) == {"red": 1, "overdue": 1, "was_red": 1}
    decide(at, pledge)
    assert counts(at) == {"green": 1, "overdue": 1, "was_red": 1}
    assert rollups.recount() == []


def test_unreported_stays_a_fact_whatever_was_decided(at: Government) -> None:
    pledge = pledge_in("in_progress", at)
    refresh(at=moment(AFTER_WINDOW))
    assert counts(at) == {"grey": 1, "unreported": 1}
    decide(at, pledge, "red", on=AFTER_WINDOW)
    assert counts(at) == {"red": 1, "unreported": 1}


# Frozen


def test_a_snapshot_counts_the_decision_for_its_period_and_tells_both(at: Government) -> None:
    pledge, left = yellow(at), yellow(at)
    decide(at, pledge, basis="市政府专题会议纪要〔2020〕5号")
    decide(at, left, "red")
    lift(at, left)
    period = begin(at)
    answer(at)
    live = {told["scope"]: told for told in snapshots.content_of(period)["rollups"]}
    content = json.loads(close(at).text)
    told, other = content["pledges"]
    assert content["rules_version"] == 1
    assert (told["light"], told["rule_light"], told["reason"]) == ("green", "yellow", "behind")
    assert told["row"]["light"] == SHOWN
    assert told["why"] == WHY
    assert "亮灯调整:汛期停工经市政府同意" in told["row"]["remarks"]
    assert datetime.datetime.fromisoformat(told["override"].pop("at")) == moment("2020-03-30")
    assert told["override"] == {
        "light": "green",
        "reason": "汛期停工经市政府同意",
        "basis": "市政府专题会议纪要〔2020〕5号",
        "by": at.director.holder.name if at.director.holder else "",
        "post": str(at.director),
        "rule_light": "yellow",
        "rule_reason": "behind",
        "rules_version": 1,
    }
    assert (other["light"], other["rule_light"], other["override"]) == ("yellow", "yellow", None)
    assert (live["programme"]["green"], live["programme"]["yellow"], live["programme"]["red"]) == (1, 1, 0)


def test_one_made_while_the_period_is_checked_is_frozen_and_shown_to_the_unit(at: Government, set_today: Any) -> None:
    pledge = yellow(at)
    period = begin(at)
    set_today("2020-04-10")
    decide(at, pledge, on="2020-04-10", period="2020-Q1")
    refresh(at=moment("2020-04-10"))
    assert Pledge.objects.get(pk=pledge.pk).shown_light == "yellow"  # the second quarter runs by now
    shown = get(at.head, "period-check", at.programme.pk, period.key)
    assert SHOWN in shown.text
    assert WHY in shown.text
    answer(at)
    assert json.loads(close(at).text)["pledges"][0]["light"] == "green"
    frozen = get(at.director, "quarter", at.programme.pk, period.key)
    assert [cell.count for cell in frozen.context["total"].cells if cell.name in ("yellow", "green")] == [0, 1]


def test_a_claimed_pledge_is_frozen_without_a_light(at: Government) -> None:
    pledge = yellow(at)
    decide(at, pledge)
    perform("claim", pledge, at.head, at="2020-03-31", reason="其余并入明年", evidence="验收报告")
    told = snapshots.content_of(begin(at))["pledges"][0]
    assert (told["light"], told["override"]) == ("", None)


# Shown


def test_the_ledger_shows_shape_and_words_of_both(at: Government) -> None:
    decide(at, yellow(at))
    text = get(at.coordinator, "ledger").text
    assert f'<span class="light green"><span class="shape" aria-hidden="true">■</span>{SHOWN}</span>' in text
    assert WHY in text


def test_lists_narrow_and_sort_by_the_light_that_counts(at: Government) -> None:
    decided, plain = yellow(at), yellow(at)
    decide(at, decided, "red")

    def found(**asked: str) -> list[Pledge]:
        return [row.pledge for row in get(at.director, "ledger", **asked).context["rows"]]

    assert (found(light="red"), found(light="yellow")) == ([decided], [plain])
    assert found(sort="light") == [decided, plain]
    assert found(sort="-light") == [plain, decided]
    lift(at, decided)
    decide(at, decided, "green", on="2020-03-31")
    assert found(sort="light") == [plain, decided]
    attention = Pledge.objects.attention(day("2020-03-31"))
    assert list(attention) == [plain]
    chips = get(at.director, "ledger").context["chips"]["lights"]
    assert {chip.value: chip.count for chip in chips} == {"yellow": 1, "green": 1}


def test_the_ledger_costs_the_same_for_one_decision_and_for_many(at: Government) -> None:
    pledges = [yellow(at) for _ in range(6)]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert get(at.director, "ledger").status_code == 200
        return len(captured)

    queries()  # the session of the first visit
    none = queries()
    for pledge in pledges:
        decide(at, pledge)
    assert queries() == none


def test_the_file_of_the_quarter_names_the_reason(at: Government) -> None:
    decide(at, yellow(at))
    ledger = rows.of(
        at.programme, at.programme.periods.get(key="2020-Q1"), actor=actor(at.director), today=day("2020-03-31")
    )
    assert ledger.rows[0].texts["light"] == SHOWN
    assert "亮灯调整:汛期停工经市政府同意" in ledger.rows[0].texts["remarks"]
    assert SHOWN in WRITERS["csv"](ledger).decode("utf-8-sig")


def test_the_pledge_s_page_tells_every_decision_with_reason_basis_and_version(at: Government, set_today: Any) -> None:
    pledge = yellow(at)
    decide(at, pledge, "red", basis="督查室主任办公会")
    lift(at, pledge)
    decide(at, pledge, on="2020-04-01")
    text = get(at.coordinator, "pledge", pledge.pk).text
    panel = text[text.index('id="light-overrides"') :]
    panel = panel[: panel.index("</section>")]
    assert panel.index(SHOWN) < panel.index("红灯(规则判定:黄灯)")
    for words in ("生效中", "已取消", "督查室主任办公会", "当时规则判定 黄灯 滞后,规则第 1 版", "2020-03-31 取消"):
        assert words in panel
    set_today("2020-04-09")
    refresh(at=moment("2020-04-09"))
    assert "计入本期结账数据" in get(at.coordinator, "pledge", pledge.pk).text


def test_only_the_director_is_offered_the_acts_and_only_what_can_be_lifted(at: Government) -> None:
    pledge = yellow(at)

    def offered(post: Post) -> list[str]:
        context = get(post, "pledge", pledge.pk).context
        names = [act.name for act in (*context["acts"], *context["rare_acts"])]
        return [name for name in names if name in ("override_light", "lift_override")]

    assert offered(at.director) == ["override_light"]
    decide(at, pledge)
    assert offered(at.director) == ["override_light", "lift_override"]
    for post in (at.supervisor, at.leader, at.head, at.coordinator):
        assert offered(post) == []


def test_the_form_begins_with_the_running_period_and_offers_those_that_are_not_closed(
    at: Government, set_today: Any
) -> None:
    pledge = yellow(at)
    set_today("2020-04-02")
    fields = {one.name: one for one in get(at.director, "act", pledge.pk, "override_light").context["form"].shown}
    assert fields["period"].value == "2020-Q1"
    assert [key for key, _label in fields["period"].options] == ["2020-Q1", "2020-Q2"]
    assert [key for key, _label in fields["light"].options] == ["red", "yellow", "green"]
    assert fields["basis"].value == ""  # not what the pledge itself rests on
    decide(at, pledge, on="2020-04-02", period="2020-Q2")
    fields = {one.name: one for one in get(at.director, "act", pledge.pk, "override_light").context["form"].shown}
    assert [key for key, _label in fields["period"].options] == ["2020-Q1"]
    fields = {one.name: one for one in get(at.director, "act", pledge.pk, "lift_override").context["form"].shown}
    assert (fields["period"].value, fields["period"].options) == ("2020-Q2", [("2020-Q2", f"2020-Q2({SHOWN})")])


# Through REST


def test_rest_gives_the_light_that_counts_the_rules_light_and_every_decision(at: Government) -> None:
    pledge, other = yellow(at), yellow(at)
    client = rest_of(at.director)
    answered = client.post(
        f"/api/pledges/{pledge.pk}/actions/override_light/",
        {"version": pledge.version, "light": "green", "reason": "汛期停工经市政府同意"},
        format="json",
    )
    assert answered.status_code == 200
    standing = answered.json()["standing"]
    assert (standing["light"], standing["rule_light"], standing["light_reason"]) == ("green", "yellow", "behind")
    assert (standing["words"], standing["sentence"]) == (SHOWN, WHY)
    (told,) = answered.json()["light_overrides"]
    assert told.items() >= {
        "period": "2020-Q1", "light": "green", "rule_light": "yellow", "rule_reason": "behind", "rules_version": 1,
        "reason": "汛期停工经市政府同意", "basis": "", "withdrawn_at": None,
    }.items()  # fmt: skip
    for asked, expected in (("green", pledge), ("yellow", other)):
        found = client.get("/api/pledges/", {"light": asked}).json()["results"]
        assert [row["id"] for row in found] == [expected.pk]
    both = client.get("/api/pledges/?light=green&light=yellow").json()["results"]
    assert [row["id"] for row in both] == [pledge.pk, other.pk]
