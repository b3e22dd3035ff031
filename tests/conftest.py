"""Fixtures and the private world every test runs in: temporary folders, a database file, a broker of its own.

`bin/test` runs the suite on SQLite, and the tests marked ``postgres`` once more with ``DATABASE_URL`` and
``REDIS_URL`` set. Nothing here asks which run it is but `needs_postgres`.
"""

import datetime
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.workers import Worker

ROOT = Path(__file__).resolve().parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_home = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked long too")


def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at a temporary home. Every xdist process comes through here and so gets its own."""
    home = Path(tempfile.mkdtemp(prefix="pledges-tests-"))
    config.stash[_home] = home
    var = home / "var"
    folders = {"files": var / "files", "mail": var / "mail", "static": var / "static"}
    for folder in folders.values():
        folder.mkdir(parents=True)
    s = django_settings
    s.VAR_DIR, s.SECRET_KEY = var, "for-the-tests-alone"
    s.MEDIA_ROOT, s.EMAIL_FILE_PATH, s.STATIC_ROOT = folders["files"], folders["mail"], folders["static"]
    s.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    s.STORAGES = {
        **s.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    s.PLEDGES_TODAY = None
    s.CELERY_BEAT_SCHEDULE_FILENAME = str(var / "beat")
    if not s.REDIS_URL:
        s.BROKER_DIR = var / "broker"
        for name in ("queue", "control", "processed"):
            (s.BROKER_DIR / name).mkdir(parents=True)
        s.CELERY_BROKER_TRANSPORT_OPTIONS = {
            **s.CELERY_BROKER_TRANSPORT_OPTIONS,
            "data_folder_in": str(s.BROKER_DIR / "queue"),
            "data_folder_out": str(s.BROKER_DIR / "queue"),
            "control_folder": str(s.BROKER_DIR / "control"),
            "processed_folder": str(s.BROKER_DIR / "processed"),
        }


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash.get(_home, None)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: runs with --long"))


# The database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, request: Any) -> None:
    """SQLite tests in a file, not in memory, so that threads and a real worker see the same rows."""
    from django.db import connections

    options = connections["default"].settings_dict
    if options["ENGINE"].endswith("sqlite3"):
        options["TEST"]["NAME"] = str(request.config.stash[_home] / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Transactional tests empty the tables with ``flush``, which the triggers on events refuse; so they step aside
    for it. The post_migrate signal that ``flush`` sends puts them back."""
    from django.core.management.commands import flush

    from tracker import snapshot_triggers
    from workflow import audit

    original = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        stood = audit.installed()
        audit.drop_triggers()
        snapshot_triggers.drop()
        original(self, **options)
        if stood and not audit.installed():
            audit.install_triggers()

    flush.Command.handle = handle
    yield
    flush.Command.handle = original


@pytest.fixture
def needs_postgres() -> None:
    """Ask for this, and mark the test ``postgres``, when SQLite cannot show what the test is about."""
    if not django_settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("needs PostgreSQL: bin/test runs it there")


# The clock, and what one test could leave behind for the next


@pytest.fixture
def set_today(settings: Any) -> Callable[[datetime.date | str], datetime.date]:
    """``set_today(date(2020, 9, 15))`` or ``set_today("2020-09-15")``: the day that `config.clock` gives."""

    def fix(day: datetime.date | str) -> datetime.date:
        fixed = datetime.date.fromisoformat(day) if isinstance(day, str) else day
        settings.PLEDGES_TODAY = fixed
        return fixed

    return fix


@pytest.fixture(autouse=True)
def _clean_process() -> Iterator[None]:
    yield
    from django.core.cache import cache
    from django.utils import translation

    translation.deactivate()
    cache.clear()


# Jobs


@pytest.fixture
def unstarted_worker(transactional_db: None, tmp_path: Path) -> "Iterator[Worker]":
    """A handle on a Celery worker that the test starts. It is gone before the tables are emptied."""
    from config.celery import app
    from tests.support.workers import Worker

    app.control.purge()  # what other tests published
    worker = Worker(tmp_path)
    try:
        yield worker
    finally:
        worker.kill()
        app.control.purge()


@pytest.fixture
def real_worker(unstarted_worker: "Worker") -> "Worker":
    """A Celery worker process on the test database."""
    unstarted_worker.start()
    return unstarted_worker


# The world outside


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared documents (gold, seeds), named by ``PLEDGES_SHARED``."""
    folder = Path(os.environ.get("PLEDGES_SHARED") or ROOT.parent / "shared").resolve()
    if not folder.is_dir():
        pytest.skip("the shared documents are not here (PLEDGES_SHARED)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("no Chromium is installed: browser tests are skipped")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """A running Chromium; make a context for each test. Only one module long: while it lives, an event loop runs in
    this thread, and Django's guard against database calls under a loop must be off."""
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield running
            running.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
