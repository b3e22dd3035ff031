"""The questions of a report and the sheets of a pledge through the API."""

from typing import Any

import pytest

from pledges.models import Report
from tests.factories import Government, pledge_in
from tests.tracker.api.conftest import Caller


def body_for(pledge: Any, value: str, **more: Any) -> dict[str, Any]:
    values = {str(pledge.targets.get().pk): value}
    return {"version": pledge.version, "sentence": "正在稳步推进", "values": values, **more}


def test_the_questions_are_answered_and_nothing_is_changed(city: Government, as_: Caller, set_today: Any) -> None:
    set_today("2020-06-20")
    pledge = pledge_in("in_progress", city, reported=True)
    box = f"values.{pledge.targets.get().pk}"
    address = f"/api/pledges/{pledge.pk}/report/questions/"
    answer = as_(city.coordinator).post(address, body_for(pledge, "1800"), format="json")
    assert answer.status_code == 200
    found = {row["code"]: (row["field"], row["words"]) for row in answer.json()["questions"]}
    assert list(found) == [f"jump:{box}", "phrases:sentence", "outlook_missing:outlook"]
    assert found[f"jump:{box}"] == (box, "累计完成填了 1800个,是上次 120个 的 15 倍。单位对吗?这里按“个”填写。")
    assert Report.objects.count() == 1


def test_the_report_itself_is_never_held_up(city: Government, as_: Caller, set_today: Any) -> None:
    set_today("2020-06-20")
    pledge = pledge_in("in_progress", city, reported=True)
    address = f"/api/pledges/{pledge.pk}/actions/report/"
    answer = as_(city.coordinator).post(address, body_for(pledge, "1800"), format="json")
    assert answer.status_code == 200
    assert Report.objects.count() == 2


@pytest.mark.parametrize(("post", "value", "status"), [("supervisor", "180", 403), ("county_coordinator", "180", 404)])
def test_who_may_not_report_is_told_no_questions(
    city: Government, as_: Caller, post: str, value: str, status: int
) -> None:
    pledge = pledge_in("in_progress", city)
    address = f"/api/pledges/{pledge.pk}/report/questions/"
    assert as_(city.posts[post]).post(address, body_for(pledge, value), format="json").status_code == status


def test_what_cannot_be_read_is_refused(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city)
    address = f"/api/pledges/{pledge.pk}/report/questions/"
    answer = as_(city.coordinator).post(address, body_for(pledge, "many"), format="json")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [f"values.{pledge.targets.get().pk}"]
    assert as_(city.coordinator).post(address, body_for(pledge, "1", version=99), format="json").status_code == 409


def test_sheets_are_written_with_the_report_and_read_with_the_pledge(city: Government, as_: Caller) -> None:
    pledge = pledge_in("in_progress", city, tags=["民生实事"])
    client = as_(city.coordinator)
    body = body_for(pledge, "12", livelihood={"budget": "800", "beneficiaries": 1200})
    detail = client.post(f"/api/pledges/{pledge.pk}/actions/report/", body, format="json").json()
    [sheet] = detail["special_sheets"]
    assert (sheet["kind"], sheet["label"]) == ("livelihood", "民生实事")
    rows = {row["name"]: (row["value"], row["shown"], row["is_derived"]) for row in sheet["rows"]}
    assert rows["budget"] == ("8000000", "800万元", False)
    assert rows["beneficiaries"] == ("1200", "1200 人", False)
    assert rows["spent"] == (None, "", False)
    other = pledge_in("in_progress", city)
    assert client.get(f"/api/pledges/{other.pk}/").json()["special_sheets"] == []
