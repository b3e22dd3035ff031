import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path, reverse

from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from tests.factories import government

pytestmark = pytest.mark.django_db

REFUSALS = {
    "invisible": (Invisible(), 404, "没有找到这一页"),
    "forbidden": (Forbidden("只有督查室可以这样做。"), 403, "只有督查室可以这样做。"),
    "wrong-state": (WrongState("没有等待审核的填报。"), 409, "没有等待审核的填报。"),
    "stale": (Stale(["王敏 签收"]), 409, "王敏 签收"),
    "bad-input": (BadInput({"file": "文件里没有文字。", "plan_year": "请填写年度。"}), 422, "请填写年度。"),
}


def refuse(request, name):
    raise REFUSALS[name][0]


def break_down(request):
    raise RuntimeError("broken")


def deny(request):
    raise PermissionDenied


urlpatterns = [
    path("refuse/<slug:name>/", refuse),
    path("break/", break_down),
    path("deny/", deny),
    path("fine/", lambda request: HttpResponse("fine")),
    path("", include("tracker.web.urls")),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_has_its_page_and_status(client, name):
    city = government()
    client.force_login(city.supervisor.holder)
    response = client.get(f"/refuse/{name}/")
    _error, status, words = REFUSALS[name]
    assert response.status_code == status
    assert words in response.text
    assert 'class="rail"' in response.text  # the frame stays, so that one can go on


@pytest.mark.urls(__name__)
def test_a_visitor_is_refused_in_the_same_look(client):
    response = client.get("/refuse/forbidden/")
    assert response.status_code == 403
    assert "只有督查室可以这样做。" in response.text


@pytest.mark.urls(__name__)
def test_a_fault_is_a_page_that_needs_no_database(client):
    client.raise_request_exception = False
    response = client.get("/break/")
    assert response.status_code == 500
    assert "已经保存的内容不受影响" in response.text
    assert "broken" not in response.text


@pytest.mark.django_db(databases=[])
def test_the_page_of_a_fault_touches_no_database():
    assert "出了故障" in render_to_string("500.html")


@pytest.mark.urls(__name__)
def test_denied_and_unknown_addresses_have_pages(client):
    assert client.get("/deny/").status_code == 403
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.text


def test_an_expired_form_says_what_to_do():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("web:sign-in"), {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "页面已过期" in response.text


def test_pages_allow_nothing_inline(client):
    response = client.get(reverse("web:sign-in"))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("name", ["home", "desk", "ledger"])
def test_pages_ask_a_visitor_to_sign_in_and_bring_them_back(client, name):
    response = client.get(reverse(f"web:{name}"))
    assert response.url == f"{reverse('web:sign-in')}?next={reverse(f'web:{name}')}"
