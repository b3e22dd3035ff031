"""Acting on many rows of the ledger: tick, see what would happen, confirm."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge
from tests.factories import drafted, government, perform, pledge_in
from workflow import bulk as many

pytestmark = pytest.mark.django_db
BULK, LEDGER = "/pledges/bulk/", "/pledges/"


@pytest.fixture
def city(set_today):
    set_today("2020-03-25")
    return government()


def send(client, post, act, *pledges, **more):
    client.force_login(post.holder)
    return client.post(BULK, {"act": act, "pledge": [pledge.pk for pledge in pledges], **more})


def confirmed(client, post, act, *pledges, step="confirm", **more):
    """What the page sends back, with the versions of now."""
    versions = {f"version.{pledge.pk}": Pledge.objects.get(pk=pledge.pk).version for pledge in pledges}
    return send(client, post, act, *pledges, step=step, listed=[pledge.pk for pledge in pledges], **versions, **more)


def ready(city, **fields):
    return drafted(city, **{"lead_unit": city.housing, "due_date": "2020-11-30", **fields})


def states():
    return list(Pledge.objects.order_by("pk").values_list("state", flat=True))


ROWS = {
    "director": ["assign", "urge", "change_lead", "tag", "return_report"],
    "supervisor": ["urge", "tag", "return_report"],
    "head": ["return_report"],
    "coordinator": [], "leader": [], "auditor": [],
}  # fmt: skip


@pytest.mark.parametrize(("who", "acts"), ROWS.items())
def test_the_bar_offers_what_the_role_may_do(client, city, who, acts):
    pledge = pledge_in("assigned", city)
    client.force_login(city.posts[who].holder)
    response = client.get(LEDGER)
    assert [row.name for row in response.context["bulk_acts"]] == [name for name in acts if name in many.BY_NAME]
    box = f'form="bulk" name="pledge" value="{pledge.pk}"'
    assert (box in response.text) is bool(acts)


def test_the_page_says_what_would_happen_to_each_before_anything_does(client, city):
    good, bare, signed = ready(city), drafted(city), pledge_in("in_progress", city)
    response = send(client, city.director, "assign", good, bare, signed)
    assert response.status_code == 200
    told = {row.pledge: ([str(reason) for reason in row.reasons], row.is_ticked) for row in response.context["rows"]}
    assert told == {
        good: ([], True),
        bare: (["请补填牵头单位和完成时限中所缺的。"], True),
        signed: (["事项现为“推进中”,不能交办。"], False),
    }
    assert f'name="each.{bare.pk}.due_date"' in response.text
    assert f'name="each.{good.pk}.due_date"' not in response.text
    assert states() == ["draft", "draft", "in_progress"]


def test_drafts_are_assigned_together_with_what_each_lacks(client, city):
    good, bare = ready(city), drafted(city)
    own = {f"each.{bare.pk}.lead_unit": city.water.pk, f"each.{bare.pk}.due_date": "2020-12-15"}
    response = confirmed(client, city.director, "assign", good, bare, basis="市政府督〔2020〕1号", **own)
    assert (response.status_code, response.url) == (302, LEDGER)
    bare.refresh_from_db()
    assert (states(), bare.lead_unit, bare.basis) == (["assigned", "assigned"], city.water, "市政府督〔2020〕1号")
    assert "2 项的“交办”已记录。" in client.get(LEDGER).text


def test_one_row_that_lacks_something_stops_all_with_422_at_its_box(client, city):
    good, bare = ready(city), drafted(city)
    own = {f"each.{bare.pk}.lead_unit": city.water.pk}
    response = confirmed(client, city.director, "assign", good, bare, basis="督查会议定", **own)
    assert response.status_code == 422
    assert f'id="fault_each.{bare.pk}.due_date">{bare.number}:请填写“完成时限”。' in response.text
    assert 'value="督查会议定"' in response.text
    assert f'<option value="{city.water.pk}" selected>' in response.text
    assert states() == ["draft", "draft"]


def test_a_common_fault_stands_at_the_common_box(client, city):
    two = [pledge_in("in_progress", city, reported=True) for _each in range(2)]
    response = confirmed(client, city.supervisor, "return_report", *two, reason=" ")
    assert response.status_code == 422
    assert 'id="fault_reason">请填写“退回理由”。' in response.text


def test_what_changed_meanwhile_gives_409_names_it_and_keeps_what_was_typed(client, city):
    one, two = ready(city), ready(city)
    versions = {f"version.{pledge.pk}": pledge.version for pledge in (one, two)}
    perform("tag", two, city.supervisor, at="2020-03-24", add=["民生实事"])
    sent = {"step": "confirm", "listed": [one.pk, two.pk], "basis": "督查会议定", **versions}
    response = send(client, city.director, "assign", one, two, **sent)
    assert response.status_code == 409
    assert f"<li>{two.number}:" in response.text
    assert 'value="督查会议定"' in response.text
    assert f'name="version.{two.pk}" value="2"' in response.text
    assert states() == ["draft", "draft"]


def test_rows_left_out_are_not_touched(client, city):
    good, signed = ready(city), pledge_in("in_progress", city)
    sent = {"listed": [good.pk, signed.pk], f"version.{good.pk}": good.version, "basis": "文"}
    assert send(client, city.director, "assign", good, step="confirm", **sent).status_code == 302
    assert states() == ["assigned", "in_progress"]


def test_the_result_can_be_looked_at_before_confirming(client, city):
    good, bare = ready(city), drafted(city)
    response = confirmed(client, city.director, "assign", good, bare, step="check", basis="文")
    assert response.status_code == 200
    assert [bool(row.reasons) for row in response.context["rows"]] == [False, True]
    assert "可以办理" in response.text
    assert states() == ["draft", "draft"]


def test_the_whole_filtered_set_is_taken_across_pages_up_to_the_most(client, city, monkeypatch):
    for _each in range(3):
        ready(city)
    ready(city, lead_unit=city.water)
    asked = f"unit={city.housing.pk}&sort=-number"
    response = send(client, city.director, "tag", all="1", asked=asked)
    assert len(response.context["rows"]) == 3
    assert response.context["back"] == f"{LEDGER}?{asked}"
    monkeypatch.setattr(many, "MOST", 2)
    response = send(client, city.director, "tag", all="1", asked=asked)
    assert (len(response.context["rows"]), response.context["left_out"]) == (2, 1)


def test_nothing_ticked_leads_back_with_a_word(client, city):
    ready(city)
    response = send(client, city.director, "assign", asked="sort=-due")
    assert response.url == f"{LEDGER}?sort=-due"
    assert "请先勾选事项。" in client.get(LEDGER).text


@pytest.mark.parametrize(
    ("who", "act", "status"),
    [
        ("supervisor", "assign", 403),
        ("coordinator", "return_report", 403),
        ("leader", "tag", 403),
        ("auditor", "tag", 403),
        ("system_admin", "tag", 403),
        ("director", "verify", 403),
        ("head", "return_report", 404),  # a draft is not theirs to know
    ],
)
def test_who_may_not_is_told_so(client, city, who, act, status):
    assert send(client, city.posts[who], act, ready(city)).status_code == status


def test_another_city_s_rows_are_not_there(client, city):
    assert send(client, city.director, "tag", ready(government())).status_code == 404


def test_the_ledger_with_its_boxes_costs_the_same_for_three_rows_and_for_thirty(client, city):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(LEDGER).status_code == 200
        return len(counted)

    client.force_login(city.director.holder)
    for _each in range(3):
        ready(city)
    client.get(LEDGER)
    few = cost()
    for _each in range(27):
        ready(city)
    assert cost() == few


def test_the_address_of_the_page_is_not_a_pledge_s(client, city):
    assert reverse("web:bulk") == BULK
    client.force_login(city.director.holder)
    assert client.get(BULK).status_code == 405
