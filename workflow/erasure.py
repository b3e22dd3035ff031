"""清除: what should never have entered is taken away by two people, the security administrator and the director.

The words go from the facts, the payloads from the events that told them. The events stay with their digests, and the
``erasure`` stream names each of them, which is what lets `audit.verify` accept that their payloads are missing.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, WrongState
from pledges.extraction import secrecy
from pledges.models import Document, Pledge, Programme, Report, Role
from pledges.querysets import own_government, own_government_path
from pledges.services import erasing
from workflow import audit, erasure_subjects
from workflow.erasure_scope import KINDS, Copy, Scope
from workflow.models import ErasedEvent, Erasure, Event, EventPayload, Objection
from workflow.signals import Mark, erasing_copies, moved

LONGEST_REASON = 300
REPORT = re.compile(r"(\d{4}-\d{3,}(?:-\d+)*)/(\d{4}-Q\d)/(\d{1,4})")
OBJECTION = re.compile(r"(\d{4}-\d{3,}(?:-\d+)*)/(\d{4}-Q\d)")
YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Named:
    """A subject as the security administrator is shown it: kind and number, never its words."""

    kind: Any
    number: str


def visible_to(actor: Actor) -> QuerySet[Erasure]:
    """Those of the government: for both who do it, and for the auditor. Newest first."""
    if actor.unit is None or not actor.has_role(Role.SECURITY_ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR):
        return Erasure.objects.none()
    found = Erasure.objects.filter(proposed_post__unit__path__startswith=own_government_path(actor))
    return found.select_related("proposed_by", "proposed_post__unit", "decided_by", "decided_post__unit")


def demand_visible(actor: Actor) -> None:
    if not actor.has_role(Role.SECURITY_ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR):
        raise Forbidden(_("清除由安全管理员提出、督查室主任确认,审计管理员可以查看。"))


def waiting_for(actor: Actor) -> int:
    """How many proposals wait for this actor's decision."""
    if not actor.has_role(Role.DIRECTOR):
        return 0
    return visible_to(actor).filter(status=Erasure.Status.PROPOSED).exclude(proposed_by=actor.user).count()


def named(subject: str) -> Named:
    """A subject by kind and number."""
    return all_named([subject])[0]


def all_named(subjects: Sequence[str]) -> list[Named]:
    """Subjects by kind and number, in one query. A pledge is called by its own number, which tells nothing of it."""
    split = [(kind, number) for kind, _colon, number in (subject.partition(":") for subject in subjects)]
    wanted = [int(number) for kind, number in split if kind == "pledge" and number.isdecimal()]
    numbers = dict(Pledge.objects.filter(pk__in=wanted).values_list("pk", "number"))
    return [
        Named(KINDS.get(kind, kind), numbers.get(int(number), number) if kind == "pledge" else number)
        for kind, number in split
    ]


def reference_of(kind: str, number: str, actor: Actor) -> str:
    """The subject that somebody names by hand: pledges by their number (2020-012), a report by its pledge's number,
    period and revision (2020-012/2020-Q3/1), an objection by its pledge's number and period, a programme by its year,
    an event as its stream and number, everything else by its id."""
    number = number.strip()
    if kind not in KINDS:
        raise BadInput({"kind": _("请从列表中选择。")})
    if not number:
        raise BadInput({"number": _("请填写编号。")})
    own = Pledge.objects.filter(programme__government__in=own_government(actor))
    found: int | None = None
    if kind == "pledge":
        found = own.filter(number=number).values_list("pk", flat=True).first()
    elif kind == "report" and (written := REPORT.fullmatch(number)):
        of = Report.objects.filter(
            pledge__in=own.filter(number=written[1]), period__key=written[2], revision=int(written[3])
        )
        found = of.values_list("pk", flat=True).first()
    elif kind == "objection" and (written := OBJECTION.fullmatch(number)):
        objected = Objection.objects.filter(pledge__in=own.filter(number=written[1]), check_row__period__key=written[2])
        found = objected.values_list("pk", flat=True).first()
    elif kind == "programme":
        return f"{kind}:{_programme_of(number, actor)}"
    return f"{kind}:{found or number}"


def _programme_of(year: str, actor: Actor) -> int:
    """A programme is only ever named by its year: an id could be taken for one. 0 where there is none."""
    wanted = int(year) if YEAR.fullmatch(year) else 0
    found = Programme.objects.filter(government__in=own_government(actor), year=wanted)
    return found.values_list("pk", flat=True).first() or 0


def propose(*, actor: Actor, subject: str, reason: str, at: datetime.datetime) -> Erasure:
    """Ask for an erasure. The reason must not repeat what is to be erased. Forbidden, or BadInput by field."""
    if not actor.has_role(Role.SECURITY_ADMINISTRATOR) or actor.user is None:
        raise Forbidden(_("清除由安全管理员提出。"))
    faults: dict[str, Any] = {}
    reason = reason.strip()
    if not reason:
        faults["reason"] = _("请填写理由,不要写出要清除的内容。")
    elif len(reason) > LONGEST_REASON:
        faults["reason"] = _("理由最多 %(longest)d 字。") % {"longest": LONGEST_REASON}
    elif secrecy.marks(reason):
        faults["reason"] = _("理由里带有密级标志,请只写原因,不要抄录内容。")
    with transaction.atomic():
        try:
            scope = erasure_subjects.find(subject, actor)
        except BadInput as refusal:
            raise BadInput(faults | refusal.fields) from refusal
        if Erasure.objects.filter(subject=scope.reference, status=Erasure.Status.PROPOSED).exists():
            faults["subject"] = _("这一对象的清除已经提出,正等待督查室主任确认。")
        if faults:
            raise BadInput(faults)
        erasure = Erasure.objects.create(
            subject=scope.reference,
            reason=reason,
            proposed_by=actor.user,
            proposed_post=actor.duty,
            proposed_at=at,
        )
        _record(erasure, "propose_erasure", actor, at, {})
    return erasure


