import socket
import time

import pytest
from django.db import OperationalError

from tracker.web import health

pytestmark = pytest.mark.django_db


def test_all_is_well(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_a_broker_folder_that_is_gone_is_named(client, settings, tmp_path):
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "gone"
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "down": ["broker"]}


def test_a_database_that_is_away_is_named(client, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("away")

    monkeypatch.setattr(health, "connection", Away())
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["down"] == ["database"]


def test_a_broker_that_refuses_is_named(client, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{unused.getsockname()[1]}/0"
        assert client.get("/healthz").json()["down"] == ["broker"]


def test_a_broker_that_never_answers_does_not_hold_the_check_up(client, settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        before = time.monotonic()
        assert client.get("/healthz").json()["down"] == ["broker"]
        assert time.monotonic() - before < 4


def test_nothing_is_changed_by_asking(client):
    assert client.post("/healthz").status_code == 405
