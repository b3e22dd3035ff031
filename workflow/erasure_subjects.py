"""What an erasure is about: which rows hold the words, which events tell them, and what the director is shown.

A subject is written ``kind:number`` (``document:3``, ``pledge:12``, ``event:pledge:12/4``). Words are followed to where
they were copied: from a document to its measures and the pledges made of them, from a pledge back into its document.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import (
    Document,
    Evidence,
    LivelihoodSheet,
    Measure,
    Milestone,
    Pledge,
    ProjectSheet,
    Report,
    Target,
)
from pledges.querysets import own_government, own_government_path
from pledges.services import erasing
from workflow import audit, story
from workflow.models import (
    ConsultationAnswer,
    Event,
    Instruction,
    Proposal,
    ReportReview,
    Request,
    RequestStep,
    Sheet,
    SheetRow,
    SignedPage,
)

KINDS: dict[str, Any] = {
    "pledge": _("任务事项"),
    "document": _("文件"),
    "measure": _("拟立项条目"),
    "report": _("进展填报"),
    "evidence": _("佐证"),
    "signed_page": _("签字页"),
    "request": _("申请"),
    "instruction": _("批示"),
    "sheet": _("督办单"),
    "event": _("操作记录"),
}
# The fields that hold words. What is numbered, dated or chosen from a list stays.
TEXTS: dict[type[Model], tuple[str, ...]] = {
    Document: ("title", "filename", "text", "content"),
    Measure: ("quote", "title", "section", "reason", "lead", "support", "person", "targets", "doubts"),
    Pledge: ("title", "quote", "section", "deliverable", "basis", "goal", "person", "tags"),
    Target: ("name", "quote"),
    Milestone: ("title",),
    Report: ("sentence", "problem", "next_step", "needs_coordination", "fall_reason", "return_reason"),
    Evidence: ("content",),
    ReportReview: ("words",),
    Proposal: ("given",),
    Request: ("reason", "words", "given"),
    RequestStep: ("words",),
    Instruction: ("words", "answer"),
    ConsultationAnswer: ("words", "settlement_words"),
    Sheet: ("words",),
    SheetRow: ("finding", "answer", "verdict_words"),
    ProjectSheet: ("place", "scale", "procedures"),
    LivelihoodSheet: ("sites",),
    SignedPage: ("filename", "content"),
}
# What the director is told of the parts of a subject.
PARTS: dict[type[Model], Any] = {
    Target: _("目标"),
    Milestone: _("节点"),
    ReportReview: _("审核意见"),
    Proposal: _("拟办意见"),
    RequestStep: _("申请的办理意见"),
    ConsultationAnswer: _("征求意见的答复"),
    SheetRow: _("督办单中的回复"),
    ProjectSheet: _("重点项目表"),
    LivelihoodSheet: _("民生实事表"),
    Document: KINDS["document"],
    Measure: KINDS["measure"],
    Pledge: KINDS["pledge"],
    Report: KINDS["report"],
    Evidence: KINDS["evidence"],
    Request: KINDS["request"],
    Instruction: KINDS["instruction"],
    Sheet: KINDS["sheet"],
    SignedPage: KINDS["signed_page"],
}
COPIED = ("title", "quote", "section")  # what a pledge takes over from its measure
# Names of units, people and documents that many unrelated events hold; and what is no text.
COMMON = ("lead", "support", "person", "tags", "basis", "section", "doubts", "content")
LONG = 8  # characters: a text as long as this is looked for inside others, and in streams of other things


@dataclass
class Scope:
    """Everything that one erasure takes away. Computed before anything is blanked.

    ``stream`` is the subject's own history. Of the streams ``whole`` every payload goes, of those ``searched`` and of
    all that belong to no pledge or document what repeats the words or is about one of the ``measures``.
    """

    reference: str
    kind: str
    name: str
    title: str
    stream: str
    rows: list[tuple[QuerySet[Any], tuple[str, ...]]] = field(default_factory=list)
    masks: list[tuple[Document, str]] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    searched: set[str] = field(default_factory=set)
    measures: set[int] = field(default_factory=set)
    pledges: set[int] = field(default_factory=set)
    event: int | None = None

    @property
    def label(self) -> Any:
        return KINDS[self.kind]

    def add(self, rows: QuerySet[Any], fields: tuple[str, ...] | None = None) -> None:
        self.rows.append((rows, fields or TEXTS[rows.model]))

    def counts(self) -> list[tuple[Any, int]]:
        """What goes, by kind of row, for who decides."""
        found: dict[Any, set[int]] = {}
        for rows, _fields in self.rows:
            found.setdefault(rows.model, set()).update(rows.values_list("pk", flat=True))
        return [(PARTS[model], len(numbers)) for model, numbers in found.items() if numbers]

    def texts(self) -> set[str]:
        found: set[str] = set()
        for rows, fields in self.rows:
            words = tuple(name for name in fields if name not in COMMON or rows.model is Evidence)
            found |= erasing.texts_in(rows, words)
        return found

    def events(self) -> list[Event]:
        """The events whose payloads go; those that have lost theirs before are left out."""
        kept = Event.objects.filter(payload__isnull=False).exclude(stream__name=audit.ERASURES)
        kept = kept.select_related("payload", "stream").order_by("stream_id", "sequence")
        if self.event is not None:
            return list(kept.filter(pk=self.event))
        elsewhere = ~Q(stream__name__startswith="pledge:") & ~Q(stream__name__startswith="document:")
        near = kept.filter(Q(stream__name__in=self.whole | self.searched) | elsewhere)
        written = {json.dumps(text, ensure_ascii=False) for text in self.texts()}
        return [event for event in near.iterator() if self._tells(event, written)]

    def _tells(self, event: Event, written: set[str]) -> bool:
        """``written``: the words as JSON writes them. A short one counts only as a whole value, in the own streams."""
        if event.stream.name in self.whole:
            return True
        is_near, payload = event.stream.name in self.searched, event.payload.text
        if any(one[1:-1] in payload if len(one) >= LONG + 2 else is_near and one in payload for one in written):
            return True
        told = story.payload_of(event) if is_near and self.measures else {}
        return bool({told.get("measure"), told.get("second")} & self.measures)


def find(reference: str, actor: Actor) -> Scope:
    """The scope of a subject within the actor's government. BadInput where there is no such thing."""
    kind, _colon, number = reference.partition(":")
    if kind == "event":
        return _event(number, actor)
    if kind not in KINDS or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise BadInput({"subject": _("没有这样的对象,请核对类别和编号。")})
    found = FINDERS[kind](int(number), actor)
    if found is None:
        raise BadInput({"subject": _("没有这个编号的%(kind)s,请核对。") % {"kind": KINDS[kind]}})
    found.whole.add(reference)
    return found


