"""A real Celery worker in a process of its own, on the test database and the test broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

from config.supervisor import die_with_parent

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the *test* database, for a process that reads ``DATABASE_URL``."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(name)}"
    given = urlsplit(os.environ["DATABASE_URL"])
    return f"{given.scheme}://{given.netloc}/{quote(name)}" + (f"?{given.query}" if given.query else "")


def environment() -> dict[str, str]:
    """What a process needs to share this test's database, broker, folders and day."""
    shared = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "PLEDGES_VAR": str(settings.VAR_DIR),
        "EMAIL_URL": "filemail://",
        "PLEDGES_TODAY": settings.PLEDGES_TODAY.isoformat() if settings.PLEDGES_TODAY else "",
        "PYTHONPATH": str(ROOT),
        "CELERY_SKIP_CHECKS": "1",  # bin/test has made them, and they take a second at every start
    }
    return {**os.environ, **shared}


class Worker:
    """A handle on the process. ``env`` is laid over `environment()`, for instance ``{"PLEDGES_TODAY": "2020-09-15"}``.

    The worker also knows `tests.support.jobs`. Mail that it sends lies in ``settings.VAR_DIR / "mail"``.
    """

    def __init__(self, folder: Path) -> None:
        self.log_path = folder / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, env: dict[str, str] | None = None, timeout: float = 30) -> None:
        """Start the process and wait until it takes messages."""
        assert self.process is None, "the worker is running"
        self.log_path.write_bytes(b"")
        arguments = "worker -P threads --concurrency 4 --without-gossip --without-mingle --loglevel INFO"
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *arguments.split(), "--include", "tests.support.jobs"],
                cwd=ROOT,
                env={**environment(), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
            )
        self.wait_until(lambda: " ready." in self.log() or not self.is_alive(), timeout)
        assert self.is_alive(), f"the worker died while starting:\n{self.log()}"

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is acknowledged."""
        self._end(signal.SIGKILL, 10)

    def stop(self, timeout: float = 15) -> None:
        """SIGTERM: what runs is finished first. Killed when that takes longer than ``timeout`` seconds."""
        self._end(signal.SIGTERM, timeout)

    def _end(self, how: signal.Signals, timeout: float) -> None:
        if self.process is None:
            return
        if self.is_alive():
            self.process.send_signal(how)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self.process = None

    def restart(self, *, env: dict[str, str] | None = None) -> None:
        """Stop (when it runs) and start anew, with the day and the settings of this moment."""
        self.stop()
        self.start(env=env)

    def wait_until(self, predicate: Callable[[], Any], timeout: float = 15) -> Any:
        """The first true answer of ``predicate``; AssertionError with the worker's log after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        while True:
            answer = predicate()
            if answer:
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"not within {timeout} s; the worker's log:\n{self.log()[-4000:]}")
            time.sleep(0.05)

    def log(self) -> str:
        """What the process has written since it was last started."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")
