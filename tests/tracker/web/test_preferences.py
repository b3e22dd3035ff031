"""接收设置: what comes by mail as well."""

import pytest
from django.urls import reverse

from tests.factories import government, perform, pledge_in
from workflow import preferences
from workflow.models import Preference

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(set_today):
    set_today("2020-03-02")
    return government()


@pytest.fixture
def head(client, city):
    client.force_login(city.head.holder)
    return client


def test_everything_is_on_until_somebody_chooses(head, city):
    text = head.get(reverse("web:preferences")).text
    assert text.count(" checked>") == len(Preference.Group.values)
    assert city.head.holder.email in text


def test_what_is_ticked_is_kept(head, city):
    answer = head.post(reverse("web:preferences"), {"email": ["overdue", "at_once"]})
    assert answer.url == reverse("web:preferences")
    assert preferences.silenced(city.head.holder) == {"coming", "copies"}
    assert head.get(answer.url).text.count(" checked>") == 2
    head.post(reverse("web:preferences"), {"email": ["coming"]})
    assert preferences.silenced(city.head.holder) == {"overdue", "at_once", "copies"}
    assert preferences.silenced(city.coordinator.holder) == set()


def test_the_language_is_chosen_there_too(head, city):
    there = reverse("web:preferences")
    assert head.post(reverse("web:language"), {"language": "en", "next": there}).url == there
    city.head.holder.refresh_from_db()
    assert city.head.holder.language == "en"
    assert '<html lang="en"' in head.get(there).text


def test_a_person_without_an_address_is_told_what_to_do(head, city):
    city.head.holder.email = ""
    city.head.holder.save()
    assert "请联系系统管理员登记" in head.get(reverse("web:preferences")).text


def test_the_inbox_leads_there(head):
    assert reverse("web:preferences") in head.get(reverse("web:inbox")).text


def test_a_visitor_is_asked_to_sign_in(client, city):
    assert client.get(reverse("web:preferences")).status_code == 302


def test_an_urge_stands_in_the_inbox_at_once_and_counts_as_unread(head, city):
    pledge = perform("urge", pledge_in("in_progress", city), city.supervisor, at="2020-03-02", words="请尽快报送")
    assert head.get(reverse("web:desk")).context["unread"] == 1
    page = head.get(reverse("web:inbox"))
    assert "回应催办" in page.text
    assert f'<a href="{reverse("web:pledge", args=[pledge.pk])}">' in page.text
    assert "1 份未读。" in page.text
    assert "未读</span>" in page.text
    assert head.get(reverse("web:desk")).context["unread"] == 0
    assert "未读</span>" not in head.get(reverse("web:inbox")).text
