"""A city whose coordinators report over real HTTP without a pause, and what must be true of their reports afterwards.

Every report has a sentence of its own, so each answer can be held against what the database kept.
"""

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from django.db import transaction
from knox.models import AuthToken

from pledges.models import Pledge, Post, Report
from tests.factories import Government, drafted, payload_for, perform
from tracker import rollups
from tracker.models import StaleScope
from workflow.models import Event

TODAY = "2020-03-10"
PLEDGES_EACH = 10
DAMAGED = 0  # the status of an answer that never came or broke off


@dataclass(frozen=True)
class Answer:
    phase: str
    ended: str  # the phase in which it came
    status: int
    seconds: float
    headers: dict[str, str]
    text: str
    sentence: str = ""


@dataclass
class Asking:
    """People at work, each in a thread. ``phase`` names what the test is doing; an answer bears the name of the phase
    in which it was asked for."""

    port: int
    rest: float  # seconds between two requests of one person
    phase: str = "before"
    answers: list[Answer] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, *args: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def begin(self, requests: Iterator[dict[str, Any]]) -> None:
        """One more person, who makes one request after the other."""
        thread = threading.Thread(target=self._work, args=(requests,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, requests: Iterator[dict[str, Any]]) -> None:
        while not self._over.wait(self.rest):
            self.answers.append(self._ask(**next(requests)))

    def _ask(self, *, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None = None) -> Answer:
        phase, began = self.phase, time.monotonic()
        sentence = (body or {}).get("sentence", "")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=json.dumps(body) if body else None, headers=headers)
            response = connection.getresponse()
            status, told, text = response.status, dict(response.getheaders()), response.read().decode()
        except (OSError, http.client.HTTPException) as trouble:
            status, told, text = DAMAGED, {}, repr(trouble)
        finally:
            connection.close()
        return Answer(phase, self.phase, status, time.monotonic() - began, told, text, sentence)

    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    def within(self, phase: str) -> Counter[int]:
        """The statuses of what was asked and answered in the phase."""
        return Counter(one.status for one in self.answers if one.phase == one.ended == phase)

    def sentences(self, status: int | None = None) -> list[str]:
        return [one.sentence for one in self.answers if one.sentence and status in (None, one.status)]

    def median(self, *phases: str) -> float:
        """Of the seconds until a report was answered."""
        return statistics.median(one.seconds for one in self.answers if one.phase in phases and one.sentence)


def desks(world: Government) -> dict[Post, list[Pledge]]:
    """Pledges in progress of four units, by the coordinator who reports them."""
    coordinators = (
        world.coordinator,
        world.water_coordinator,
        world.county_coordinator,
        world.county_housing_coordinator,
    )
    with transaction.atomic():
        return {post: [_in_progress(world, post) for _ in range(PLEDGES_EACH)] for post in coordinators}


def _in_progress(world: Government, post: Post) -> Pledge:
    pledge = drafted(world, target="100000")
    told = {**payload_for("assign", world, pledge), "lead_unit": post.unit_id}
    perform("assign", pledge, world.director, at="2020-02-03", **told)
    return perform("sign", pledge, post, at="2020-02-04", **payload_for("sign", world, pledge))


def reports(post: Post, pledges: list[Pledge], **headers: str) -> Iterator[dict[str, Any]]:
    """The coordinator's requests, pledge by pledge, round after round; the values rise."""
    _, token = AuthToken.objects.create(user=post.holder)
    headers |= {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    rows = [(pledge.pk, pledge.version, pledge.targets.get().pk) for pledge in pledges]
    return (
        {
            "method": "POST",
            "path": f"/api/pledges/{pledge}/actions/report/",
            "headers": headers,
            "body": {"version": version, "sentence": f"事项{pledge}第{n}次填报", "values": {str(target): str(n)}},
        }
        for n in range(1, 10**5)
        for pledge, version, target in rows
    )


# What must be true


def figures_are_right() -> bool:
    """Whether no scope waits. Then what is kept must be what is counted."""
    if StaleScope.objects.exists():
        return False
    assert rollups.recount() == []
    return True


def within_a_minute(of: float, wait_until: Callable[..., Any]) -> None:
    """``of`` is a moment of the monotonic clock."""
    wait_until(figures_are_right, timeout=max(0, of + 60 - time.monotonic()))


def nothing_is_half_done() -> None:
    """Each report has its value and its event, once; tasks and event streams are as the facts demand."""
    assert set(Counter(Report.objects.values_list("sentence", flat=True)).values()) <= {1}
    assert not Report.objects.filter(values=None).exists()
    assert _by_pledge_reports() == _by_pledge_events()
    call_command("verify_tasks")
    call_command("verify_audit")


def _by_pledge_reports() -> Counter[str]:
    return Counter(f"pledge:{pledge}" for pledge in Report.objects.values_list("pledge_id", flat=True))


def _by_pledge_events() -> Counter[str]:
    return Counter(Event.objects.filter(action="report").values_list("stream__name", flat=True))
