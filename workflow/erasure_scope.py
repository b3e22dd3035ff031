"""What an erasure takes away: the fields that hold words, and the rows and events of one subject.

How a subject's rows are found stands in `workflow.erasure_subjects`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

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
from pledges.services import erasing
from workflow import audit, story
from workflow.models import (
    ConsultationAnswer,
    Erasure,
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
    "objection": _("核对异议"),
    "programme": _("年度台账"),
    "indicator": _("统计指标"),
    "event": _("操作记录"),
}
# The fields that hold words. What is counted, dated or chosen from a list stays.
TEXTS: dict[type[Model], tuple[str, ...]] = {
    Document: ("title", "filename", "text", "content"),
    Measure: ("quote", "title", "section", "reason", "lead", "support", "person", "targets", "doubts"),
    Pledge: ("title", "quote", "section", "deliverable", "basis", "goal", "person", "tags"),
    Target: ("name", "quote"),
    Milestone: ("title",),
    Extension: ("decided_by", "document_number"),
    LightOverride: ("reason", "basis"),
    Report: ("sentence", "problem", "next_step", "needs_coordination", "fall_reason", "return_reason"),
    Evidence: ("content",),
    ReportReview: ("words",),
    Proposal: ("given",),
    Request: ("reason", "words", "given", "document_number"),
    RequestStep: ("words",),
    Instruction: ("words", "answer"),
    ConsultationAnswer: ("words", "settlement_words"),
    Sheet: ("words",),
    SheetRow: ("finding", "answer", "verdict_words"),
    ProjectSheet: ("place", "scale", "procedures"),
    LivelihoodSheet: ("vote_number", "sites"),
    SignedPage: ("filename", "content"),
    Objection: ("words", "evidence", "settlement"),
    Programme: ("title", "document_number", "approved_by", "approval_document"),
    Indicator: ("name", "publisher"),
    Figure: ("reason",),
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
    Extension: _("延期记录"),
    LightOverride: _("亮灯调整"),
    Objection: KINDS["objection"],
    Programme: KINDS["programme"],
    Indicator: KINDS["indicator"],
    Figure: _("统计数据的修订原因"),
}
# Names of units, people and documents that many unrelated events hold; and what is no text.
COMMON = (
    *("lead", "support", "person", "tags", "basis", "section", "doubts", "content"),
    *("document_number", "vote_number", "decided_by", "approved_by", "approval_document", "publisher"),
)
ERASED = erasing.ERASED
LONG = 8  # characters: a text as long as this is looked for inside others, and in streams of other things


@dataclass(frozen=True)
class Copy:
    """Words of a subject that somebody to the right keeps: what the director is told, and how they are taken away.

    ``erase`` is called in the transaction of the erasure, once the facts are blanked; what it returns is recorded.
    """

    name: str
    places: tuple[str, ...]
    erase: Callable[[Erasure], dict[str, Any] | None]


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

    def fields_of(self, model: type[Model]) -> dict[int, set[str]]:
        """Which fields of which rows of a model go."""
        found: dict[int, set[str]] = {}
        for rows, fields in self.rows:
            if rows.model is model:
                for pk in rows.values_list("pk", flat=True):
                    found.setdefault(pk, set()).update(fields)
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
