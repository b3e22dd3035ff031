"""One act on many pledges: what would happen to each, and the act itself, on all of them or on none.

Every pledge goes through the gate, so each has its own refusals and its own event.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState
from pledges.models import Pledge, Role
from pledges.working_days import Calendar
from workflow import services
from workflow.transitions import BY_NAME, Transition

MOST = 200
OFFICE = (Role.SUPERVISOR, Role.DIRECTOR)
# The acts that can be done on many at once, and the roles they are offered to; the gate decides about each pledge.
OFFERED: dict[str, tuple[Role, ...]] = {
    "assign": (Role.DIRECTOR,),
    "urge": OFFICE,
    "change_lead": (Role.DIRECTOR,),
    "tag": OFFICE,
    "return_report": (*OFFICE, Role.HEAD),
}
SETTLED = ("lead_unit", "due_date")  # of a draft: what was settled before stands

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Forecast:
    """What the act would do to one pledge: ``refusal`` None, or why it would not go."""

    pledge: Pledge
    refusal: DomainError | None

    @property
    def reasons(self) -> list[Any]:
        """Why not, one sentence each."""
        if isinstance(self.refusal, BadInput):
            return list(self.refusal.fields.values())
        return [] if self.refusal is None else [self.refusal.message]


def offered(actor: Actor) -> list[Transition]:
    """The acts that this actor's role may do on many at once."""
    return [BY_NAME[name] for name, roles in OFFERED.items() if name in BY_NAME and actor.has_role(*roles)]


def preview(
    act: str,
    pledge_ids: Collection[int],
    *,
    actor: Actor,
    payload: Payload,
    at: datetime.datetime,
    each: Mapping[int, Payload] | None = None,
) -> list[Forecast]:
    """What the act would do to each pledge, by number. The act is really performed and then undone.

    ``payload`` is for all, ``each`` (by pledge id) goes before it. Raises Invisible when one of the pledges may not be
    known, BadInput for none or too many.
    """
    transition = _transition(act)
    calendar = calendars.current()

    def act_on(pledge: Pledge) -> Pledge:
        return _perform(transition, pledge, pledge.version, actor, payload, each, at, calendar)

    with transaction.atomic():
        came = [(pledge, _attempt(act_on, pledge)) for pledge in locked(pledge_ids, actor)]
        transaction.set_rollback(True)
    found = [Forecast(pledge, made if isinstance(made, DomainError) else None) for pledge, made in came]
    return sorted(found, key=lambda one: one.pledge.number)


def perform(
    act: str,
    versions: Mapping[int, int],
    *,
    actor: Actor,
    payload: Payload,
    at: datetime.datetime,
    each: Mapping[int, Payload] | None = None,
) -> list[Pledge]:
    """The act on every pledge of ``versions`` (id: version seen), or on none; one event each.

    A refusal names the numbers of the pledges that are in the way. `preview` says what the arguments are.
    """
    transition = _transition(act)
    calendar = calendars.current()
    with transaction.atomic():
        return all_or_none(
            locked(versions, actor),
            lambda pledge: _perform(transition, pledge, versions[pledge.pk], actor, payload, each, at, calendar),
        )


def locked(pledge_ids: Collection[int], actor: Actor) -> list[Pledge]:
    """The pledges under row locks, taken in the order of their ids. Invisible unless all of them may be known."""
    if not pledge_ids:
        raise BadInput({"": _("请先勾选事项。")})
    if len(set(pledge_ids)) > MOST:
        raise BadInput({"": _("一次最多办理 %(most)d 项,请分批办理。") % {"most": MOST}})
    rows = Pledge.objects.visible_to(actor).filter(pk__in=set(pledge_ids)).select_for_update(of=("self",))
    found = list(rows.order_by("pk"))
    if len(found) < len(set(pledge_ids)):
        raise Invisible()
    shown = Pledge.objects.for_list().in_bulk([pledge.pk for pledge in found])
    return [shown[pledge.pk] for pledge in found]


