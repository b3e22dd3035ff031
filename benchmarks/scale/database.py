"""One private PostgreSQL for a run; a database filled once and copied for each benchmark; the clock."""

import atexit
import contextlib
import functools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.scale.province import Size


@contextlib.contextmanager
def filled(size: Size) -> Iterator[None]:
    """Django connected to a database that holds a province of this size, and which the benchmark may change."""
    template = _template(size)
    with _connected(f"{template}_copy", template=template):
        yield


def timed(work: Callable[[], Any], *, settled: bool = True) -> tuple[Any, float]:
    """What ``work`` returns and its seconds by the clock on the wall, since it is the server's work. ``settled``: the
    tables are vacuumed first, as autovacuum would, and nothing of what came before is left to be written."""
    from django.db import connection

    if settled:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
    started = time.perf_counter()
    return work(), time.perf_counter() - started


@functools.cache
def _server() -> str:
    """The address of a server that ends with this process."""
    from tests.support import servers

    running = contextlib.ExitStack()
    atexit.register(running.close)
    var = running.enter_context(tempfile.TemporaryDirectory(prefix="pledges-scale-"))
    address = running.enter_context(servers.postgres())
    os.environ.update(DATABASE_URL=address, SECRET_KEY="for-the-benchmark", PLEDGES_VAR=var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    return address


@functools.cache
def _template(size: Size) -> str:
    from django.core.management import call_command

    from benchmarks.scale.province import fill

    name = f"filled_{size.all_pledges}"
    with _connected(name, keep=True):
        call_command("migrate", verbosity=0)
        fill(size)
    return name


@contextlib.contextmanager
def _connected(name: str, *, template: str = "template1", keep: bool = False) -> Iterator[None]:
    _server()
    from django.db import connection

    def on_the_server(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    before = connection.settings_dict["NAME"]
    on_the_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        if not keep:
            on_the_server(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()
