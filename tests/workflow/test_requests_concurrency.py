"""Two people, or a person and the job, at one request at the same moment."""

import collections
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from pledges.errors import DomainError
from pledges.models import Extension
from tests.factories import actor, moment
from tests.workflow.requests_world import NEEDS, REASON, ask, city, led
from workflow import audit, requests
from workflow.models import Request, Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(acts: Sequence[Callable[[], Any]]) -> collections.Counter[str]:
    """Run all acts at the same moment, each in its own thread and connection; count how they ended."""
    ended: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            act()
            ended.append("done")
        except DomainError as refusal:
            ended.append(type(refusal).__name__)
        except Exception as error:
            ended.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return collections.Counter(ended)


def test_of_ten_who_decide_one_request_one_does():
    at, _mayor = city()
    request = ask("extension", led("in_progress", at), at.head)

    def decide() -> None:
        requests.decide(request.pk, actor=actor(at.leader), version=1, grant=True, words="", at=moment("2020-06-02"))

    assert at_once([decide] * 10) == {"done": 1, "WrongState": 9}
    assert Extension.objects.count() == 1
    assert list(audit.verify()) == []


def test_of_ten_who_ask_the_same_one_does():
    at, _mayor = city()
    pledge = led("in_progress", at)
    payload = {"reason": REASON, **NEEDS["extension"]}

    def make() -> None:
        requests.ask(
            "extension",
            pledge_id=pledge.pk,
            actor=actor(at.head),
            payload=payload,
            version=pledge.version,
            at=moment("2020-06-01"),
        )

    assert at_once([make] * 10) == {"done": 1, "WrongState": 9}
    assert Request.objects.count() == Task.objects.filter(kind="decide_request").count() == 1


def test_the_job_run_ten_times_at_once_passes_on_once():
    at, mayor = city()
    request = ask("extension", led("in_progress", at), at.head)
    assert at_once([lambda: requests.pass_on(at=moment("2020-06-09"))] * 10) == {"done": 10}
    assert [step.post for step in request.steps.order_by("position")] == [at.leader, mayor]
    assert Task.objects.open().filter(request=request).count() == 1
