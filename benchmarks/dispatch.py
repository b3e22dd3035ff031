"""Dispatch: jobs through our on-commit path beside the same empty job sent by Celery itself, on one real worker."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figures import beside
from benchmarks.scale.database import filled
from benchmarks.scale.province import Size

JOBS = 3_000
ROUNDS = 3
NOBODY = Size(governments=1, units=2, pledges=0)


def beside_a_bare_job() -> dict[str, Any]:
    """Jobs per second until the worker has done the last one. Ours: a transaction, the hook that is called after its
    commit, and the hint; the floor: ``delay`` of the same job."""
    from tests.support import servers

    with tempfile.TemporaryDirectory(prefix="pledges-dispatch-") as folder, servers.redis() as broker:
        os.environ["REDIS_URL"] = broker
        with filled(NOBODY):
            from tests.support.workers import Worker

            worker = Worker(Path(folder))
            worker.start()
            try:
                rates = [(rate(through_our_path), rate(bare)) for _ in range(ROUNDS)]
            finally:
                worker.stop()
    value, floor = (max(column) for column in zip(*rates, strict=True))
    return beside(value, floor, n=JOBS, digits=0)


def through_our_path() -> None:
    from django.db import transaction

    from workflow import hints

    with transaction.atomic():
        hints.once_after_commit(hint)


def hint() -> None:
    from tests.support import jobs
    from workflow import hints

    hints.publish(jobs.nothing.name, sweep_seconds=600)


def bare() -> None:
    from tests.support import jobs

    jobs.nothing.delay()


def rate(send: Callable[[], None]) -> float:
    send()
    wait_until_done("warm")
    started = time.perf_counter()
    for _ in range(JOBS):
        send()
    wait_until_done("last")
    return JOBS / (time.perf_counter() - started)


def wait_until_done(name: str) -> None:
    """Send one job more, and wait for the row that it leaves: jobs are begun in their order."""
    from tests.support import jobs
    from workflow.models import Stream

    left = Stream.objects.filter(name=name)
    left.delete()
    jobs.note.delay(name)
    while not left.exists():
        time.sleep(0.002)