def _pledges(actor: Actor) -> QuerySet[Pledge]:
    return Pledge.objects.filter(programme__government__in=own_government(actor))


def _with_copies(first: Iterable[int]) -> set[int]:
    """These pledges, their shares, and what they were carried over from and into: all repeat the same words."""
    known: set[int] = set()
    newer = set(first)
    while newer:
        known |= newer
        beside = Pledge.objects.filter(Q(parent__in=newer) | Q(carried_from__in=newer) | Q(carried_to__in=newer))
        newer = set(beside.values_list("pk", flat=True)) - known
    return known


def _about(reference: str, title: str, pledge: Pledge) -> Scope:
    """The scope of something that stands under a pledge."""
    stream = audit.stream_of(pledge)
    kind = reference.partition(":")[0]
    return Scope(
        reference, kind, f"{pledge.number} / {reference.partition(':')[2]}", title, stream, searched={stream},
        pledges={pledge.pk},
    )  # fmt: skip


def _add_copies(scope: Scope, pledges: set[int], fields: tuple[str, ...]) -> None:
    scope.pledges |= pledges
    scope.searched |= {f"pledge:{pk}" for pk in pledges}
    scope.add(Pledge.objects.filter(pk__in=pledges), fields)
    scope.add(Target.objects.filter(pledge__in=pledges))


