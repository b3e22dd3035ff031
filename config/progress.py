"""How far a long command has come: a bar on the terminal, and nothing where nobody watches."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


class Watch(Protocol):
    """Goes through ``items`` and says how far it has come. How many there are it asks only when somebody looks on."""

    def __call__(self, items: Iterable[Item], total: Callable[[], int]) -> Iterable[Item]: ...


def unwatched(items: Iterable[Item], total: Callable[[], int]) -> Iterable[Item]:
    return items


def bar(what: str) -> Watch:
    """On standard error, gone when it is done; ``what`` is counted. Files and pipes get nothing."""

    def watched(items: Iterable[Item], total: Callable[[], int]) -> Iterator[Item]:
        yield from tqdm(items, total=total(), unit=f" {what}", disable=None, leave=False)

    return watched
