"""Many acts at the same moment, each in a thread and a connection of its own."""

import collections
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from pledges.errors import DomainError


def at_once(acts: Sequence[Callable[[], Any]]) -> collections.Counter[str]:
    """Run all acts at the same moment, each in its own thread and connection; count how they ended."""
    ended: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            act()
            ended.append("done")
        except DomainError as refusal:
            ended.append(type(refusal).__name__)
        except Exception as error:
            ended.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    return collections.Counter(ended)