def _mask(scope: Scope, measures: QuerySet[Measure]) -> None:
    """Cover the measures' words in their documents; every measure that stood on them loses its words too."""
    for document in Document.objects.filter(measures__in=measures).distinct():
        own = list(document.measures.all())
        chosen = set(measures.values_list("pk", flat=True))
        text = erasing.masked(document.text, {document.text[one.start : one.end] for one in own if one.pk in chosen})
        hit = {one.pk for one in own if document.text[one.start : one.end] != text[one.start : one.end]} | chosen
        scope.masks.append((document, text))
        scope.measures |= hit
        scope.searched.add(audit.stream_of(document))
        scope.add(Measure.objects.filter(pk__in=hit, document=document))
        _add_copies(scope, _with_copies(Pledge.objects.filter(measure__in=hit).values_list("pk", flat=True)), COPIED)


def _document(pk: int, actor: Actor) -> Scope | None:
    document = Document.objects.filter(pk=pk, programme__government__in=own_government(actor)).first()
    if document is None:
        return None
    made = Pledge.objects.filter(Q(document=document) | Q(measure__document=document)).values_list("pk", flat=True)
    scope = Scope(f"document:{pk}", "document", str(pk), document.title, audit.stream_of(document))
    scope.add(Document.objects.filter(pk=pk))
    scope.add(Measure.objects.filter(document=document))
    scope.measures = set(document.measures.values_list("pk", flat=True))
    _add_copies(scope, _with_copies(made), COPIED)
    return scope


def _measure(pk: int, actor: Actor) -> Scope | None:
    found = Measure.objects.filter(pk=pk, document__programme__government__in=own_government(actor))
    measure = found.first()
    if measure is None:
        return None
    scope = Scope(f"measure:{pk}", "measure", str(pk), measure.title, f"document:{measure.document_id}")
    _mask(scope, found)
    return scope


def _pledge(pk: int, actor: Actor) -> Scope | None:
    pledge = _pledges(actor).filter(pk=pk).first()
    if pledge is None:
        return None
    scope = Scope(f"pledge:{pk}", "pledge", pledge.number, pledge.title, audit.stream_of(pledge))
    _mask(scope, Measure.objects.filter(pledge__in=_with_copies([pk])))
    scope.pledges |= _with_copies([pk])
    own = scope.pledges
    _add_copies(scope, own, TEXTS[Pledge])
    for model in (Milestone, Report, Proposal, Request, Instruction, ConsultationAnswer, SheetRow):
        scope.add(model._default_manager.filter(pledge__in=own))
    scope.add(ProjectSheet.objects.filter(pledge__in=own))
    scope.add(LivelihoodSheet.objects.filter(pledge__in=own))
    scope.add(Evidence.objects.filter(report__pledge__in=own))
    scope.add(ReportReview.objects.filter(report__pledge__in=own))
    scope.add(RequestStep.objects.filter(request__pledge__in=own))
    pages = Q(report_reviews__report__pledge__in=own) | Q(requests__pledge__in=own) | Q(instructions__pledge__in=own)
    scope.add(SignedPage.objects.filter(pk__in=SignedPage.objects.filter(pages).values("pk")))
    scope.whole |= {f"pledge:{one}" for one in own}
    scope.whole |= {f"request:{one}" for one in Request.objects.filter(pledge__in=own).values_list("pk", flat=True)}
    said = Instruction.objects.filter(pledge__in=own).values_list("pk", flat=True)
    scope.whole |= {f"instruction:{one}" for one in said}
    return scope


def _report(pk: int, actor: Actor) -> Scope | None:
    report = Report.objects.filter(pk=pk, pledge__in=_pledges(actor)).select_related("pledge").first()
    if report is None:
        return None
    scope = _about(f"report:{pk}", report.sentence, report.pledge)
    scope.add(Report.objects.filter(pk=pk))
    scope.add(Evidence.objects.filter(report=report))
    scope.add(ReportReview.objects.filter(report=report))
    return scope


