"""What is answered when the product itself fails, in which language, and that nothing of the fault leaks out."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from django.utils import translation
from rest_framework.response import Response

from tests.factories import UserFactory
from tracker.api.base import Endpoint

pytestmark = pytest.mark.django_db

FAULTS = {
    "away": OperationalError("could not connect to server at 10.1.2.3"),
    "closed": InterfaceError("connection already closed"),
    "broken": RuntimeError("broken"),
}


def fail(request: HttpRequest, name: str) -> None:
    raise FAULTS[name]


class Fail(Endpoint):
    permission_classes = []

    def get(self, request: HttpRequest, name: str) -> Response:
        raise FAULTS[name]


urlpatterns = [path("fail/<slug:name>/", fail), path("api/fail/<slug:name>/", Fail.as_view())]
handler500 = "tracker.faults.answer"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", ["away", "closed"])
def test_a_database_that_is_away_is_a_page_that_says_to_look_and_try_again(visitor, name):
    response = visitor.get(f"/fail/{name}/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert '<html lang="zh-hans">' in response.text
    assert "请先看看是否已经保存" in response.text
    assert str(FAULTS[name]) not in response.text


@pytest.mark.urls(__name__)
def test_the_api_says_so_in_its_own_shape(visitor):
    response = visitor.get("/api/fail/away/")
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response.json().keys() == {"code", "message"}
    assert response.json()["code"] == "unavailable"
    assert "请先查询是否已经保存" in response.json()["message"]


@pytest.mark.urls(__name__)
def test_any_other_fault_stays_a_fault(visitor):
    response = visitor.get("/fail/broken/")
    assert response.status_code == 500
    assert "Retry-After" not in response
    assert "出了故障" in response.text


@pytest.mark.urls(__name__)
def test_the_answer_speaks_the_language_that_was_chosen(visitor):
    visitor.force_login(UserFactory(language="en"))
    assert '<html lang="en">' in visitor.get("/fail/away/").text
    assert visitor.get("/fail/broken/")["Content-Language"] == "en"


@pytest.mark.urls(__name__)
def test_the_api_speaks_the_language_that_the_program_asked_for(visitor):
    assert visitor.get("/api/fail/away/", headers={"Accept-Language": "en"})["Content-Language"] == "en"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("cookie", "spoken"), [("en", "en"), ("nonsense", "zh-hans"), (None, "zh-hans")])
def test_when_even_the_person_cannot_be_read_the_cookie_of_the_browser_counts(visitor, cookie, spoken):
    visitor.force_login(UserFactory(language="zh-hans"))
    if cookie:
        visitor.cookies["language"] = cookie
    translation.activate("en")  # what this thread spoke for somebody before
    with connection.execute_wrapper(_away):
        response = visitor.get("/fail/away/")
    assert (response.status_code, response["Content-Language"]) == (503, spoken)


def _away(*args: object) -> None:
    raise OperationalError("away")


@pytest.mark.django_db(databases=[])
def test_the_page_touches_no_database():
    assert "数据库暂时没有回应" in render_to_string("503.html")
