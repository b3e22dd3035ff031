"""Finding what an erasure is about: `find` gives the `Scope` of a subject.

A subject is written ``kind:number`` (``document:3``, ``pledge:12``, ``event:pledge:12/4``). Words are followed to where
they were copied: from a document to its measures and the pledges made of them, from a pledge back into its document.
"""

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import (
    Document,
    Evidence,
    Extension,
    Figure,
    Indicator,
    LightOverride,
    LivelihoodSheet,
    Measure,
    Milestone,
    Pledge,
    Programme,
    ProjectSheet,
    Report,
    Target,
)
from pledges.querysets import own_government, own_government_path
from pledges.services import erasing
from workflow import audit, story
from workflow.erasure_scope import KINDS, TEXTS, Scope
from workflow.models import (
    ConsultationAnswer,
    Event,
    Instruction,
    Objection,
    Proposal,
    ReportReview,
    Request,
    RequestStep,
    Sheet,
    SheetRow,
    SignedPage,
)

COPIED = ("title", "quote", "section")  # what a pledge takes over from its measure


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
    for model in (
        Milestone, Extension, LightOverride, Report, Proposal, Request, Instruction, ConsultationAnswer, SheetRow,
        Objection,
    ):  # fmt: skip
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


def _objection(pk: int, actor: Actor) -> Scope | None:
    found = Objection.objects.filter(pk=pk, pledge__in=_pledges(actor))
    objection = found.select_related("pledge__programme", "check_row__period").first()
    if objection is None:
        return None
    scope = _about(f"objection:{pk}", objection.words, objection.pledge)
    scope.name = f"{objection.pledge.number} / {objection.check_row.period.key}"
    scope.searched.add(audit.stream_of(objection.pledge.programme))
    scope.add(found)
    return scope


def _programme(pk: int, actor: Actor) -> Scope | None:
    """What the ledger itself is called and approved by; its pledges are subjects of their own."""
    found = Programme.objects.filter(pk=pk, government__in=own_government(actor))
    programme = found.first()
    if programme is None:
        return None
    stream = audit.stream_of(programme)
    scope = Scope(f"programme:{pk}", "programme", str(programme.year), programme.title, stream, searched={stream})
    scope.add(found)
    return scope


def _indicator(pk: int, actor: Actor) -> Scope | None:
    found = Indicator.objects.filter(pk=pk, government__in=own_government(actor))
    indicator = found.first()
    if indicator is None:
        return None
    stream = audit.stream_of(indicator)
    scope = Scope(f"indicator:{pk}", "indicator", str(pk), indicator.name, stream, searched={stream})
    scope.add(found)
    scope.add(Figure.objects.filter(indicator=indicator))
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
    if found.action == audit.CLOSE_PERIOD:
        raise BadInput({"subject": _("结账的记录只有摘要,不能清除,否则无法核对快照。")})
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
    "objection": _objection,
    "programme": _programme,
    "indicator": _indicator,
}
