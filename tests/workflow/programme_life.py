"""One programme walked through its life by hand: acts on it, answers of units, and the lists that are open."""

from typing import Any

from pledges.models import Pledge, Post, Programme
from tests.factories import Government, actor, day, drafted, moment, perform
from workflow import programmes
from workflow.models import Task

APPROVAL = {"approved_by": "市政府常务会议", "approval_document": "〔2020〕3号纪要", "approved_date": "2020-02-11"}
ISSUE = {"document_number": "云政发〔2020〕8号", "issued_date": "2020-02-12"}
PAYLOADS: dict[str, dict[str, str]] = {
    "begin_consulting": {},
    "approve_programme": APPROVAL,
    "issue_programme": ISSUE,
    "back_to_drafting": {"reason": "还要补充两项"},
}


def draft(at: Government, **fields: Any) -> Pledge:
    return drafted(at, **{"lead_unit": at.housing, "due_date": day("2020-12-15"), **fields})


def act(
    name: str, at: Government, post: Post, on: str = "2020-02-03", version: int | None = -1, **given: Any
) -> Programme:
    """One act on the city's programme, with the version that the database has unless told otherwise."""
    seen = Programme.objects.get(pk=at.programme.pk).version if version == -1 else version
    payload = {**PAYLOADS[name], **given}
    return programmes.perform(
        name, programme_id=at.programme.pk, actor=actor(post), payload=payload, version=seen, at=moment(on)
    )


def answer(
    at: Government, pledge: Pledge, post: Post, answer: str = "agree", words: str = "", on: str = "2020-02-04"
) -> Pledge:
    return perform("answer_row", pledge, post, at=on, answer=answer, words=words)


def lists(kind: str) -> list[tuple[Post, str]]:
    """The open list tasks of a kind: whose, and due when."""
    tasks = Task.objects.open().filter(kind=kind, pledge=None).order_by("pk")
    return [(task.post, task.due_date.isoformat()) for task in tasks]


def bring_to(state: str, at: Government) -> Pledge:
    """The programme in a state, with one draft of housing, which agrees once it is asked."""
    pledge = draft(at)
    for name, wanted in (
        ("begin_consulting", "consulting"),
        ("approve_programme", "approved"),
        ("issue_programme", "issued"),
    ):
        if Programme.objects.get(pk=at.programme.pk).state == state:
            break
        if wanted == "approved":
            answer(at, pledge, at.head)
        act(name, at, at.director, on="2020-02-03" if wanted == "consulting" else "2020-02-12")
    pledge.refresh_from_db()
    return pledge
