"""Runs a few programs as one: starts, watches, restarts and stops them, and leaves none behind whatever happens.

Standard library only, since it is also run as a plain file: ``supervisor.py guard PIPE COMMAND …`` (see `guard`).
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

BACK_OFF = (1, 2, 4, 8, 15, 30)  # seconds before each further start in a row
SETTLED = 60  # a program that lived so long starts its back-off anew
GRACE = 8  # seconds between asking and killing
LOG_BYTES = 5 * 1024 * 1024
PR_SET_PDEATHSIG = 1


class GaveUp(Exception):
    """The programs never became ready; the text says what is known."""


def die_with_parent(parent: int) -> Callable[[], object]:
    """For ``Popen(preexec_fn=…)``: Linux kills the child when the process ``parent`` dies, even by SIGKILL.

    Nothing happens on other systems. Linux watches the *thread* that forked, so fork from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None).prctl  # looked up here: between fork and exec there may be no import

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def post_fork(server: object, worker: Any) -> None:
    """gunicorn's hook (``--config python:config.supervisor``). By itself a worker outlives a killed master for as long
    as its slowest request takes."""
    die_with_parent(worker.ppid)()


def guard(pipe: int, command: Sequence[str]) -> int:
    """Where the kernel offers no death signal: run ``command`` and kill its group when ``pipe`` closes.

    Only the supervisor holds the other end, so it closes when the supervisor dies, however it dies.
    """
    child = subprocess.Popen(command, start_new_session=True)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda signum, frame: child.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        os.read(pipe, 1)
        _kill_group(child.pid)

    threading.Thread(target=watch, daemon=True).start()
    return child.wait()


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


@dataclass
class Program:
    """One program to keep running; its output goes to ``<logs>/<name>.log``."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0  # when to start (again), on the monotonic clock


class Supervisor:
    """Call `run` from the main thread. ``guarded`` forces the guard process that other systems than Linux need."""

    def __init__(self, programs: Sequence[Program], logs: Path, *, guarded: bool | None = None) -> None:
        self.programs, self.logs = programs, logs
        if guarded is None:
            guarded = not sys.platform.startswith("linux")
        self.stops = 0  # signals that asked us to end
        self._pipe = os.pipe() if guarded else None
        logs.mkdir(parents=True, exist_ok=True)

    def run(self, *, ready: Callable[[], bool], announce: Callable[[], None], patience: float = 120) -> None:
        """Start everything, call ``announce`` once ``ready`` says so, keep everything running until a signal comes.

        Raises GaveUp when that takes longer than ``patience`` seconds or a program dies three times before. Whatever
        ends it, nothing is left running.
        """
        with self._signals():
            try:
                self._until_ready(ready, time.monotonic() + patience)
                if not self.stops:
                    announce()
                while not self.stops:
                    self._tend()
                    time.sleep(0.2)
            finally:
                self._stop()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def note(signum: int, frame: FrameType | None) -> None:
            self.stops += 1

        nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        wanted = (signal.SIGINT, signal.SIGTERM) + (() if nohup else (signal.SIGHUP,))
        before = {signum: signal.signal(signum, note) for signum in wanted}
        try:
            yield
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _until_ready(self, ready: Callable[[], bool], end: float) -> None:
        while not self.stops:
            self._tend()
            if ready():
                return
            if dying := [program.name for program in self.programs if program.deaths >= 3]:
                raise GaveUp(f"{' and '.join(dying)} will not run; see {self.logs}")
            if time.monotonic() > end:
                raise GaveUp(f"not ready in time; see {self.logs}")
            time.sleep(0.2)

    def _tend(self) -> None:
        """Notice the dead, and start whatever is due."""
        now = time.monotonic()
        for program in self.programs:
            if program.process is None:
                if now >= program.due:
                    self._start(program)
            elif (status := program.process.poll()) is not None:
                _kill_group(program.process.pid)  # what it may have left
                program.process = None
                program.deaths = 1 if now - program.started > SETTLED else program.deaths + 1
                wait = BACK_OFF[min(program.deaths, len(BACK_OFF)) - 1]
                program.due = now + wait
                report = f"{program.name} ended with status {status}; again in {wait} s."
                print(report + self._last_lines(program), flush=True)

    def _start(self, program: Program) -> None:
        path = self.logs / f"{program.name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        command = list(program.command)
        if self._pipe:
            command = [sys.executable, os.path.abspath(__file__), "guard", str(self._pipe[0]), *command]
        # A session of its own: Ctrl-C reaches this process alone, which then stops the others in good order.
        with path.open("ab") as log:
            program.process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self._pipe[:1] if self._pipe else (),
                preexec_fn=None if self._pipe else die_with_parent(os.getpid()),
            )
        program.started = time.monotonic()

    def _stop(self) -> None:
        """Ask everything to end, then kill what is left after `GRACE` seconds or at a second signal."""
        running = [program.process for program in self.programs if program.process]
        hard, end = max(self.stops, 1), time.monotonic() + GRACE
        for process in running:
            if process.poll() is None:
                process.terminate()
        while any(process.poll() is None for process in running) and time.monotonic() < end and self.stops <= hard:
            time.sleep(0.05)
        if self._pipe:
            os.close(self._pipe[1])  # the guards kill their own groups
        for process in running:
            if not self._pipe or process.poll() is not None:
                _kill_group(process.pid)
            process.wait()

    def _last_lines(self, program: Program, count: int = 12) -> str:
        lines = (self.logs / f"{program.name}.log").read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        return "".join(f"\n    {line}" for line in lines)


if __name__ == "__main__" and sys.argv[1:2] == ["guard"]:
    sys.exit(guard(int(sys.argv[2]), sys.argv[3:]))
