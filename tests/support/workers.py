"""The product's real processes — worker, beat, web server — on the test database and the test broker."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection

from config.supervisor import die_with_parent
from tests.support.servers import free_port

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


class Running:
    """A handle on a process of the product: start it, end it in two ways, wait for something while it runs."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.log_path = folder / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What follows ``python -m``."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def start(self, *, env: dict[str, str] | None = None, timeout: float = 30) -> None:
        """Start the process and wait until it is ready. ``env`` is laid over `environment()`."""
        assert self.process is None, f"the {self.name} is running"
        self.log_path.write_bytes(b"")
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command()],
                cwd=ROOT,
                env={**environment(), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
            )
        self.wait_until(lambda: self.is_ready() or not self.is_alive(), timeout)
        assert self.is_alive(), f"the {self.name} died while starting:\n{self.log()}"

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
        """The first true answer of ``predicate``; AssertionError with the log after ``timeout`` seconds."""
        end = time.monotonic() + timeout
        while True:
            answer = predicate()
            if answer:
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"not within {timeout} s; the {self.name}'s log:\n{self.log()[-4000:]}")
            time.sleep(0.05)

    def log(self) -> str:
        """What the process has written since it was last started."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")


class Worker(Running):
    """A Celery worker; ``env`` may fix its day: ``{"PLEDGES_TODAY": "2020-09-15"}``.

    The worker also knows `tests.support.jobs`. Mail that it sends lies in ``settings.VAR_DIR / "mail"``.
    """

    name = "worker"

    def command(self) -> list[str]:
        arguments = "worker -P threads --concurrency 4 --without-gossip --without-mingle --loglevel INFO"
        return ["celery", "-A", "config", *arguments.split(), "--include", "tests.support.jobs"]

    def is_ready(self) -> bool:
        return " ready." in self.log()


class Beat(Running):
    """The clock that wakes the worker: the real one, with the product's table."""

    name = "beat"

    def command(self) -> list[str]:
        return ["celery", "-A", "config", "beat", "--loglevel", "INFO"]

    def is_ready(self) -> bool:
        return "beat: Starting..." in self.log()


class WebServer(Running):
    """The pages and the API under gunicorn, as docs/operations.md starts them, on a free port of 127.0.0.1."""

    name = "web"
    PROCESSES = 2

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()

    def command(self) -> list[str]:
        arguments = f"--bind 127.0.0.1:{self.port} --worker-class gthread --workers {self.PROCESSES} --threads 4"
        return [
            *("gunicorn", "config.wsgi", "--config", "python:config.supervisor"),
            *(*arguments.split(), "--no-control-socket", "--graceful-timeout", "5"),
        ]

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
            return True
        return False
