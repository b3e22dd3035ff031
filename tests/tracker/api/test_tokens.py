"""Signing in and out of the API."""

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(username: str = "wang", password: str = PASSWORD) -> tuple[int, dict]:
    response = APIClient().post("/api/tokens/", {"username": username, "password": password})
    return response.status_code, response.json()


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_a_name_and_a_password_give_a_token_that_opens_the_api() -> None:
    UserFactory(username="wang", name="王敏")
    status, body = sign_in()
    assert status == 201
    assert bearer(body["token"]).get("/api/me/").json()["user"]["name"] == "王敏"


def test_a_wrong_password_and_an_unknown_name_are_told_the_same() -> None:
    UserFactory(username="wang")
    refusal = {"code": "unauthenticated", "message": "账号或密码不正确。"}
    assert sign_in(password="wrong") == (401, refusal)
    assert sign_in(username="nobody") == (401, refusal)


def test_a_missing_password_is_named() -> None:
    response = APIClient().post("/api/tokens/", {"username": "wang"})
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
    assert list(response.json()["fields"]) == ["password"]


def test_after_five_wrong_passwords_even_the_right_one_waits_and_is_told_so_in_json() -> None:
    UserFactory(username="wang")
    for _ in range(5):
        sign_in(password="wrong")
    status, body = sign_in()
    assert status == 429
    assert body == {"code": "locked", "message": "多次输错账号或密码,账号已暂时锁定,请稍后再试。"}
    assert AuthToken.objects.count() == 0


def test_an_account_out_of_use_gets_no_token_and_its_tokens_end() -> None:
    user = UserFactory(username="wang")
    token = sign_in()[1]["token"]
    user.is_active = False
    user.save()
    assert sign_in()[0] == 401
    assert bearer(token).get("/api/me/").status_code == 401


def test_logging_out_ends_this_token_alone() -> None:
    UserFactory(username="wang")
    first, second = sign_in()[1]["token"], sign_in()[1]["token"]
    assert bearer(first).post("/api/tokens/logout/").status_code == 204
    assert bearer(first).get("/api/me/").status_code == 401
    assert bearer(second).get("/api/me/").status_code == 200


def test_logging_out_everywhere_ends_all_of_ones_own_tokens() -> None:
    UserFactory(username="wang")
    UserFactory(username="li")
    mine, other = sign_in()[1]["token"], sign_in("li")[1]["token"]
    assert bearer(mine).post("/api/tokens/logoutall/").status_code == 204
    assert bearer(mine).get("/api/me/").status_code == 401
    assert bearer(other).get("/api/me/").status_code == 200


def test_the_eleventh_live_token_is_refused_with_the_reason() -> None:
    user = UserFactory(username="wang")
    for _ in range(10):
        AuthToken.objects.create(user=user)
    status, body = sign_in()
    assert status == 403
    assert body["message"] == "您已有 10 个有效令牌,请先退出不用的(tokens/logoutall/)。"


@pytest.mark.parametrize("header", ["Token nonsense", "Token a b", "Token", "Token \xff\xfe", "Token a\x00b"])
def test_a_header_that_is_no_token_is_refused_not_stumbled_over(header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    response = client.get("/api/me/")
    assert response.status_code == 401
    assert response.json()["code"] == "unauthenticated"
    assert response["WWW-Authenticate"] == "Token"


def test_without_a_token_nothing_is_shown() -> None:
    for address in ("me", "programmes", "units", "documents", "measures", "pledges", "tasks", "rollups"):
        response = APIClient().get(f"/api/{address}/")
        assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
