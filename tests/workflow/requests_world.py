"""What the tests of requests share: a city with a mayor above the portfolio's leader, and one call an act."""

from typing import Any

from pledges.models import Pledge, Post, Role
from tests.factories import Government, PostFactory, actor, government, moment, pledge_in
from workflow import requests, signed_pages
from workflow.models import Request, SignedPage, Task

REASON = "汛期推迟了施工"
NEEDS: dict[str, dict[str, Any]] = {
    "extension": {"due_date": "2020-12-28"},
    "reassignment": {},
    "target_change": {"title": "完成三百个行政村的管网改造"},
    "coordination": {"wanted_by": "2020-06-30"},
    "person_change": {"person": "李强"},
    "suspension": {"until": "2020-09-30"},
    "resumption": {},
    "withdrawal": {},
    "conclusion_review": {},
}


def city() -> tuple[Government, Post]:
    """A government whose leader has the portfolio, and the mayor above."""
    at = government()
    mayor: Post = PostFactory(unit=at.city, role=Role.LEADER, title="市长", is_chief=True)
    return at, mayor


def led(state: str, at: Government, **more: Any) -> Pledge:
    """A pledge of the leader's portfolio."""
    return pledge_in(state, at, leader=at.leader, **more)


def ask(kind: str, pledge: Pledge, by: Any, *, at: str = "2020-06-01", **payload: Any) -> Request:
    version = payload.pop("version", Pledge.objects.values_list("version", flat=True).get(pk=pledge.pk))
    given = {"reason": REASON, **NEEDS[kind], **payload}
    return requests.ask(kind, pledge_id=pledge.pk, actor=actor(by), payload=given, version=version, at=moment(at))


def answer(request: Request, by: Any, *, at: str = "2020-06-02", **said: Any) -> Request:
    version = Request.objects.values_list("version", flat=True).get(pk=request.pk)
    said = {"words": "同意接办", "agrees": True, **said}
    return requests.answer_step(request.pk, actor=actor(by), version=version, at=moment(at), **said)


def decide(request: Request, by: Any, *, at: str = "2020-06-03", grant: bool = True, **said: Any) -> Request:
    version = said.pop("version", Request.objects.values_list("version", flat=True).get(pk=request.pk))
    said.setdefault("words", "同意" if grant else "请按原时限完成")
    return requests.decide(request.pk, actor=actor(by), version=version, grant=grant, at=moment(at), **said)


def page_of(by: Any, at: str = "2020-06-03") -> SignedPage:
    return signed_pages.keep(
        actor=actor(by),
        filename="批示.pdf",
        content=b"%PDF-1.7 scan",
        signer="副市长",
        signed_date=moment(at).date(),
        at=moment(at),
    )


def waiting(request: Request) -> list[tuple[Post, str]]:
    """The open tasks of a request: whose, and due when."""
    tasks = Task.objects.open().filter(request=request).select_related("post")
    return [(task.post, task.due_date.isoformat()) for task in tasks]


def open_kinds(pledge: Pledge) -> set[str]:
    """The kinds of the pledge's own open tasks."""
    return set(Task.objects.open().filter(pledge=pledge, request=None).values_list("kind", flat=True))