def _evidence(pk: int, actor: Actor) -> Scope | None:
    found = Evidence.objects.filter(pk=pk, report__pledge__in=_pledges(actor))
    evidence = found.select_related("report__pledge").first()
    if evidence is None:
        return None
    scope = _about(f"evidence:{pk}", evidence.content, evidence.report.pledge)
    scope.add(found)
    return scope


def _signed_page(pk: int, actor: Actor) -> Scope | None:
    root = own_government_path(actor)
    found = SignedPage.objects.filter(pk=pk, post__unit__path__startswith=root)
    page = found.first()
    if page is None or not root:
        return None
    pages = Q(reports__reviews__signed_page=page) | Q(requests__signed_page=page) | Q(instructions__signed_page=page)
    pledges = set(Pledge.objects.filter(pages).values_list("pk", flat=True))
    scope = Scope(f"signed_page:{pk}", "signed_page", str(pk), page.filename, f"signed_page:{pk}", pledges=pledges)
    scope.searched |= {f"pledge:{one}" for one in pledges}
    scope.stream = f"pledge:{min(pledges)}" if pledges else scope.stream
    scope.add(found)
    return scope


def _request(pk: int, actor: Actor) -> Scope | None:
    request = Request.objects.filter(pk=pk, pledge__in=_pledges(actor)).select_related("pledge").first()
    if request is None:
        return None
    scope = _about(f"request:{pk}", request.reason, request.pledge)
    scope.add(Request.objects.filter(pk=pk))
    scope.add(RequestStep.objects.filter(request=request))
    scope.add(SignedPage.objects.filter(requests=request))
    return scope


def _instruction(pk: int, actor: Actor) -> Scope | None:
    root = own_government_path(actor)
    found = Instruction.objects.filter(pk=pk, leader__unit__path__startswith=root)
    instruction = found.select_related("pledge").first()
    if instruction is None or not root:
        return None
    pledge, reference = instruction.pledge, f"instruction:{pk}"
    scope = (
        _about(reference, instruction.words, pledge)
        if pledge
        else Scope(reference, "instruction", str(pk), instruction.words, reference)
    )
    scope.add(found)
    scope.add(SignedPage.objects.filter(instructions=instruction))
    return scope


def _sheet(pk: int, actor: Actor) -> Scope | None:
    found = Sheet.objects.filter(pk=pk, programme__government__in=own_government(actor))
    sheet = found.first()
    if sheet is None:
        return None
    scope = Scope(f"sheet:{pk}", "sheet", sheet.number or str(pk), sheet.words, f"sheet:{pk}")
    scope.add(found)
    scope.add(SheetRow.objects.filter(sheet=sheet))
    scope.pledges = set(SheetRow.objects.filter(sheet=sheet).values_list("pledge_id", flat=True))
    scope.searched |= {f"pledge:{one}" for one in scope.pledges}
    return scope


def _event(written: str, actor: Actor) -> Scope:
    """``pledge:12/4``: only the payload of the fourth event of that stream goes."""
    from workflow import audit_search

    stream, _slash, sequence = written.rpartition("/")
    found = None
    if sequence.isascii() and sequence.isdecimal() and len(sequence) < 10:
        found = audit_search.of_government(actor).filter(stream__name=stream, sequence=int(sequence)).first()
    if found is None:
        raise BadInput({"subject": _("没有这一条操作记录,请核对,例如 pledge:12/4。")})
    if stream == audit.ERASURES:
        raise BadInput({"subject": _("清除本身的记录不能清除,否则无法核对。")})
    title = story.tell(story.with_actors(Event.objects.filter(pk=found.pk)).get()).text
    return Scope(f"event:{written}", "event", written, title, stream, event=found.pk)


FINDERS: dict[str, Callable[[int, Actor], Scope | None]] = {
    "document": _document,
    "measure": _measure,
    "pledge": _pledge,
    "report": _report,
    "evidence": _evidence,
    "signed_page": _signed_page,
    "request": _request,
    "instruction": _instruction,
    "sheet": _sheet,
}
