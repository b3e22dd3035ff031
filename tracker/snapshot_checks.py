"""Whether every snapshot is still what was closed, but for the words that erasures took out of it.

The digest that the closing's event holds leads, erasure by erasure, to the digest of the text as it stands. Each step
is one that the erasures' own stream tells, with the digest before, the digest after and the places; a row of the
database says nothing here, since whoever can reach the database can write one.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.progress import Watch, unwatched
from tracker.erased_snapshots import at_place
from tracker.models import Snapshot
from tracker.snapshots import digest_of
from workflow import audit, story
from workflow.erasure_scope import ERASED
from workflow.models import Event

Key = tuple[str, str, int]  # stream, period, version


@dataclass(frozen=True)
class Fault:
    period: str
    version: int
    why: str

    def __str__(self) -> str:
        return f"{self.period} version {self.version}: {self.why}"


def verify(*, watch: Watch = unwatched) -> Iterator[Fault]:
    """Every snapshot that is not what its event says was closed, and every closing whose snapshot is gone."""
    kept, erased = _closed(), _erased()
    snapshots = Snapshot.objects.select_related("period__programme").order_by("pk")
    for snapshot in watch(snapshots.iterator(chunk_size=20), snapshots.count):
        name = f"{snapshot.period.programme_id}/{snapshot.period.key}"
        key = (audit.stream_of(snapshot.period.programme), snapshot.period.key, snapshot.version)
        why = _fault(snapshot, kept.pop(key, None), erased[key])
        if why:
            yield Fault(name, snapshot.version, why)
    for stream, period, version in kept:
        yield Fault(f"{stream.removeprefix('programme:')}/{period}", version, "the snapshot is gone")


def _fault(snapshot: Snapshot, closed: str | None, erasures: list[dict[str, Any]]) -> str:
    """``closed`` is the digest that the closing's event holds."""
    if closed is None:
        return "no event says that it was closed"
    if digest_of(snapshot.text) != snapshot.digest:
        return "the text is not what the digest was made of"
    digest = closed
    for told in erasures:
        if told["before"] != digest:
            return "an erasure does not follow what was there before it"
        digest = told["after"]
    if snapshot.digest != digest:
        return "the digest is not the event's"
    content = json.loads(snapshot.text) if erasures else {}
    for told in erasures:
        if any(ERASED not in str(at_place(content, place)) for place in told["places"]):
            return "a place that was erased says something else"
    return ""


def _closed() -> dict[Key, str]:
    """The digests of what was closed, as the events say."""
    found: dict[Key, str] = {}
    events = Event.objects.filter(action=audit.CLOSE_PERIOD).select_related("stream", "payload")
    for event in events.order_by("pk"):
        payload = story.payload_of(event)
        told = payload.get("input", {})
        found[event.stream.name, payload.get("period", ""), told.get("snapshot", 0)] = told.get("digest", "")
    return found


def _erased() -> dict[Key, list[dict[str, Any]]]:
    """What erasures took out of each snapshot, in order."""
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for payload in audit.erasures():
        for one in payload.get("copies", []):
            found[one["stream"], one["period"], one["version"]].append(one)
    return found
