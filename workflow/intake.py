"""From a document to draft pledges: import, and a person's decision about each measure.

The same manners as the gate: one transaction, lock, permission, freshness, input, facts, event. A document's decisions
are in its own stream; a pledge's stream begins with its drafting.
"""

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.extraction import measures as extraction
from pledges.extraction.reading import UnreadableDocument, read
from pledges.models import Document, Fate, Measure, Pledge, Programme, Unit
from pledges.querysets import governments_of
from workflow import assignees, audit, permissions, story
from workflow.context import day_of
from workflow.measure_edits import as_measure, demand_sound_targets, read_edits
from workflow.models import Task
from workflow.signals import Mark, changed


def import_document(
    *, actor: Actor, filename: str, content: bytes, plan_year: int, title: str, kind: str | None, at: datetime.datetime
) -> Document:
    """Read a document, find its measures and keep both; makes the year's programme when there is none.

    Raises Forbidden, or BadInput naming the field (``file``, ``plan_year``); then nothing is stored.
    """
    _demand_importer(actor)
    if not 1990 <= plan_year <= 2200:
        raise BadInput({"plan_year": _("请填写四位数的计划年度,例如 2020。")})
    try:
        text = read(content)
    except UnreadableDocument as refusal:
        raise BadInput({"file": UNREADABLE.get(refusal.code, str(refusal))}) from refusal
    found = extraction.extract(text, plan_year, kind)
    with transaction.atomic():
        programme = _programme_for(actor, plan_year)
        digest = hashlib.sha256(content).hexdigest()
        if Document.objects.filter(programme=programme, sha256=digest).exists():
            raise BadInput({"file": _("这份文件已经导入过,请在“文件”中打开它。")})
        document = services.store_document(
            programme=programme,
            title=(title.strip() or filename)[:200],
            filename=filename[:200],
            content=content,
            text=text,
            extraction=found,
            user=actor.user,
            at=at,
        )
        _open_review(document, actor, at)
        audit.append(
            stream=audit.stream_of(document),
            action="import",
            actor=actor,
            at=at,
            payload={"title": document.title, "sha256": digest, "measures": len(found.measures)},
        )
    return document


# The reader's refusals, by their codes, in the user's language.
UNREADABLE: dict[str, Any] = {
    "too_large": _("文件超过 20 MB,请拆分后再导入。"),
    "empty": _("文件里没有文字,请检查后重新选择。"),
    "format": _("暂不支持这种格式,请另存为纯文本(.txt)后再导入。"),
    "no_chinese": _("文件里没有中文,请检查是不是选错了文件。"),
    "not_text": _("文件不是可识别的中文文本,请另存为 UTF-8 编码的纯文本(.txt)后再导入。"),
    "binary": _("文件不是文本,请另存为纯文本(.txt)后再导入。"),
}


def _programme_for(actor: Actor, plan_year: int) -> Programme:
    """The year's programme of the actor's government; made, with its periods, when a first document arrives."""
    # The lock makes two imports of one file, or of a year's first documents, queue instead of colliding.
    government = Unit.objects.select_for_update().get(pk=governments_of(actor)[0])
    existing: Programme | None = Programme.objects.filter(government=government, year=plan_year).first()
    if existing is not None:
        return existing
    for year in (plan_year - 1, plan_year, plan_year + 1):
        calendars.ensure_year(year)
    return services.create_programme(government=government, year=plan_year, calendar=calendars.current())


def add_measure(document_id: int, *, actor: Actor, start: int, end: int, at: datetime.datetime) -> Measure:
    """Mark a passage that extraction overlooked; it then waits for a decision like any other."""
    with transaction.atomic():
        document = Document.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=document_id).first()
        if document is None:
            raise Invisible()
        _demand_importer(actor)
        title = " ".join(document.text[max(start, 0) : end].split())
        if not (0 <= start < end <= len(document.text)) or not title or len(title) > 400:
            raise BadInput({"span": _("请在原文中选中一句话(不超过 400 字)。")})
        measure = services.add_measure(document=document, start=start, end=end, title=title)
        _record(measure, "add_measure", actor, at, {"start": start, "end": end})
        _open_review(document, actor, at)
    return measure


def edit_measure(
    measure_id: int, *, actor: Actor, version: int, payload: Mapping[str, Any], at: datetime.datetime
) -> Measure:
    """Correct a pending measure. Provenance (span and quote) never changes; what only a pledge has (leader,
    deliverable, tags) is given when accepting."""
    with transaction.atomic():
        measure = _pending(measure_id, actor, version)
        edits = as_measure(read_edits(payload, measure=measure, actor=actor, at=at))
        services.save_measure(measure, **edits)
        _record(measure, "edit_measure", actor, at, edits)
    return measure


