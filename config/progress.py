"""How far a long command has come: a bar on the terminal, and nothing where nobody watches."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


class Watch(Protocol):
    """Goes through ``items``, of which there are ``total``, and says how far it has come."""

    def __call__(self, items: Iterable[Item], total: int) -> Iterable[Item]: ...


def unwatched(items: Iterable[Item], total: int) -> Iterable[Item]:
    return items


def bar(what: str) -> Watch:
    """On standard error, gone when it is done; ``what`` is counted. Files and pipes get nothing."""

    def watched(items: Iterable[Item], total: int) -> Iterator[Item]:
        yield from tqdm(items, total=total, unit=f" {what}", disable=None, leave=False)

    return watched
