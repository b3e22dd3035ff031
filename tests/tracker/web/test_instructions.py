"""The pages of 批示."""

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Pledge, Post
from tests.factories import Government, actor, government, make_deputy, moment, pledge_in
from workflow import instructions
from workflow.models import Instruction, SignedPage

pytestmark = pytest.mark.django_db

TYPED = {"kind": "action", "words": "请抓紧办理", "given_date": "2020-03-02", "due_date": "2020-03-20", "post": ""}


@pytest.fixture
def city(set_today: Any) -> Government:
    set_today("2020-03-02")
    return government()


def look(client: Client, post: Post, name: str, *args: Any) -> Any:
    client.force_login(post.holder)
    return client.get(reverse(f"web:{name}", args=args))


def send(client: Client, post: Post, name: str, /, *args: Any, **typed: Any) -> Any:
    client.force_login(post.holder)
    return client.post(reverse(f"web:{name}", args=args), typed)


def given(city: Government, pledge: Pledge | None = None) -> Instruction:
    pledge = pledge or pledge_in("in_progress", city)
    return instructions.give("pledge", pledge.pk, actor=actor(city.leader), payload=TYPED, at=moment("2020-03-02"))


def test_a_leader_gives_one_from_the_item_s_page(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    address = reverse("web:instruct", args=["pledge", pledge.pk])
    assert address in look(client, city.leader, "pledge", pledge.pk).text
    form = look(client, city.leader, "instruct", "pledge", pledge.pk)
    assert f'value="{city.head.pk}" selected' in form.text
    assert 'type="file"' not in form.text
    response = send(client, city.leader, "instruct", "pledge", pledge.pk, **TYPED)
    one = Instruction.objects.get()
    assert response.url == reverse("web:instruction", args=[one.pk])
    assert (one.post, one.due_date) == (city.head, datetime.date(2020, 3, 20))
    for post in (city.coordinator, city.director, city.auditor):
        assert "请抓紧办理" in look(client, post, "pledge", pledge.pk).text


def test_on_the_pages_of_a_unit_and_a_quarter_too(client: Client, city: Government) -> None:
    pledge_in("in_progress", city)
    period = city.programme.periods.first()
    for kind, subject, page in (
        ("unit", city.housing, ("unit", city.housing.pk)),
        ("period", period, ("quarter", city.programme.pk, period.key)),
    ):
        assert reverse("web:instruct", args=[kind, subject.pk]) in look(client, city.leader, *page).text
        assert look(client, city.leader, "instruct", kind, subject.pk).status_code == 200
        send(client, city.leader, "instruct", kind, subject.pk, **TYPED | {"words": f"关于{kind}"})
        assert f"关于{kind}" in look(client, city.director, *page).text


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    response = send(client, city.leader, "instruct", "pledge", pledge.pk, **TYPED | {"due_date": ""})
    assert response.status_code == 422
    assert "请办的批示请填写办理期限" in response.text
    assert "请抓紧办理" in response.text
    assert 'id="fault_due_date"' in response.text
    assert not Instruction.objects.exists()


def test_a_secretary_uploads_the_signed_page(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    secretary = city.supervisor
    make_deputy(city.leader, secretary.holder, "2020-03-01", "2020-03-31")
    client.force_login(secretary.holder)
    client.post(reverse("web:post"), {"post": city.leader.pk})
    address = reverse("web:instruct", args=["pledge", pledge.pk])
    assert 'type="file"' in client.get(address).text
    response = client.post(address, {**TYPED, "signer": "副市长", "signed_date": "2020-03-02"})
    assert response.status_code == 422
    assert "请上传签字页的扫描件" in response.text
    assert not SignedPage.objects.exists()
    scan = {"scan": SimpleUploadedFile("批示.pdf", b"%PDF-1.4"), "signer": "副市长", "signed_date": "2020-03-02"}
    response = client.post(address, {**TYPED, **scan, "words": ""})
    assert response.status_code == 422
    assert not SignedPage.objects.exists()  # a refused act has kept nothing
    scan["scan"] = SimpleUploadedFile("批示.pdf", b"%PDF-1.4")
    response = client.post(address, {**TYPED, **scan})
    one = Instruction.objects.get()
    assert response.url == reverse("web:instruction", args=[one.pk])
    assert (one.leader, one.recorded_by, one.signed_page) == (city.leader, secretary.holder, SignedPage.objects.get())
    text = client.get(response.url).text
    assert secretary.holder.name in text
    assert "批示.pdf" in text


@pytest.mark.parametrize("who", ["director", "supervisor", "auditor", "head"])
def test_nobody_else_gets_the_form(client: Client, city: Government, who: str) -> None:
    pledge = pledge_in("in_progress", city)
    post = getattr(city, who)
    assert look(client, post, "instruct", "pledge", pledge.pk).status_code == 403
    assert send(client, post, "instruct", "pledge", pledge.pk, **TYPED).status_code == 403
    assert reverse("web:instruct", args=["pledge", pledge.pk]) not in look(client, post, "pledge", pledge.pk).text


def test_what_is_not_there_is_not_found(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)
    assert look(client, city.leader, "instruct", "pledge", 999_999).status_code == 404
    assert look(client, city.leader, "instruct", "document", pledge.pk).status_code == 404
    assert look(client, city.water_head, "instruct", "pledge", pledge.pk).status_code == 404
    assert look(client, city.water_head, "instruction", given(city, pledge).pk).status_code == 404


def test_a_draft_is_refused_and_the_words_are_kept(client: Client, city: Government) -> None:
    response = send(client, city.leader, "instruct", "pledge", pledge_in("draft", city).pk, **TYPED)
    assert response.status_code == 409
    assert "还没有交办" in response.text
    assert "请抓紧办理" in response.text


def test_the_head_answers_from_the_desk(client: Client, city: Government) -> None:
    one = given(city)
    assert reverse("web:instruction", args=[one.pk]) in look(client, city.head, "desk").text
    assert ">回复<" in look(client, city.head, "instruction", one.pk).text
    assert ">回复<" not in look(client, city.director, "instruction", one.pk).text
    response = send(client, city.head, "instruction", one.pk, version=1, words="")
    assert response.status_code == 422
    response = send(client, city.head, "instruction", one.pk, version=1, words="已开工")
    assert response.url == reverse("web:instruction", args=[one.pk])
    assert "已开工" in look(client, city.leader, "instruction", one.pk).text
    response = send(client, city.coordinator, "instruction", one.pk, version=1, words="另有说明")
    assert response.status_code == 409
    assert "已开工" in response.text
    assert "另有说明" in response.text
    assert send(client, city.director, "instruction", one.pk, version=2, words="好").status_code == 403


def test_the_block_costs_as_many_queries_for_3_as_for_30(client: Client, city: Government) -> None:
    pledge = pledge_in("in_progress", city)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            look(client, city.director, "unit", city.housing.pk)
        return len(queries)

    def fill(count: int) -> None:
        for _number in range(count):
            instructions.give("unit", city.housing.pk, actor=actor(city.leader), payload=TYPED, at=moment("2020-03-02"))

    fill(3)
    cost()
    few = cost()
    fill(27)
    assert cost() == few
    assert pledge.number
