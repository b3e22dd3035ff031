"""Makes ``.venv`` beside this folder and goes on inside it. Standard library only; must parse on old Pythons too."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = ROOT / "var" / "venv.unfinished"  # stands while something is being installed
MINIMUM = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")
PROBE = "import sys, venv, ensurepip; sys.exit(sys.version_info < %r)" % (MINIMUM,)  # noqa: UP031 (old Pythons)


def enter(*requirements):
    """Return only inside a complete ``.venv`` that holds these requirement files; restarts the script to get there.

    Leaves with one clear line and status 1 when it cannot be made.
    """
    if sys.version_info < MINIMUM:
        python = _find_python()
        os.execv(python, [python] + sys.argv)  # noqa: RUF005 (old Pythons)
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    with _locked():
        if not _complete(requirements):
            if inside:  # a broken environment is not repaired by itself
                python = _find_python()
                os.execv(python, [python, *sys.argv])
            _install(requirements)
    if not inside:
        os.execv(str(PYTHON), [str(PYTHON), *sys.argv])


def _find_python():
    for name in CANDIDATES:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = shutil.which(name, path=folder)
            # Asked, not trusted: it may be a version manager's stub, or Debian's Python without its venv package.
            if path and not path.startswith(str(VENV)) and _answers(path, PROBE):
                return path
    sys.exit(
        "This needs Python %d.%d or newer with its venv module (on Debian: apt-get install python3-venv); "  # noqa: UP031
        "python3 is %d.%d here." % (MINIMUM + tuple(sys.version_info[:2]))
    )


def _answers(python, code):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.call([str(python), "-c", code], **quiet) == 0
    except OSError:
        return False


@contextlib.contextmanager
def _locked():
    """Two commands started at once install one after the other."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stamp(name):
    return VENV / (name + ".installed")


def _wanted(name):
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _complete(requirements):
    """Whether every file was installed to its end as it reads now. A stamp is the last thing an install writes."""
    return PYTHON.exists() and all(
        _stamp(name).exists() and _stamp(name).read_text() == _wanted(name) for name in requirements
    )


def _install(requirements):
    usable = _answers(PYTHON, "import sys, pip; sys.exit(sys.version_info < %r)" % (MINIMUM,))  # noqa: UP031
    # Killed half-way, pip leaves packages that look installed and are not; then nothing of it is kept.
    if UNFINISHED.exists() or not usable:
        UNFINISHED.touch()
        base = sys.executable if _answers(sys.executable, PROBE) else _find_python()
        print("Making .venv with Python %d.%d …" % sys.version_info[:2], flush=True)  # noqa: UP031
        _run([base, "-m", "venv", "--clear", str(VENV)], "Could not make .venv.")
    print(f"Installing {' and '.join(requirements)} …", flush=True)
    for name in requirements:
        _stamp(name).unlink(missing_ok=True)
    UNFINISHED.touch()
    files = [argument for name in requirements for argument in ("-r", name)]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, *files], "The installation failed; the next run starts it anew.")
    for name in requirements:
        _stamp(name).write_text(_wanted(name))
    UNFINISHED.unlink()


def _run(command, failure):
    if subprocess.call(command, cwd=str(ROOT), stdin=subprocess.DEVNULL):
        sys.exit(failure)  # what went wrong stands above
