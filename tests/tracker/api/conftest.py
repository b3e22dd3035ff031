"""A city, and a client for each post in it that carries a token."""

from collections.abc import Callable
from typing import Any

import pytest
from knox.models import AuthToken
from rest_framework.test import APIClient

from pledges.models import Post, User
from tests import factories
from tests.factories import Government

Caller = Callable[..., APIClient]


@pytest.fixture
def city(db: None, set_today: Callable[[str], Any]) -> Government:
    """The city of `tests.factories.government`, on 10 March 2020."""
    set_today("2020-03-10")
    return factories.government()


@pytest.fixture
def as_(db: None) -> Caller:
    """``as_(city.director)``: a client with a token of the post's holder, or of a user."""

    def make(who: Post | User, **headers: str) -> APIClient:
        user = who.holder if isinstance(who, Post) else who
        assert user is not None
        _, token = AuthToken.objects.create(user=user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}", **headers)
        return client

    return make