def all_or_none(pledges: Iterable[Pledge], act: Callable[[Pledge], Pledge]) -> list[Pledge]:
    """``act`` on each. Every refusal is collected before the first in the house's order is raised, for all pledges
    that it concerns. Call inside a transaction, which the raised refusal rolls back."""
    done: list[Pledge] = []
    refused: list[tuple[Pledge, DomainError]] = []
    for pledge in pledges:
        came = _attempt(act, pledge)
        if isinstance(came, DomainError):
            refused.append((pledge, came))
        else:
            done.append(came)
    if refused:
        raise _together(refused, len(done) + len(refused))
    return done


def _transition(act: str) -> Transition:
    if act not in OFFERED or act not in BY_NAME:
        raise Invisible()
    return BY_NAME[act]


def _perform(
    transition: Transition,
    pledge: Pledge,
    version: int,
    actor: Actor,
    payload: Payload,
    each: Mapping[int, Payload] | None,
    at: datetime.datetime,
    calendar: Calendar,
) -> Pledge:
    return services.perform(
        transition.name,
        pledge_id=pledge.pk,
        actor=actor,
        payload=payload_of(transition.name, pledge, payload, (each or {}).get(pledge.pk, {})),
        version=version,
        at=at,
        calendar=calendar,
    )


def payload_of(act: str, pledge: Pledge, common: Payload, own: Payload) -> dict[str, Any]:
    """What the gate is told of one pledge. In assigning, the lead and the day that were settled stand, and the basis
    where none is given; a common lead or day is for the pledges that have none."""
    given = {name: value for name, value in own.items() if value not in (None, "", [])}
    if act != "assign":
        return {**common, **given}
    settled = {"lead_unit": pledge.lead_unit_id, "due_date": pledge.due_date}
    standing = {name: settled[name] for name in SETTLED if settled[name] is not None}
    told = {**common, **standing, **given}
    return told if told.get("basis") else {**told, "basis": pledge.basis}


def _attempt(act: Callable[[Pledge], Pledge], pledge: Pledge) -> Pledge | DomainError:
    """What came of it, or why nothing did; a refused attempt has changed nothing."""
    try:
        with transaction.atomic():
            return act(pledge)
    except DomainError as refusal:
        return refusal


def _together(refused: list[tuple[Pledge, DomainError]], total: int) -> DomainError:
    """One refusal for many: of the kind that comes first in the house's order, with each pledge's number."""
    kinds: tuple[tuple[type[DomainError], ...], ...] = ((Invisible,), (Forbidden,), (Stale, WrongState), (BadInput,))
    kind = next(kinds_ for kinds_ in kinds if any(isinstance(refusal, kinds_) for _pledge, refusal in refused))
    chosen = [(pledge, refusal) for pledge, refusal in refused if isinstance(refusal, kind)]
    if kind == (Invisible,):
        return chosen[0][1]
    if kind == (BadInput,):
        return BadInput(_faults(chosen, total))
    told = [_named(pledge, words) for pledge, refusal in chosen for words in _sentences(refusal)]
    if any(isinstance(refusal, Stale) for _pledge, refusal in chosen):
        return Stale(told)
    return (Forbidden if kind == (Forbidden,) else WrongState)(" ".join(told))


def _sentences(refusal: DomainError) -> list[Any]:
    changes = refusal.changes if isinstance(refusal, Stale) else []
    return list(changes) or [refusal.message]


def _named(pledge: Pledge, words: Any) -> str:
    return str(_("%(number)s:%(words)s") % {"number": pledge.number, "words": words})


def _faults(refused: list[tuple[Pledge, DomainError]], total: int) -> dict[str, Any]:
    """A fault that every pledge has belongs to the common field; any other to the pledge's own
    (``each.<id>.<field>``), with its number."""
    by_field: dict[str, list[tuple[Pledge, Any]]] = {}
    for pledge, refusal in refused:
        for name, words in refusal.fields.items() if isinstance(refusal, BadInput) else ():
            by_field.setdefault(name, []).append((pledge, words))
    faults: dict[str, Any] = {}
    for name, told in by_field.items():
        if len(told) == total and len({str(words) for _pledge, words in told}) == 1:
            faults[name] = told[0][1]
        else:
            faults |= {f"each.{pledge.pk}.{name}": _named(pledge, words) for pledge, words in told}
    return faults
