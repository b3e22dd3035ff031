"""The two edges as a test drives them: a page filled in as a browser fills it in, and the same act through REST."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from knox.models import AuthToken
from rest_framework.test import APIClient

from pledges.models import Pledge, Post, Programme, Report
from tests.factories import Government, actor
from tests.workflow.test_cells import payload_of
from tracker.web.fields import ActForm
from tracker.web.middleware import POST_KEY
from workflow.models import (
    Event,
    Instruction,
    Proposal,
    Request,
    RequestStep,
    Sheet,
    SheetRow,
    SignedPage,
    Task,
)

DONE, BAD = {"page": 302, "api": 200}, {"page": 422, "api": 400}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, what is said, the fields with a fault (without their parts), what has changed."""

    status: int
    words: str
    fields: frozenset[str] = frozenset()
    changes: tuple[str, ...] = ()
    state: str = ""

    def says(self, sentence: str) -> bool:
        return sentence in self.words or escape(sentence) in self.words


def browser_of(post: Post) -> Client:
    """A browser in which the post's holder is signed in and has chosen this post."""
    client = Client()
    client.force_login(post.holder)
    session = client.session
    session[POST_KEY] = post.pk
    session.save()
    return client


def rest_of(post: Post) -> APIClient:
    _instance, token = AuthToken.objects.create(user=post.holder)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}", HTTP_X_POST=str(post.pk))
    return client


def open_page(by: Post, pledge: Pledge, act: str) -> Answer:
    response: Any = browser_of(by).get(reverse("web:act", args=[pledge.pk, act]))
    return Answer(response.status_code, response.text)


def by_page(by: Post, pledge: Pledge, act: str, payload: Mapping[str, Any], version: int) -> Answer:
    """What the form begins with is sent along, as a browser does; ``payload`` is what the person types over it."""
    client, address = browser_of(by), reverse("web:act", args=[pledge.pk, act])
    opened: Any = client.get(address)
    typed = _boxes_of(opened.context["form"]) if opened.status_code == 200 and "form" in opened.context else {}
    response: Any = client.post(address, {**typed, **_as_typed(act, payload), "version": version})
    context = response.context or {}
    return Answer(
        response.status_code,
        response.text,
        _faults_in(context) if response.status_code == 422 else frozenset(),
        tuple(str(change) for change in context.get("changes", [])) if response.status_code == 409 else (),
    )


def by_api(by: Post, pledge: Pledge, act: str, payload: Mapping[str, Any], version: int) -> Answer:
    body = {**payload, "version": version}
    response: Any = rest_of(by).post(f"/api/pledges/{pledge.pk}/actions/{act}/", body, format="json")
    given = response.json()
    return Answer(
        response.status_code,
        given.get("message", ""),
        frozenset(name.partition(".")[0] for name in given.get("fields", [])),
        tuple(given.get("changes", [])),
        given.get("state", ""),
    )


Edge = Callable[[Post, Pledge, str, Mapping[str, Any], int], Answer]
EDGES: dict[str, Edge] = {"page": by_page, "api": by_api}


def usual(act: str, at: Government, pledge: Pledge, by: Post, edge: str) -> dict[str, Any]:
    """The usual payload; a page takes the scan itself, REST the id of the page put on record."""
    if act == "record_approval" and edge == "page":
        scan = SimpleUploadedFile("审签.pdf", b"%PDF-1.7 scan", "application/pdf")
        return {"signed_page": {"scan": scan, "signer": "李局", "signed_date": "2020-11-24"}}
    return payload_of(act, at, pledge, actor(by))


# What an act may touch: every row of these stays as it was when the act is refused.
TOUCHED = (Pledge, Programme, Task, Proposal, Report, Request, RequestStep, Sheet, SheetRow, Instruction, SignedPage)


def standing_facts() -> Any:
    events = list(Event.objects.order_by("pk").values_list("pk", "stream", "action"))
    return events, [list(model._default_manager.order_by("pk").values()) for model in TOUCHED]


def _boxes_of(form: ActForm) -> dict[str, Any]:
    """What a browser would send of a form that nobody has touched: no file, no flag, no choice that was not made."""
    boxes: dict[str, Any] = {}
    for field in (*form.shown, *form.folded, *form.hidden):
        for box in field.parts or (field,):
            left_out = box.widget in ("flag", "file") or (box.widget == "radios" and not box.value)
            if not left_out:
                boxes[box.name] = list(box.value) if box.widget == "checks" else box.value
    return boxes


def _as_typed(act: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {"step": "save"} if act == "allocate" else {}
    for name, value in payload.items():
        if isinstance(value, Mapping):
            typed |= {f"{name}.{key}": one for key, one in value.items()}
        elif isinstance(value, list) and name != "support":
            typed[name] = "、".join(value)
        else:
            typed[name] = value
    return typed


def _faults_in(context: Any) -> frozenset[str]:
    if "form" not in context:
        return frozenset(name.partition(".")[0] for name, _fault in context["faults"])
    form: ActForm = context["form"]
    named = {name.partition(".")[0] for name, _fault in form.summary}
    return frozenset(named | ({""} if form.general else set()))
