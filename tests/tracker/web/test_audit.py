"""The auditor's page: who reads it, what narrows it, how lines are told, what a download holds."""

import csv
import hashlib
import io
import json
import tracemalloc

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.actors import SYSTEM
from pledges.models import Pledge
from tests.factories import PledgeFactory, actor, government, moment, perform, pledge_in
from tracker.exports import events as exports
from workflow import audit, audit_search
from workflow.models import Event, EventPayload

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-09-15")
    return government()


def page(client, post, **asked):
    client.force_login(post.holder)
    return client.get(reverse("web:audit"), asked)


def found(response):
    return [(row["event"].stream.name, row["event"].sequence) for row in response.context["rows"]]


def download(client, post, form, **asked):
    client.force_login(post.holder)
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    response = client.post(f"{reverse('web:audit-export', args=[form])}?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_the_auditor_alone_reads_all_events(client, city):
    pledge_in("in_progress", city)
    assert page(client, city.auditor).status_code == 200
    for name, post in city.posts.items():
        if name != "auditor":
            response = page(client, post)
            assert (response.status_code, "只供审计管理员查阅" in response.text) == (403, True)
            for address in (reverse("web:audit-verify"), reverse("web:audit-export", args=["csv"])):
                assert client.post(address).status_code == 403
    assert not Event.objects.filter(stream__name="audit").exists()


def test_the_rail_leads_the_auditor_there(client, city):
    client.force_login(city.auditor.holder)
    places = client.get(reverse("web:ledger")).context["places"]
    assert (places[-1]["label"], places[-1]["url"]) == ("管理", reverse("web:audit"))
    assert len(places) <= 7


def test_each_filter_narrows(client, city):
    first, second = pledge_in("in_progress", city), pledge_in("assigned", city)
    audit.append(stream="organisation", action="add_unit", actor=SYSTEM, at=moment("2020-08-01"), payload={"name": "x"})
    one, two = f"pledge:{first.pk}", f"pledge:{second.pk}"
    post = city.auditor
    assert found(page(client, post)) == [("organisation", 1), (two, 2), (two, 1), (one, 3), (one, 2), (one, 1)]
    assert found(page(client, post, kind="organisation")) == [("organisation", 1)]
    assert found(page(client, post, kind="pledge", action="assign")) == [(two, 2), (one, 2)]
    assert found(page(client, post, number=second.number)) == [(two, 2), (two, 1)]
    assert found(page(client, post, person=city.coordinator.holder.name)) == [(one, 3)]
    assert found(page(client, post, person=city.coordinator.holder.username)) == [(one, 3)]
    assert found(page(client, post, unit=city.housing.pk)) == [(one, 3)]
    assert found(page(client, post, since="2020-02-04")) == [("organisation", 1), (one, 3)]
    assert found(page(client, post, since="2020-02-04", until="2020-02-04")) == [(one, 3)]
    assert found(page(client, post, words="王敏")) == [(one, 3)]
    assert found(page(client, post, stream=one, action="draft")) == [(one, 1)]
    assert found(page(client, post, number="2020-999")) == []


@pytest.mark.parametrize(
    "asked", [{"since": "2020-13-45"}, {"unit": "x"}, {"kind": "' OR 1"}, {"page": "x"}, {"until": "0001-01-01"}]
)
def test_what_makes_no_sense_is_left_out(client, city, asked):
    pledge_in("assigned", city)
    assert len(found(page(client, city.auditor, **asked))) == 2


def test_a_line_is_a_sentence_with_its_payload_and_a_link(client, city):
    pledge = pledge_in("in_progress", city)
    perform("change_lead", pledge, city.director, at="2020-04-01", lead_unit=city.water.pk, basis="机构职能调整")
    text = page(client, city.auditor).text
    assert "牵头单位 住房城乡建设局 → 水务局" in text
    assert reverse("web:pledge", args=[pledge.pk]) in text
    event = Event.objects.get(action="change_lead")
    assert f'title="{event.digest}">{event.digest[:10]}<' in text
    assert "&quot;basis&quot;: &quot;机构职能调整&quot;" in text
    assert "<details>" in text


def test_another_governments_events_are_not_there(client, city):
    other = government()
    pledge_in("in_progress", other)
    perform("open_window", pledge_in("in_progress", other), at="2020-06-25")
    own = pledge_in("assigned", city)
    perform_nothing = page(client, city.auditor)
    assert {stream for stream, _sequence in found(perform_nothing)} == {f"pledge:{own.pk}"}


def test_the_cost_is_that_of_three_events(client, city):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert page(client, city.auditor).status_code == 200
        return len(queries)

    pledge_in("in_progress", city)
    page(client, city.auditor)
    few = cost()
    for _ in range(15):
        pledge_in("in_progress", city)
    assert cost() == few


def test_checking_says_that_all_is_whole_or_what_is_not(client, city):
    pledge = pledge_in("in_progress", city)
    client.force_login(city.auditor.holder)
    assert "校验通过" in client.post(reverse("web:audit-verify")).text
    audit.drop_triggers()
    EventPayload.objects.filter(event__sequence=2).update(text="{}")
    text = client.post(reverse("web:audit-verify")).text
    assert "触发器不在" in text
    audit.install_triggers()
    text = client.post(reverse("web:audit-verify")).text
    assert "校验发现问题" in text
    assert f"pledge:{pledge.pk} event 2: payload changed" in text


# Downloads


def test_the_three_forms_hold_every_column_of_what_was_asked_for(client, city):
    pledge = pledge_in("in_progress", city)
    pledge_in("assigned", city)
    wanted = [f"pledge:{pledge.pk}/{number}" for number in (1, 2, 3)]
    rows = list(
        csv.reader(io.StringIO(download(client, city.auditor, "csv", number=pledge.number).decode("utf-8-sig")))
    )
    assert len(rows[0]) == len(exports.COLUMNS) == 18
    assert [f"{row[0]}/{row[1]}" for row in rows[1:]] == wanted
    lines = download(client, city.auditor, "jsonl", number=pledge.number).decode().splitlines()
    parsed = [json.loads(line) for line in lines]
    assert [f"{row['stream']}/{row['sequence']}" for row in parsed] == wanted
    book = openpyxl.load_workbook(io.BytesIO(download(client, city.auditor, "xlsx", number=pledge.number)))
    sheet = book.active
    assert [f"{row[0]}/{row[1]}" for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted
    assert rows[1][-1] == parsed[0]["digest"] == sheet.cell(2, 18).value == Event.objects.order_by("pk")[0].digest


def test_somebody_outside_can_verify_what_was_exported(client, city):
    pledge_in("closed", city, reported=True)
    previous = {}
    for line in download(client, city.auditor, "jsonl").decode().splitlines():
        row = json.loads(line)
        covered = ("stream", "sequence", "action", "at", "user", "post", "acting_for", "payload_digest", "previous")
        text = json.dumps(
            {name: row[name] for name in covered}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert hashlib.sha256(row["payload"].encode()).hexdigest() == row["payload_digest"]
        assert hashlib.sha256(text.encode()).hexdigest() == row["digest"]
        assert row["previous"] == previous.get(row["stream"], "")
        previous[row["stream"]] = row["digest"]
    assert previous


def test_an_export_is_put_on_record_and_does_not_hold_itself(client, city):
    pledge_in("assigned", city)
    lines = download(client, city.auditor, "jsonl", kind="pledge", since="2020-01-01").decode().splitlines()
    event = Event.objects.get(stream__name="audit")
    assert len(lines) == 2
    assert (event.action, event.user) == ("export_events", city.auditor.holder)
    assert json.loads(event.payload.text) == {
        "input": {"form": "jsonl", "kind": "pledge", "since": "2020-01-01"},
        "events": 2,
    }
    assert list(audit.verify()) == []


def test_no_cell_is_a_formula(client, city):
    city.supervisor.holder.name = "=HYPERLINK(1)"
    city.supervisor.holder.save()
    pledge = PledgeFactory(programme=city.programme)
    audit.append(
        stream=f"pledge:{pledge.pk}", action="draft", actor=actor(city.supervisor), at=moment("2020-02-01"), payload={}
    )
    rows = list(csv.DictReader(io.StringIO(download(client, city.auditor, "csv").decode("utf-8-sig"))))
    assert rows[0]["姓名"] == "'=HYPERLINK(1)"
    assert rows[0]["记录"].startswith("'=HYPERLINK(1)")
    sheet = openpyxl.load_workbook(io.BytesIO(download(client, city.auditor, "xlsx"))).active
    assert (sheet.cell(2, 9).value, sheet.cell(2, 9).data_type) == ("=HYPERLINK(1)", "s")


def test_an_export_s_memory_does_not_grow_with_the_events(city):
    for _ in range(1500):
        audit.append(
            stream="organisation", action="add_unit", actor=SYSTEM, at=moment("2020-02-01"), payload={"n": "长" * 2000}
        )
    found = audit_search.found(actor(city.auditor), audit_search.Search()).order_by("pk")
    list(exports.json_lines(exports.rows(found.filter(sequence__lte=3))))  # what is loaded once
    tracemalloc.start()
    size = sum(len(line) for line in exports.json_lines(exports.rows(found)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 9_000_000
    assert peak < 4_000_000


# The other two administrators


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "statistician"])
def test_the_administrators_see_no_item_s_content(client, city, name):
    pledge = pledge_in("closed", city, reported=True)
    Pledge.objects.filter(pk=pledge.pk).update(title="完成东山配套工程")
    client.force_login(city.posts[name].holder)
    addresses = [
        reverse(f"web:{one}")
        for one in ("ledger", "quarter-latest", "documents", "supervision", "units", "desk", "audit")
    ]
    addresses += [
        reverse("web:pledge", args=[pledge.pk]),
        reverse("web:quarter", args=[city.programme.pk, "2020-Q1"]),
        reverse("web:quarter-workbook", args=[city.programme.pk, "2020-Q1"]),
        reverse("web:programme", args=[city.programme.pk]),
        reverse("web:unit", args=[city.housing.pk]),
        reverse("web:home"),
        *[f"/api/{one}/" for one in ("pledges", "programmes", "documents", "measures", "rollups", "tasks", "events")],
        f"/api/pledges/{pledge.pk}/",
        f"/api/pledges/{pledge.pk}/events/",
        f"/api/quarter/{city.programme.pk}/2020-Q1/",
    ]
    for address in addresses:
        response = client.get(address, follow=True)
        body = response.content.decode(errors="replace")
        assert "东山配套" not in body, address
        assert "管网已铺到村口" not in body, address
    for address in (reverse("web:pledge", args=[pledge.pk]), f"/api/pledges/{pledge.pk}/"):
        assert client.get(address).status_code == 404


# The API


def test_the_api_gives_the_auditor_the_same(client, city):
    pledge = pledge_in("in_progress", city)
    client.force_login(city.auditor.holder)
    body = client.get("/api/events/", {"number": pledge.number, "action": "assign"}).json()
    assert body["count"] == 1
    row = body["results"][0]
    assert (row["stream"], row["sequence"], row["label"]) == (f"pledge:{pledge.pk}", 2, "交办")
    assert row["digest"] == Event.objects.get(action="assign").digest
    client.force_login(city.director.holder)
    refused = client.get("/api/events/")
    assert (refused.status_code, "只供审计管理员" in refused.json()["message"]) == (403, True)
