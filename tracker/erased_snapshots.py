"""An erasure in frozen periods: where its words stand, and the same snapshot without them.

`copies` answers `workflow.signals.erasing_copies`. A frozen word goes where it stands in the place of a field that goes
(the title of an erased pledge, also the one that it had then), and where its text is repeated: a long one in every
entry of the government's snapshots, a short one only as a whole part of an entry of the pledges concerned.

Nothing but texts can change: `places_between` compares both contents. The digest before, the digest after and the
places go into the record, where `tracker.snapshot_checks` reads them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.actors import Actor
from pledges.models import LightOverride, Pledge, Programme, Target
from pledges.querysets import own_government
from tracker import snapshots
from tracker.exports.rows import COLUMNS
from tracker.models import ErasedSnapshot, Snapshot
from workflow import audit
from workflow.erasure_scope import COMMON, ERASED, LONG, Copy, Scope
from workflow.models import Erasure

# What an entry says with numbers, days, codes, fixed words and the names of units and posts: never searched.
KEPT = frozenset([
    "number", "unit.name", "leader.name", "form", "firmness", "state", "outcome", "due_date", "original_due_date",
    "light", "rule_light", "reason", "why", "pace", "report.period", "report.status", "report.data_date",
    "override.light", "override.rule_light", "override.rule_reason", "override.by", "override.post", "override.at",
    "targets.comparator", "targets.quantity_kind", "targets.unit",
    "targets.value", "targets.value_max", "targets.baseline", "targets.reported", "targets.published",
    "row.number", "row.leader", "row.lead_unit", "row.support_units", "row.due_date", "row.progress", "row.light",
])  # fmt: skip
# Where an entry shows a field of its pledge.
SHOWN = {
    "title": ("title", "row.title"),
    "quote": ("row.quote",),
    "section": ("section", "row.section"),
    "person": ("row.person",),
    "tags": ("tags",),
}
OF_OVERRIDE = ("override.reason", "override.basis")
OF_PROGRAMME = ("title", "document_number")
LABELS: dict[str, Any] = {
    **COLUMNS,
    "tags": gettext_lazy("标签"),
    "targets.name": gettext_lazy("目标名称"),
    "override.reason": gettext_lazy("亮灯调整的理由"),
    "override.basis": gettext_lazy("亮灯调整的依据"),
}
EDGE = r"[\s:;,\uff1a\uff1b\uff0c\u3001()\uff08\uff09]"
NUMBERED = re.compile(r"\.\d+(?=\.|$)")
NAMED_PLEDGES = 20  # more are only counted

Path = tuple[str | int, ...]


@dataclass
class _Words:
    """What is looked for: texts that are ``long`` or ``short``, and fields of rows that go whatever they said."""

    long: dict[str, None] = field(default_factory=dict)
    short: dict[str, None] = field(default_factory=dict)
    pledges: dict[int, set[str]] = field(default_factory=dict)
    targets: set[int] = field(default_factory=set)
    overridden: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)
    programmes: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, scope: Scope) -> "_Words":
        decided = LightOverride.objects.filter(pk__in=scope.fields_of(LightOverride))
        found = cls(
            overridden=set(decided.values_list("pledge_id", flat=True)),
            pledges=scope.fields_of(Pledge),
            targets=set(scope.fields_of(Target)),
            near=set(scope.pledges),
            programmes=set(scope.fields_of(Programme)),
        )
        found.add(scope.texts())
        return found

    def add(self, texts: Iterable[str]) -> None:
        for text in texts:
            if text.strip() and text != ERASED:
                (self.long if len(text) >= LONG else self.short)[text] = None

    def standing_in(self, content: dict[str, Any]) -> "_Words":
        """The same without texts that the content does not hold; the longest first."""
        held = "\n".join(text for entry in content["pledges"] for _path, text in _texts(entry))
        long, short = (
            dict.fromkeys(sorted((one for one in texts if one in held), key=len, reverse=True))
            for texts in (self.long, self.short)
        )
        return replace(self, long=long, short=short)

    def covered(self, text: str, *, is_near: bool) -> str:
        for word in self.long:
            text = text.replace(word, ERASED)
        for word in self.short if is_near else ():
            text = re.sub(rf"(?:(?<={EDGE})|^){re.escape(word)}(?={EDGE}|$)", ERASED, text)
        return text


def copies(*, scope: Scope, actor: Actor, **kwargs: Any) -> list[Copy]:
    """`workflow.signals.erasing_copies`: one for each snapshot that holds words of the subject."""
    if scope.event is not None:
        return []  # only what one event told
    frozen = Snapshot.objects.filter(period__programme__government__in=own_government(actor)).order_by("pk")
    frozen = frozen.select_related("period__programme")
    words = _Words.of(scope)
    for snapshot in frozen.filter(period__programme__pledges__in=scope.pledges).distinct().iterator(chunk_size=5):
        words.add(_names_then(json.loads(snapshot.text), words))
    found = []
    for snapshot in frozen.iterator(chunk_size=5):
        content = json.loads(snapshot.text)
        _erase(content, words)
        text = audit.canonical(content)
        if text != snapshot.text:
            found.append(_copy(snapshot, text))
    return found


def _copy(snapshot: Snapshot, text: str) -> Copy:
    places = places_between(json.loads(snapshot.text), json.loads(text))
    told = {"period": snapshot.period.key, "version": snapshot.version}
    return Copy(
        name=_("%(period)s 快照(版本 %(version)d)") % told,
        places=tuple(_told(json.loads(snapshot.text), places)),
        erase=partial(_take, snapshot, text, places),
    )


def _take(snapshot: Snapshot, text: str, places: list[str], erasure: Erasure) -> dict[str, Any]:
    before, after = snapshot.digest, snapshots.digest_of(text)
    size = len(snapshot.text.encode())
    ErasedSnapshot.objects.create(
        erasure=erasure, snapshot=snapshot, before=before, before_size=size, after=after, places=places
    )
    Snapshot.objects.filter(pk=snapshot.pk).update(text=text, digest=after)
    period = snapshot.period
    return {
        "stream": audit.stream_of(period.programme),
        "period": period.key,
        "version": snapshot.version,
        "before": before,
        "before_size": size,
        "after": after,
        "places": places,
    }


# What changes


def _erase(content: dict[str, Any], wanted: _Words) -> None:
    words = wanted.standing_in(content)
    if content["programme"]["id"] in words.programmes:
        content["programme"] |= {name: ERASED for name in OF_PROGRAMME if content["programme"][name]}
    were = {name: _borne(content, name) for name in ("section", "tags")}
    for entry in content["pledges"]:
        is_near = entry["id"] in words.near
        whole = _whole(entry, words)
        for path, text in list(_texts(entry)):
            kind = _kind(path)
            if kind in whole:
                _put(entry, path, ERASED if text else "")
            elif kind not in KEPT:
                _put(entry, path, words.covered(text, is_near=is_near))
    for name, box in (("section", "section"), ("tags", "tag")):
        _rename(content["rollups"], box, were[name], _borne(content, name))


def _whole(entry: dict[str, Any], words: _Words) -> set[str]:
    """The places of an entry that go whatever they say."""
    fields = words.pledges.get(entry["id"], set())
    found = {place for name in fields for place in SHOWN.get(name, ())}
    if "deliverable" in fields and not entry["targets"]:
        found.add("row.goal")
    if entry["id"] in words.overridden:
        found.update(OF_OVERRIDE)
    if any(one["id"] in words.targets for one in entry["targets"]):
        found.add("targets.name")
    return found


def _names_then(content: dict[str, Any], words: _Words) -> Iterator[str]:
    """What the places that go said when they were frozen, unless unrelated things are called so too."""
    common = {place for name in COMMON for place in (*SHOWN.get(name, ()), f"override.{name}")}
    for entry in content["pledges"]:
        places = _whole(entry, words) - common
        yield from (text for path, text in _texts(entry) if _kind(path) in places)


def _borne(content: dict[str, Any], name: str) -> list[list[str]]:
    return [list(one) if isinstance(one, list) else [one] for one in (entry[name] for entry in content["pledges"])]


def _rename(rollups: list[dict[str, Any]], box: str, before: list[list[str]], after: list[list[str]]) -> None:
    """Figures by a section or a tag lose its name once no entry bears it any more."""
    left = {name for names in after for name in names}
    gone = {
        old: new
        for olds, news in zip(before, after, strict=True)
        for old, new in zip(olds, news, strict=True)
        if old not in left
    }
    for told in rollups:
        told[box] = gone.get(told[box], told[box])


# Walking


def _texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _texts(one, (*path, place))


def _kind(path: Path) -> str:
    return ".".join(key for key in path if isinstance(key, str))


def _put(value: Any, path: Path, text: str) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text


class Differs(Exception):
    """Two contents differ in more than words that became 已清除."""


def places_between(before: Any, after: Any, path: str = "") -> list[str]:
    """The places, as JSON pointers, where a text lost words to 已清除. Differs where anything else is not the same."""
    if before == after:
        return []
    if isinstance(before, str) and isinstance(after, str) and ERASED in after:
        return [path]
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [place for key in before for place in places_between(before[key], after[key], f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [place for number, (one, other) in pairs for place in places_between(one, other, f"{path}/{number}")]
    raise Differs(path)


def at_place(content: Any, place: str) -> Any:
    """What stands at a JSON pointer; None where there is nothing."""
    for key in place.split("/")[1:]:
        if isinstance(content, list):
            content = content[int(key)] if key.isdecimal() and int(key) < len(content) else None
        else:
            content = content.get(key) if isinstance(content, dict) else None
    return content


def _told(content: dict[str, Any], places: list[str]) -> Iterator[str]:
    """The places as the director reads them: by pledge, in the words of the ledger's columns."""
    by_pledge: dict[int, set[str]] = {}
    beside: dict[str, None] = {}
    for place in places:
        _empty, part, *rest = place.split("/")
        if part == "pledges":
            by_pledge.setdefault(int(rest[0]), set()).add(_label(NUMBERED.sub("", ".".join(rest[1:]))))
        else:
            beside[str(_("台账名称和文号") if part == "programme" else _("汇总中的章节、标签名称"))] = None
    for number, labels in list(by_pledge.items())[:NAMED_PLEDGES]:
        told = {
            "number": content["pledges"][number]["number"],
            "labels": "、".join(str(LABELS.get(one, one)) for one in sorted(labels, key=_column)),
        }
        yield _("%(number)s:%(labels)s") % told
    if len(by_pledge) > NAMED_PLEDGES:
        yield _("另有 %(count)d 项") % {"count": len(by_pledge) - NAMED_PLEDGES}
    yield from beside


def _label(kind: str) -> str:
    """The key in `LABELS`: what the entry and its row of the ledger both say is one thing."""
    return kind if kind in LABELS else kind.rpartition(".")[2]


def _column(label: str) -> int:
    return list(LABELS).index(label) if label in LABELS else len(LABELS)
