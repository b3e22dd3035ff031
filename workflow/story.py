"""Events told in plain sentences: the pledge page's history, and what a stale form is shown."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from pledges.models import Pledge, Post, Unit, User
from workflow.models import Event
from workflow.story_words import CADENCES, CHOSEN, FIELDS, OTHER_ACTS, OUTCOMES, STATES, TOLD_AS_CHANGES
from workflow.transitions import BY_NAME


@dataclass(frozen=True)
class Line:
    """One event: when, who, a sentence, the words given (reason, sentence, finding), and the version it led to.

    ``changes`` tell the old and the new value of what was changed ("完成时限 2020-12-15 → 2021-03-31"), ``settings``
    what was set for the first time ("牵头单位:水务局").
    """

    at: datetime.datetime
    who: str
    act: str
    words: str
    version: int
    changes: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        told = _("%(who)s %(act)s") % {"who": self.who, "act": self.act}
        words = ";".join(filter(None, (*self.changes, self.words)))
        return _("%(told)s:%(words)s") % {"told": told, "words": words} if words else told


@dataclass(frozen=True)
class Names:
    """Names of the units, posts and people that payloads keep by id."""

    unit: Mapping[int, str]
    post: Mapping[int, str]
    user: Mapping[int, str]

    @classmethod
    def of(cls, payloads: Iterable[Mapping[str, Any]]) -> "Names":
        """All that these payloads name; at most three queries however many they are."""
        wanted: dict[str, set[int]] = {"unit": set(), "post": set(), "user": set()}
        for payload in payloads:
            for values in _sides(payload):
                for name, value in values.items():
                    kind = FIELDS[name][1] if name in FIELDS else ""
                    if kind in wanted:
                        many = value if isinstance(value, list) else [value]
                        wanted[kind] |= {one for one in many if isinstance(one, int)}
        found = {
            kind: {one.pk: str(one) for one in rows.filter(pk__in=wanted[kind])} if wanted[kind] else {}
            for kind, rows in (
                ("unit", Unit.objects.all()),
                ("post", Post.objects.select_related("unit")),
                ("user", User.objects.all()),
            )
        }
        return cls(**found)

    def told(self, kind: str, value: Any) -> str:
        """A value in words; an id that no row has any more is told as the number it is."""
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            return "、".join(self.told(kind, one) for one in value)
        if kind in ("outcome", "cadence"):
            return str((OUTCOMES if kind == "outcome" else CADENCES).get(value, value))
        known: Mapping[Any, str] = getattr(self, kind, {})
        return known.get(value, str(value))


WORDS = ("sentence", "words", "reason", "finding", "evidence", "basis", "title")


def recorded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as an event keeps them: rows by id, keys as text."""
    return {key: _recorded(value) for key, value in values.items()}


def _recorded(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Mapping):
        return {str(key.pk if isinstance(key, Model) else key): _recorded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_recorded(one) for one in value]
    return value


def of_pledge(pledge: Pledge) -> list[Line]:
    """The pledge's history, oldest first."""
    return told(Event.objects.filter(stream__name=f"pledge:{pledge.pk}").order_by("sequence"))


def told(events: QuerySet[Event]) -> list[Line]:
    """Events as lines, in the reader's language and the order given; a fixed number of queries."""
    found = list(with_actors(events))
    names = Names.of(payload_of(event) for event in found)
    return [tell(event, names) for event in found]


def with_actors(events: QuerySet[Event]) -> QuerySet[Event]:
    """With all that telling an event reads."""
    return events.select_related("stream", "user", "post__unit", "acting_for__unit", "payload")


def tell(event: Event, names: Names | None = None) -> Line:
    """One event as a line, in the reader's language. ``names`` are those of many events, looked up at once."""
    payload = payload_of(event)
    names = names or Names.of([payload])
    changes, settings = _changes(payload, names)
    return Line(
        at=event.at,
        who=who(event),
        act=_act(event, payload),
        words=_words(event, payload),
        version=payload.get("version", 0),
        changes=changes,
        settings=settings,
    )


def _words(event: Event, payload: Mapping[str, Any]) -> str:
    if is_erased(event):
        return _("已清除")
    given = _side(payload, "input") or payload
    if event.action in TOLD_AS_CHANGES:
        return _("%(told)s:%(words)s") % {"told": _("依据"), "words": given["basis"]} if given.get("basis") else ""
    words = next((str(given[name]) for name in WORDS if given.get(name)), "")
    if event.action not in CHOSEN:
        return words
    name, choices = CHOSEN[event.action]
    chosen = str(choices(given[name]).label) if given.get(name) in choices.values else ""
    return _("%(told)s:%(words)s") % {"told": chosen, "words": words} if chosen and words else chosen or words


def _changes(payload: Mapping[str, Any], names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What had another value before, and what had none."""
    before, after = _side(payload, "before"), _side(payload, "after")
    changes, settings = [], []
    for name, (label, kind) in FIELDS.items():
        if name not in after or before.get(name) == after[name]:
            continue
        old, new = names.told(kind, before.get(name)), names.told(kind, after[name])
        if old:
            changes.append(f"{label} {old} → {new or '—'}")
        elif new:
            settings.append(_("%(told)s:%(words)s") % {"told": label, "words": new})
    return tuple(changes), tuple(settings)


def _sides(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_side(payload, "before"), _side(payload, "after")]


def _side(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def is_erased(event: Event) -> bool:
    return not hasattr(event, "payload")


def payload_of(event: Event) -> dict[str, Any]:
    """What an event kept; nothing where it has been erased."""
    return dict(json.loads(event.payload.text)) if hasattr(event, "payload") else {}


def who(event: Event) -> str:
    """The person and the post that an event names."""
    if event.user is None:
        return _("自动")
    if event.acting_for is not None:
        return _("%(user)s(代%(post)s)") % {"user": event.user, "post": event.acting_for}
    return _("%(user)s(%(post)s)") % {"user": event.user, "post": event.post} if event.post else str(event.user)


def label_of(action: str) -> str:
    """What an act is called; its name where it has no word."""
    transition = BY_NAME.get(action)
    return str(transition.label) if transition else str(OTHER_ACTS.get(action, action))


def _act(event: Event, payload: Mapping[str, Any]) -> str:
    before, after = (STATES.get(side.get("state") or side.get("status") or "") for side in _sides(payload))
    label = label_of(event.action)
    if before and after and before != after:
        return _("%(act)s(%(before)s → %(after)s)") % {"act": label, "before": before, "after": after}
    return label