def accept_measure(
    measure_id: int, *, actor: Actor, version: int, payload: Mapping[str, Any], at: datetime.datetime
) -> Pledge:
    """Make a draft pledge of a pending measure, with what was edited on the way; opens the task to assign it."""
    with transaction.atomic():
        measure = _pending(measure_id, actor, version)
        edits = read_edits(payload, measure=measure, actor=actor, at=at)
        lead_unit, leader = edits.pop("lead_unit", None), edits.pop("leader", None)
        due_date, deliverable = edits.pop("due_date", None), edits.pop("deliverable", "")
        support, tags = edits.pop("support_units", []), edits.pop("tags", [])
        if support and lead_unit is None:
            raise BadInput({"lead_unit": _("选了配合单位,请同时选定牵头单位。")})
        services.save_measure(measure, **edits, fate=Fate.ACCEPTED, reason="")
        demand_sound_targets(measure.targets)
        if measure.form == "principle":
            raise BadInput({"form": _("原则性表述不能立项,请先改为量化、节点或持续。")})
        programme = measure.document.programme
        pledge = services.create_pledge(
            measure=measure,
            title=measure.title,
            form=measure.form,
            firmness=measure.firmness,
            lead_unit=lead_unit,
            leader=leader,
            person="、".join(measure.person)[:60],
            due_date=due_date or measure.deadline or datetime.date(programme.year, 12, 31),
            deliverable=deliverable,
            basis=measure.document.title,
            tags=tags,
        )
        if lead_unit is not None:
            services.set_parties(pledge, lead=lead_unit, support=support)
        _draft(pledge, actor, at)
        _record(measure, "accept_measure", actor, at, {**edits, "pledge": pledge.pk})
        _close_review_when_done(measure, at)
    return pledge


def reject_measure(measure_id: int, *, actor: Actor, version: int, reason: str, at: datetime.datetime) -> Measure:
    """Decide that a measure becomes no pledge; the reason is kept."""
    with transaction.atomic():
        measure = _pending(measure_id, actor, version)
        reason = reason.strip()
        if not reason:
            raise BadInput({"reason": _("请填写不立项的理由。")})
        if len(reason) > 200:
            raise BadInput({"reason": _("理由最多 200 字。")})
        services.save_measure(measure, fate=Fate.REJECTED, reason=reason)
        _record(measure, "reject_measure", actor, at, {"reason": reason})
        _close_review_when_done(measure, at)
    return measure


def reopen_measure(measure_id: int, *, actor: Actor, version: int, at: datetime.datetime) -> Measure:
    """Take a rejection back."""
    with transaction.atomic():
        measure = _locked(measure_id, actor, version)
        if measure.fate != Fate.REJECTED:
            raise WrongState(_("只有不立项的条目可以恢复。"))
        services.save_measure(measure, fate=Fate.PENDING, reason="")
        _record(measure, "reopen_measure", actor, at, {})
        _open_review(measure.document, actor, at)
    return measure


def _demand_importer(actor: Actor) -> None:
    reason = permissions.may_import(actor)
    if reason is not None:
        raise Forbidden(reason)


def _locked(measure_id: int, actor: Actor, version: int) -> Measure:
    measure: Measure | None = (
        Measure.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("document__programme__government")
        .filter(pk=measure_id)
        .first()
    )
    if measure is None:
        raise Invisible()
    _demand_importer(actor)
    if measure.version != version:
        raise Stale([_("这一条现为“%(fate)s”:%(title)s") % {"fate": Fate(measure.fate).label, "title": measure.title}])
    return measure


def _pending(measure_id: int, actor: Actor, version: int) -> Measure:
    measure = _locked(measure_id, actor, version)
    if measure.fate != Fate.PENDING:
        raise WrongState(_("这一条已经处理过了。"))
    return measure


def _draft(pledge: Pledge, actor: Actor, at: datetime.datetime) -> None:
    """The pledge's first event and its first task."""
    Task.objects.create(
        kind=Task.Kind.ASSIGN,
        pledge=pledge,
        post=assignees.director(pledge),
        due_date=day_of(at) + datetime.timedelta(days=14),
        opened_at=at,
    )
    audit.append(
        stream=audit.stream_of(pledge),
        action="draft",
        actor=actor,
        at=at,
        payload={"input": {"title": pledge.title}, "number": pledge.number, "version": pledge.version},
    )
    services.keep_standing(pledge.pk, calendar=calendars.current(), today=day_of(at))
    changed.send(sender=Pledge, pledge_id=pledge.pk, before=Mark.of(pledge), after=Mark.of(pledge))


def _record(measure: Measure, action: str, actor: Actor, at: datetime.datetime, payload: Mapping[str, Any]) -> None:
    audit.append(
        stream=audit.stream_of(measure.document),
        action=action,
        actor=actor,
        at=at,
        payload={"measure": measure.pk, **story.recorded(payload)},
    )


def _open_review(document: Document, actor: Actor, at: datetime.datetime) -> None:
    """A task for whoever left something to decide, unless one is open."""
    review = Task.objects.open().filter(document=document, kind=Task.Kind.REVIEW_MEASURES)
    if _waiting(document) and not review.exists():
        Task.objects.create(
            kind=Task.Kind.REVIEW_MEASURES,
            document=document,
            post=actor.duty or assignees.reviewer_of(document.programme, document.pk),
            due_date=day_of(at) + datetime.timedelta(days=14),
            opened_at=at,
        )


def _waiting(document: Document) -> bool:
    pending: bool = document.measures.filter(fate=Fate.PENDING, trackable=True).exists()
    return pending


def _close_review_when_done(measure: Measure, at: datetime.datetime) -> None:
    """The review task ends with the last trackable measure decided."""
    if not _waiting(measure.document):
        Task.objects.open().filter(document=measure.document, kind=Task.Kind.REVIEW_MEASURES).update(closed_at=at)
