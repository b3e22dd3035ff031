"""A real worker whose robots hang, fail or lead elsewhere: the others are told, and a person sees what was not sent."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from config import clock
from tests import factories
from tests.support import post_office
from tests.support.jobs import send_due
from tests.support.robot_server import RobotServer
from tests.workflow.reminder_world import task
from workflow import jobs
from workflow.models import Delivery, Robot
from workflow.notifications import BACK_OFF

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HURRY = 0.5
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def servers():
    """The one that is to misbehave, another, and one in the house to which nobody must be led."""
    with RobotServer() as faulty, RobotServer() as sound, RobotServer() as inside:
        faulty.redirects_to = inside.url("wecom")
        yield faulty, sound, inside


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("hang", "Unreachable: TimeoutError: timed out"),
        ("500", "NotTaken: HTTP 500"),
        ("redirect", "Refused: a redirect (HTTP 307)"),
    ],
)
def test_a_robot_that_misbehaves_stops_nobody_and_is_shown_in_the_end(
    behaviour, error, tuesday, unstarted_worker, servers
):
    world, worker, (faulty, sound, inside) = factories.government(), unstarted_worker, servers
    faulty.behaviour = behaviour
    broken = robot(world.housing, faulty.url("wecom"))
    robot(world.housing, sound.url("wecom").replace("127.0.0.1", "127.1"))  # one machine by two names: two vendors
    task(world), task(world, post=world.water_coordinator)
    worker.start(env={"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"})

    began = clock.now()
    jobs.claim_reminders.delay()
    worker.wait_until(lambda: Delivery.objects.filter(robot=broken).exclude(error=""), timeout=60)
    worker.wait_until(lambda: Delivery.objects.sent().count() == 3, timeout=60)
    assert len(sound.taken) == 1
    assert set(post_office.mailed().values()) == {1}
    assert post_office.mailed().total() == 2
    delivery = Delivery.objects.get(robot=broken)
    assert (delivery.attempts, delivery.error, delivery.sent_at) == (1, error, None)
    assert began + BACK_OFF[0] <= delivery.next_at <= clock.now() + BACK_OFF[0]

    for tries, rest in enumerate(BACK_OFF[1:], start=2):
        due = delivery.next_at
        send_due.delay((due - SECOND).isoformat(), HURRY)
        send_due.delay(due.isoformat(), HURRY)
        worker.wait_until(lambda n=tries: faulty.knocks == n, timeout=60)
        delivery.refresh_from_db()
        assert (delivery.attempts, delivery.error, delivery.next_at) == (tries, error, due + rest)
    assert faulty.knocks == len(BACK_OFF)
    assert inside.knocks == 0

    admin = Client()
    admin.force_login(world.system_admin.holder)
    again = reverse("web:delivery-again", args=[delivery.pk])
    page = admin.get(reverse("web:deliveries")).text
    assert error in page
    assert again in page
    faulty.behaviour = ""
    assert admin.post(again).status_code == 302
    jobs.send_due_reminders.delay()
    worker.wait_until(lambda: faulty.keys == [delivery.key], timeout=60)
    assert len(sound.taken) == 1
    assert worker.is_alive()


def robot(unit, url):
    return Robot.objects.create(
        unit=unit, name=f"群{Robot.objects.count()}", kind="wecom", url=url, created_at=factories.moment("2020-01-01")
    )
