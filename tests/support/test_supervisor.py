"""The supervisor under `bin/demo`: what it starts never outlives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.supervisor import GaveUp, Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]
# A program that writes its id; it ignores polite requests when told so.
PROGRAM = """
import os, signal, subprocess, sys, time
if "deaf" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""
SUPERVISOR = """
import sys
from pathlib import Path
from config.supervisor import Program, Supervisor
folder, guarded = Path(sys.argv[1]), sys.argv[2] == "guarded"
command = [sys.executable, "-c", Path(folder / "program.py").read_text(), str(folder / "ids"), *sys.argv[3:]]
crew = Supervisor([Program("one", command), Program("two", command)], folder / "log", guarded=guarded)
ids = folder / "ids"
crew.run(ready=lambda: ids.exists() and ids.read_text().count("\\n") == 2, announce=lambda: print("up", flush=True))
"""


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"  # a zombie waits for its reaper, not for us


def wait_until(predicate, timeout=10):
    end = time.monotonic() + timeout
    while not predicate():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


@pytest.fixture
def supervisor(tmp_path):
    """Start a supervisor of two programs in a process of its own; gives that process and the programs' ids."""
    started = []

    def start(*arguments):
        (tmp_path / "program.py").write_text(PROGRAM)
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(tmp_path), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout.readline() == b"up\n"
        ids = [int(line) for line in (tmp_path / "ids").read_text().split()]
        assert all(map(is_running, ids))
        return process, ids

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@needs_proc
@pytest.mark.parametrize("how", ["kernel", "guarded"])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_supervisor(supervisor, how, signum):
    process, ids = supervisor(how)
    process.send_signal(signum)
    process.wait(10)
    wait_until(lambda: not any(map(is_running, ids)))


@needs_proc
@pytest.mark.parametrize("how", ["kernel", "guarded"])
def test_a_second_signal_does_not_wait_for_the_deaf(supervisor, how):
    process, ids = supervisor(how, "deaf")
    process.terminate()
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    process.wait(3)
    wait_until(lambda: not any(map(is_running, ids)))


def test_the_dead_are_started_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("config.supervisor.BACK_OFF", (0.1,))
    ids = tmp_path / "ids"
    command = [sys.executable, "-c", f"open({str(ids)!r}, 'a').write('x'); print('last words'); raise SystemExit(3)"]
    crew = Supervisor([Program("short", command)], tmp_path / "log")
    with pytest.raises(GaveUp, match="short will not run"):
        crew.run(ready=lambda: False, announce=lambda: None)
    assert ids.read_text() == "xxx"
    said = capsys.readouterr().out
    assert "short ended with status 3" in said
    assert "last words" in said


def test_patience_ends(tmp_path):
    crew = Supervisor([Program("idle", [sys.executable, "-c", "import time; time.sleep(60)"])], tmp_path)
    with pytest.raises(GaveUp, match="not ready in time"):
        crew.run(ready=lambda: False, announce=lambda: None, patience=0.5)
    assert crew.programs[0].process.poll() is not None
