"""PostgreSQL is restarted under load: whoever asks meanwhile is told what to do, and what was confirmed is kept.

The server is the test's own, and what it has confirmed survives its crash. Web server, worker and beat are started
once for all tests here and go through every restart.
"""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import environ
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from pledges.models import Post, Report
from tests import factories
from tests.faults import reporting
from tests.support import servers
from tests.support.workers import ROOT, Beat, Running, WebServer, Worker

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

RESTARTS, RESTARTS_LONG = 3, 10
# What the kernel was given outlives the server's processes; only a power cut would need more.
SURVIVES_A_CRASH = ("fsync = off", "synchronous_commit = on")
REST = 0.05  # seconds between two requests of one person: somebody is always in the middle of something
KINDS, LANGUAGES = ("json", "html"), ("zh-hans", "en")
TO_THE_PROGRAM = "数据库暂时没有回应。请过一会儿再试;提交了内容的,请先查询是否已经保存,没有保存的再提交一次。"
TO_THE_READER = "数据库暂时没有回应"


@dataclass
class Installation:
    postgres: servers.Postgres
    web: WebServer
    worker: Worker
    beat: Beat

    @property
    def processes(self) -> list[Running]:
        return [self.web, self.worker, self.beat]


@pytest.fixture(scope="module")
def installation(tmp_path_factory, django_db_blocker):
    """All of it running; this process's database is the same one."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("needs PostgreSQL: bin/test runs it there")
    folder = tmp_path_factory.mktemp("installation")
    with servers.restartable_postgres(SURVIVES_A_CRASH) as postgres, servers.redis() as redis:
        env = {"DATABASE_URL": postgres.url, "REDIS_URL": redis, "PLEDGES_VAR": str(folder)}
        env["PLEDGES_TODAY"] = reporting.TODAY
        manage(env, "migrate", "--no-input")
        manage(env, "collectstatic", "--no-input")
        with django_db_blocker.unblock(), database_at(postgres.url):
            made = Installation(postgres, WebServer(folder), Worker(folder), Beat(folder))
            try:
                for process in made.processes:
                    process.start(env=env)
                yield made
            finally:
                for process in made.processes:
                    process.kill()


def manage(env, *arguments):
    own = {**os.environ, "SECRET_KEY": settings.SECRET_KEY, **env}
    subprocess.run([sys.executable, "manage.py", *arguments, "-v", "0"], cwd=ROOT, env=own, check=True)


@contextlib.contextmanager
def database_at(url):
    """Within it ``default`` is the database at this address, in threads too."""
    kept, kept_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**kept_settings, **environ.Env.db_url_config(url)}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = kept_settings
        connections["default"] = kept


@pytest.mark.parametrize("restarts", [RESTARTS, pytest.param(RESTARTS_LONG, marks=pytest.mark.long)])
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_costs_nothing_that_was_confirmed_and_tells_who_asks_what_to_do(
    installation, set_today, mode, restarts
):
    set_today(reporting.TODAY)
    desks = reporting.desks(factories.government())
    pledges = list(itertools.chain(*desks.values()))
    with reporting.Asking(installation.web.port, REST) as asking:
        for (post, own), language in zip(desks.items(), itertools.cycle(LANGUAGES), strict=False):
            speaks(post, language)
            asking.begin(reporting.reports(post, own, **{"Accept-Language": language}))
            asking.begin(page_views(post, language))
        for number in range(restarts):
            restart(installation, asking, mode, number)
    installation.worker.wait_until(reporting.figures_are_right, timeout=60)

    assert set(asking.statuses()) == {200, 503}
    for phase in ("before", *(f"after {number}" for number in range(restarts))):
        assert set(asking.within(phase)) == {200}
    kept = set(Report.objects.filter(pledge__in=pledges).values_list("sentence", flat=True))
    confirmed, sent = set(asking.sentences(200)), set(asking.sentences())
    print(f"{mode}: {len(sent)} reports, {len(confirmed)} confirmed, {len(kept)} kept; {dict(asking.statuses())}")
    assert confirmed <= kept <= sent
    reporting.nothing_is_half_done()
    for refusal in (answer for answer in asking.answers if answer.status == 503):
        says_what_to_do(refusal)
    assert all(process.is_alive() for process in installation.processes)


def restart(installation, asking, mode, number):
    """With the server down until a program and the readers of pages in both languages have been told so."""
    time.sleep(1)
    asking.phase = f"down {number}"
    installation.postgres.stop(mode)
    installation.web.wait_until(lambda: told(asking) == set(itertools.product(KINDS, LANGUAGES)), timeout=60)
    installation.postgres.start()
    connections["default"].close()
    asking.phase = f"after {number}"
    installation.web.wait_until(lambda: asking.within(asking.phase)[200] > 10, timeout=60)


def told(asking):
    """To whom it was said in this phase that the database is away."""
    return {spoken(one) for one in asking.answers if (one.phase, one.status) == (asking.phase, 503)}


def spoken(answer):
    kind = answer.headers["Content-Type"].partition(";")[0]
    return kind.removeprefix("application/").removeprefix("text/"), answer.headers["Content-Language"]


def says_what_to_do(refusal):
    kind, language = spoken(refusal)
    with translation.override(language):
        to_the_program, to_the_reader = gettext(TO_THE_PROGRAM), gettext(TO_THE_READER)
    assert int(refusal.headers["Retry-After"]) > 0
    if kind == "json":
        assert refusal.sentence
        assert json.loads(refusal.text) == {"code": "unavailable", "message": to_the_program}
    else:
        assert not refusal.sentence
        assert f'<html lang="{language}">' in refusal.text
        assert f"<h1>{to_the_reader}</h1>" in refusal.text


def speaks(post: Post, language: str) -> None:
    post.holder.language = language
    post.holder.save(update_fields=["language"])


def page_views(post, language):
    """A reader who chose the language in this browser, and looks at the desk again and again."""
    client = Client()
    client.force_login(post.holder, backend="django.contrib.auth.backends.ModelBackend")
    cookies = (
        f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; language={language}"
    )
    return itertools.repeat({"method": "GET", "path": reverse("web:desk"), "headers": {"Cookie": cookies}})