def refuse(erasure_id: int, *, actor: Actor, at: datetime.datetime) -> Erasure:
    """The director does not agree; nothing is erased."""
    with transaction.atomic():
        erasure = _to_decide(erasure_id, actor)
        _decide(erasure, Erasure.Status.REFUSED, actor, at)
        _record(erasure, "refuse_erasure", actor, at, {})
    return erasure


def confirm(erasure_id: int, *, actor: Actor, at: datetime.datetime) -> Erasure:
    """The director agrees: words, payloads and files are gone when this returns.

    Raises Invisible, Forbidden, WrongState, or BadInput where the subject is no longer there.
    """
    with transaction.atomic():
        erasure = _to_decide(erasure_id, actor)
        _lock(erasure_subjects.find(erasure.subject, actor), actor)
        scope = erasure_subjects.find(erasure.subject, actor)  # as it stands now that nobody else can add to it
        events, copies = scope.events(), copies_of(scope, actor)
        ErasedEvent.objects.bulk_create(ErasedEvent(erasure=erasure, event=event) for event in events)
        _blank(scope)
        _decide(erasure, Erasure.Status.DONE, actor, at)
        taken = [told for copy in copies if (told := copy.erase(erasure))]
        audit.append(stream=scope.stream, action="erased", actor=actor, at=at, payload={"erasure": erasure.pk})
        _record(erasure, audit.ERASE, actor, at, {"events": [_listed(event) for event in events], "copies": taken})
        EventPayload.objects.filter(event__erased__erasure=erasure).delete()
    return erasure


def scope_of(erasure: Erasure, actor: Actor) -> Scope | None:
    """What the director is shown before deciding; None for anybody else, and once it is decided."""
    if erasure.status != Erasure.Status.PROPOSED or not actor.has_role(Role.DIRECTOR):
        return None
    return erasure_subjects.find(erasure.subject, actor)


def copies_of(scope: Scope, actor: Actor) -> list[Copy]:
    """What others keep of the subject's words; ask before anything is blanked."""
    answered: Any = erasing_copies.send(sender=Erasure, scope=scope, actor=actor)
    return [copy for _receiver, kept in answered for copy in kept]


def _to_decide(erasure_id: int, actor: Actor) -> Erasure:
    erasure = visible_to(actor).select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if erasure is None:
        raise Invisible()
    if not actor.has_role(Role.DIRECTOR):
        raise Forbidden(_("清除由督查室主任确认。"))
    if actor.user is None or actor.user == erasure.proposed_by:
        raise Forbidden(_("清除由两人办理,提出的人不能自己确认。"))
    if erasure.status != Erasure.Status.PROPOSED:
        raise WrongState(_("这一项清除现为“%(status)s”,不能再作决定。") % {"status": erasure.get_status_display()})
    return erasure


def _decide(erasure: Erasure, status: Erasure.Status, actor: Actor, at: datetime.datetime) -> None:
    erasure.status, erasure.decided_by, erasure.decided_post, erasure.decided_at = status, actor.user, actor.duty, at
    erasure.save(update_fields=["status", "decided_by", "decided_post", "decided_at"])


def _lock(scope: Scope, actor: Actor) -> None:
    """Acts on these pledges and documents, and the closing of a period, wait until the words are gone."""
    documents = {document.pk for document, _text in scope.masks}
    documents |= {int(scope.reference.partition(":")[2])} if scope.kind == "document" else set()
    list(Document.objects.select_for_update().filter(pk__in=documents).order_by("pk").values_list("pk"))
    programmes = Programme.objects.filter(government__in=own_government(actor))
    list(programmes.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    list(Pledge.objects.select_for_update().filter(pk__in=scope.pledges).order_by("pk").values_list("pk"))


def _blank(scope: Scope) -> None:
    for document, text in scope.masks:
        erasing.mask_document(document, text)
    for rows, fields in scope.rows:
        erasing.blank(rows, fields)
    if scope.event is None:
        erasing.raise_versions(pledges=scope.pledges, measures=scope.measures)
        _count_anew(scope.pledges)


def _count_anew(pledges: set[int]) -> None:
    """Sections and tags name figures. Anywhere in the unit, so that the word is not written down once more."""
    places = Pledge.objects.filter(pk__in=pledges).values_list("programme", "lead_unit", "state").distinct().order_by()
    moved.send(sender=Pledge, marks=[Mark(programme, unit, state) for programme, unit, state in places])


def _listed(event: Event) -> dict[str, Any]:
    return {"stream": event.stream.name, "sequence": event.sequence, "digest": event.digest}


def _record(erasure: Erasure, action: str, actor: Actor, at: datetime.datetime, more: dict[str, Any]) -> None:
    given = {"subject": erasure.subject, "reason": erasure.reason}
    payload = {"erasure": erasure.pk, "input": given, **more}
    audit.append(stream=audit.ERASURES, action=action, actor=actor, at=at, payload=payload)
