"""Finding events: what the auditor may see, and what narrows it."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import Forbidden
from pledges.models import Document, Pledge, Programme, Role, Unit
from pledges.querysets import own_government_path
from workflow import audit
from workflow.models import Event

EXPORTS = "audit"  # the stream that keeps what was exported
OF_PROGRAMMES = ("pledge", "document", "programme")


@dataclass(frozen=True)
class Search:
    """What an auditor asks for; everything empty asks for all. ``number`` is a pledge's, ``person`` a name or an
    account, ``unit`` covers those below it, both days are included."""

    stream: str = ""
    kind: str = ""
    number: str = ""
    action: str = ""
    person: str = ""
    unit: Unit | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    words: str = ""

    @property
    def is_any(self) -> bool:
        return self != Search()

    def recorded(self) -> dict[str, Any]:
        """What was asked, as an event keeps it."""
        return {name: value for name, value in vars(self).items() if value}


def refusal(actor: Actor) -> Any | None:
    """Why this actor may not read all events, or None."""
    return None if actor.has_role(Role.AUDITOR) else _("全部操作记录只供审计管理员查阅;单个事项的办理过程在事项页。")


def visible_to(actor: Actor) -> QuerySet[Event]:
    """Every event of the auditor's government; nothing for anybody else."""
    return Event.objects.none() if refusal(actor) is not None else of_government(actor)


def of_government(actor: Actor) -> QuerySet[Event]:
    """What the government's posts did, and what happened by itself to its programmes or belongs to nobody's."""
    if actor.unit is None:
        return Event.objects.none()
    root = own_government_path(actor)
    own = Q(post__unit__path__startswith=root) | Q(acting_for__unit__path__startswith=root)
    programmes = Programme.objects.filter(government__path__startswith=root)
    subjects = (
        programmes,
        Pledge.objects.filter(programme__in=programmes),
        Document.objects.filter(programme__in=programmes),
    )
    by_itself = Q()
    for rows in subjects:
        name = Concat(Value(f"{rows.model._meta.model_name}:"), Cast("pk", CharField()))
        by_itself |= Q(stream__name__in=rows.order_by().annotate(stream_name=name).values("stream_name"))
    nobodys = Q()
    for kind in OF_PROGRAMMES:
        nobodys &= ~Q(stream__name__startswith=f"{kind}:")
    return Event.objects.filter(own | Q(post=None, acting_for=None) & (by_itself | nobodys))


def found(actor: Actor, search: Search) -> QuerySet[Event]:
    """The events asked for, the newest first. Raises Forbidden for who is no auditor."""
    reason = refusal(actor)
    if reason is not None:
        raise Forbidden(reason)
    events = visible_to(actor)
    if search.stream:
        events = events.filter(stream__name=search.stream)
    if search.kind:
        events = events.filter(Q(stream__name=search.kind) | Q(stream__name__startswith=f"{search.kind}:"))
    if search.number:
        numbered = Pledge.objects.visible_to(actor).filter(number=search.number).values_list("pk", flat=True)
        events = events.filter(stream__name__in=[f"pledge:{pk}" for pk in numbered])
    if search.action:
        events = events.filter(action=search.action)
    if search.person:
        events = events.filter(Q(user__name__icontains=search.person) | Q(user__username=search.person))
    if search.unit is not None:
        below = search.unit.path
        events = events.filter(Q(post__unit__path__startswith=below) | Q(acting_for__unit__path__startswith=below))
    if search.since is not None:
        events = events.filter(at__gte=_beginning(search.since))
    if search.until is not None:
        events = events.filter(at__lt=_beginning(search.until + datetime.timedelta(days=1)))
    if search.words:
        written = json.dumps(search.words, ensure_ascii=False)[1:-1]  # as it stands inside the payload
        events = events.filter(payload__text__icontains=written)
    return events.order_by("-pk")


def _beginning(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=timezone.get_default_timezone())


def export(actor: Actor, search: Search, *, form: str, at: datetime.datetime) -> QuerySet[Event]:
    """The events to hand over, the oldest first, after putting on record that they were. Later ones are left out."""
    with transaction.atomic():
        asked = found(actor, search)
        newest = asked.values_list("pk", flat=True).first() or 0
        payload = {"input": {"form": form, **search.recorded()}, "events": asked.count()}
        audit.append(stream=EXPORTS, action="export_events", actor=actor, at=at, payload=payload)
    return asked.filter(pk__lte=newest).order_by("pk")
