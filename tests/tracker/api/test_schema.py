"""The OpenAPI document: complete, valid, without a warning, and shown by a page that the strict policy lets work."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from drf_spectacular.validation import validate_schema
from rest_framework.fields import empty

from tracker.api import schema
from tracker.api.serializers import payloads
from workflow.transitions import TRANSITIONS


@pytest.fixture
def document() -> Any:
    reset_generator_stats()
    with patched_settings(schema.SETTINGS):
        return SchemaGenerator().get_schema(request=None, public=True)


def test_the_document_is_valid_and_made_without_a_warning(document: Any, capsys: pytest.CaptureFixture[str]) -> None:
    validate_schema(document)
    assert not GENERATOR_STATS


def test_every_operation_describes_its_refusals(document: Any) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            wanted = {"401"} | ({"404"} if "{" in path else set()) | ({"400"} if method != "get" else set())
            if "/actions/" in path or (path.startswith("/api/measures/") and method != "get"):
                wanted |= {"403", "409"}
            assert wanted <= set(operation["responses"]), (method, path)


def test_every_act_of_people_is_described_with_what_the_table_asks(document: Any) -> None:
    described = {
        path.split("/")[-2]: operations["post"] for path, operations in document["paths"].items() if "/actions/" in path
    }
    assert set(described) == {row.name for row in TRANSITIONS if row.is_for_people}
    for row in TRANSITIONS:
        if row.is_for_people:
            fields = payloads.BY_ACT[row.name]().fields
            assert set(fields) - {"version"} == {need.name for need in row.needs}, row.name
            assert {name for name, field in fields.items() if field.required} - {"version"} == {
                need.name for need in row.needs if need.required
            }, row.name
            assert all(field.default is empty for field in fields.values())


def test_the_document_and_its_page_are_served(db: None) -> None:
    answer = Client().get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    page = Client().get("/api/docs/")
    assert page.status_code == 200


def test_the_pages_policy_lets_it_work_and_no_other_page_is_relaxed(db: None) -> None:
    page = Client().get("/api/docs/")
    policy = page["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src" not in policy  # and so default-src 'self': scripts of this server, none within the page
    assert "default-src 'self';" in policy
    html = page.content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 3
    assert all(body.strip() == "" and re.search(r'src="/', attributes) for attributes, body in scripts)
    for address in re.findall(r'(?:src|href)="/static/([^"]+)"', html):
        assert finders.find(address), address
    script = Client().get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in script.content.decode()
    assert "unsafe-inline" not in Client().get("/api/schema/")["Content-Security-Policy"]


def test_the_front_door_lists_the_rooms(db: None) -> None:
    rooms = Client().get("/api/").json()
    assert rooms["pledges"] == "http://testserver/api/pledges/"
    assert {"tokens", "me", "programmes", "units", "documents", "measures", "pledges", "tasks", "rollups"} < set(rooms)
