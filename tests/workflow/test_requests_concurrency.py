"""Two people, or a person and the job, at one request at the same moment."""

import pytest

from pledges.models import Extension
from tests.factories import actor, moment
from tests.support.at_once import at_once
from tests.workflow.requests_world import NEEDS, REASON, ask, city, led
from workflow import audit, requests
from workflow.models import Request, Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


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
