"""All composed: a document's text in, its zones, sections and measures out, every span in original characters."""

import re
from dataclasses import replace
from datetime import date

from pledges.extraction import classify, clauses, cleaning, dates, numbers, occasion, outline, owners, sentences, signs
from pledges.extraction.clauses import Clause, Scope
from pledges.extraction.cleaning import Cleaned
from pledges.extraction.outline import Paragraph
from pledges.extraction.owners import NOBODY, Owners
from pledges.extraction.records import Extraction, Measure, Section, Target, Zone, rows, section_at

__all__ = ["Extraction", "Measure", "Section", "Target", "Zone", "extract", "rows", "section_at"]

LONG_CLAUSE = 120
SHORT_ITEM = 200  # an item of minutes; longer paragraphs are speech
OWNER_BRACKET = re.compile("[（(]([^（）()\n]{2,200}(?:[（(][^（）()\n]{1,20}[）)][^（）()\n]{0,200}){0,6})[）)]")
OWNER_LINE = re.compile(
    "[ ]*(?:(?:牵头|责任|配合|落实|主办|协办)(?:责任)?(?:单位|部门|领导|人)|(?:完成)?时[限间](?:要求)?)[：:]"
)
DUE = re.compile("(?:完成)?时[限间](?:要求)?[：:]")
PAST = re.compile(
    "(?:已经?|曾|共)(?!定|建|享|同|计划)[^，。；]{0,14}(?:了|完成|达到?|取得|建成|开工|实现|探索出|谋划了|"
    "通过)|[^为除]了(?!解|望|如|结)|取得了|截至|截止|同比|比上年|较上年|以来，|近年来|过去|[去今]年以来"
)
ORDER_ITEMS = re.compile(
    "会议(?:决定|要求|明确|议定|强调|指出|确定)|议定事项|(?:提出|讲|作出)[^。]{0,12}(?:要求|意见|建议)|下一步|几点(?:意见|要求)"
)


def extract(text: str, plan_year: int, kind: str | None = None) -> Extraction:
    """The measures of a text. `kind` is report, assignment or minutes, guessed when absent. It never raises."""
    cleaned = cleaning.clean(text)
    plan = outline.read(cleaned.text, kind)
    found: list[Measure] = []
    marks: list[tuple[int, int, str]] = []
    ordered_block = False
    item = 0  # where the measures of the last item begin: a line of owners after it is about them
    year: dates.When = plan_year
    first_leads = owners.FIRST_LEADS.search(cleaned.text) is not None
    years = occasion.years(cleaned.text, plan, plan_year)
    for paragraph in plan.paragraphs:
        body = cleaned.text[paragraph.start : paragraph.end]
        if paragraph.label == "mixed" or plan.kind == "minutes":
            year = occasion.when(body, years.get(paragraph.start, year), paragraph.is_heading)
        if OWNER_LINE.match(body):
            day = _due(cleaned.text, paragraph.start, paragraph.end, year)
            found[item:] = [
                _charged(measure, owners.bracket(body, first_leads=first_leads), day) for measure in found[item:]
            ]
            marks.append((paragraph.start, paragraph.end, "assignment"))
            continue
        item = len(found)
        if paragraph.is_heading:
            marks.append(
                (
                    paragraph.start,
                    paragraph.end,
                    "other" if paragraph.label in ("mixed", "unknown") else paragraph.label,
                )
            )
            ordered_block = bool(ORDER_ITEMS.search(body)) or (
                ordered_block and not re.match("[一二三四五六七八九十]+、", body)
            )
            continue
        if paragraph.label in ("review", "other", "unknown"):
            marks.append((paragraph.start, paragraph.end, "review" if paragraph.label == "review" else "other"))
            continue
        reader = _Reader(text, cleaned, paragraph, year, ordered_block, first_leads)
        found += reader.measures()
        marks += reader.marks
        if paragraph.label == "mixed":
            ordered_block = (paragraph.is_item and ordered_block) or bool(
                ORDER_ITEMS.search(body[-40:]) and body.endswith(("：", ":"))
            )
    sections = tuple(
        Section(heading.title, *_original(cleaned, heading.start, heading.until), heading.level)
        for heading in plan.headings
    )
    return Extraction(plan.kind, _zones(cleaned, marks, len(text)), sections, tuple(found))


def _original(cleaned: Cleaned, start: int, end: int) -> tuple[int, int]:
    return cleaned.span(start, max(end, start + 1)) if start < len(cleaned.text) else (0, 0)


class _Reader:
    """One paragraph's measures and the zones of its sentences."""

    def __init__(
        self,
        original: str,
        cleaned: Cleaned,
        paragraph: Paragraph,
        year: dates.When,
        ordered_block: bool,
        first_leads: bool,
    ) -> None:
        self.first_leads = first_leads
        self.original, self.cleaned, self.paragraph = original, cleaned, paragraph
        self.text, self.year, self.ordered_block = cleaned.text, year, ordered_block
        self.marks: list[tuple[int, int, str]] = []

    def measures(self) -> list[Measure]:
        """In order. In a mixed paragraph only what is ordered counts."""
        paragraph = self.paragraph
        mixed = paragraph.label == "mixed"
        label = "assignment" if mixed else paragraph.label
        scope = Scope()
        done: list[Clause] = []
        pending: list[Clause] = []
        for sentence in sentences.split(self.text, paragraph.body, paragraph.end):
            built = self._clauses(sentence, scope, mixed)
            named = self._brackets(sentence.start, sentence.end)
            day = _due(self.text, sentence.start, sentence.end, self.year)
            pending += built
            if day or named:
                reach = self._reach(sentence.start, sentence.end)
                done += [_owned(clause, named, day) for clause in pending if clause.start < reach]
                pending = [clause for clause in pending if clause.start >= reach]
            self.marks.append(
                (
                    sentence.start,
                    sentence.end,
                    label if built or not mixed else self._back(sentence.start, sentence.end),
                )
            )
        found = [self._measure(clause) for clause in done + pending]
        return [measure for measure in found if measure is not None]

    def _clauses(self, sentence: sentences.Sentence, scope: Scope, mixed: bool) -> list[Clause]:
        words = self.text[sentence.start : sentence.end]
        if OWNER_LINE.match(words) or (mixed and words.rstrip().endswith(("？", "?"))):
            return []
        directive = mixed and not (
            self.ordered_block and self.paragraph.is_item and self.paragraph.end - self.paragraph.body <= SHORT_ITEM
        )
        if (
            directive
            and not PAST.search(words)
            and not signs.SOURCE.search(words)
            and re.match("[^，]{0,12}会议(?:要求|强调|决定|明确|议定|确定)", words)
        ):
            directive = False
        if not directive and PAST.search(words) and mixed:
            directive = True
        return clauses.build(
            self.text,
            sentence,
            scope,
            self.year,
            directive=directive,
            spoken=self.paragraph.label in ("mixed", "assignment"),
        )

    def _brackets(self, start: int, end: int) -> Owners:
        """The owners named in brackets, or in a line of their own, of text[start:end]."""
        words = self.text[start:end]
        named = NOBODY
        line = OWNER_LINE.search(words)
        if line and (named := owners.bracket(words[line.start() :], first_leads=self.first_leads)):
            return named
        for match in OWNER_BRACKET.finditer(words):
            named += owners.bracket(match[1], first_leads=self.first_leads)
        return named

    def _reach(self, start: int, end: int) -> int:
        """Where the last bracket of owners in text[start:end] stands: it is about what comes before it."""
        marks = [
            match.start()
            for match in OWNER_BRACKET.finditer(self.text, start, end)
            if owners.bracket(match[1]) or DUE.search(match[1])
        ]
        return marks[-1] if marks else end

    def _back(self, start: int, end: int) -> str:
        return "review" if PAST.search(self.text, start, end) else "other"

    def _measure(self, clause: Clause) -> Measure | None:
        start, end = self._bounds(clause.start, clause.end)
        if end - start < 4:
            return None
        figures = numbers.find(self.text, start, end)
        ordered = clause.ordered or self.paragraph.label in ("mixed", "assignment")
        verdict = classify.judge(
            self.text,
            start,
            end,
            targets=len(figures),
            ordered=ordered,
            governing=clause.governing,
            charged=_by_name(clause.owners),
        )
        who = clause.owners
        if self.paragraph.label == "mixed" and not verdict.trackable and not who:
            return None  # in a speech an attitude that nobody is charged with is talk
        first, last = self.cleaned.span(start, end)
        return Measure(
            first,
            last,
            self.original[first:last],
            self.paragraph.section,
            verdict.trackable,
            verdict.form,
            verdict.firmness,
            clause.deadline,
            self._as_written(who.lead, clause),
            self._as_written(who.support, clause),
            self._as_written(who.person, clause),
            tuple(self._target(figure, clause, start, end) for figure in figures),
            self._doubts(start, end, verdict, figures),
            cleaning.title(self.text[start:end]),
        )

    def _bounds(self, start: int, end: int) -> tuple[int, int]:
        """Without a bracket of owners at the end, and without the marks around."""
        for match in reversed(list(OWNER_BRACKET.finditer(self.text, start, end))):
            if match.end() >= end - 1 and (owners.bracket(match[1]) or DUE.search(match[1])):
                end = match.start()
        while end > start and self.text[end - 1] in " 　，,、；;。：:\n":
            end -= 1
        while start < end and self.text[start] in " 　，,、；;。：:\n":
            start += 1
        return start, end

    def _target(self, figure: numbers.Quantity, clause: Clause, start: int, end: int) -> Target:
        first, last = self.cleaned.span(figure.start, figure.end)
        after = re.match("(?:以上|左右|以内)?(?P<object>[^，。；、]{0,20})", self.text[figure.end : end])
        thing = (
            after["object"]
            if after and len(after["object"]) >= 2
            else re.split("[，。；、]", self.text[start : figure.start])[-1][-20:]
        )
        return Target(
            first,
            last,
            self.original[first:last],
            figure.value,
            figure.value_max,
            figure.unit,
            figure.comparator,
            figure.measure,
            thing,
            clause.deadline,
        )

    def _as_written(self, names: tuple[str, ...], clause: Clause) -> tuple[str, ...]:
        """The names in the original's characters."""
        written: list[str] = []
        for name in names:
            at = self.text.find(name, self.paragraph.start, self.paragraph.end)
            if at >= 0:
                first, last = self.cleaned.span(at, at + len(name))
                name = re.sub(r"\s*\n\s*", "", self.original[first:last])
            written.append(name)
        return tuple(written)

    def _doubts(
        self, start: int, end: int, verdict: classify.Verdict, figures: list[numbers.Quantity]
    ) -> tuple[str, ...]:
        doubts: list[str] = []
        if end - start > LONG_CLAUSE:
            doubts.append("long_clause")
        if numbers.vague(self.text, start, end):
            doubts.append("vague_number")
        if verdict.margin <= 1:
            doubts.append("unsure_trackable")
        if len(figures) > 3:
            doubts.append("many_targets")
        if figures and any(figure.comparator == "range" for figure in figures):
            doubts.append("range")
        return tuple(doubts)


def _by_name(who: Owners) -> bool:
    """Whether a person or a body of its own name, not a class of bodies (各部门), is charged."""
    return bool(who.person) or any(not re.match("各|有关|相关|全|所有|每", name) for name in who.lead)


def _charged(measure: Measure, named: Owners, day: date | None) -> Measure:
    """The measure with the owners and the day of a line below it; names as that line writes them."""
    return replace(
        measure,
        lead=_once(measure.lead + named.lead),
        support=_once(measure.support + named.support),
        person=_once(measure.person + named.person),
        deadline=measure.deadline or day,
        targets=tuple(replace(target, deadline=target.deadline or day) for target in measure.targets),
    )


def _due(text: str, start: int, end: int, year: dates.When) -> date | None:
    """The day that "完成时限:" names in text[start:end]."""
    match = DUE.search(text, start, end)
    found = dates.find(text, match.end(), end, year) if match else []
    return found[0].day if found else None


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _owned(clause: Clause, named: Owners, day: date | None) -> Clause:
    """The clause with the owners and the day of the bracket after it."""
    holders = clause.owners + named if clause.owners.person or not named else named
    return replace(clause, owners=holders, deadline=clause.deadline or day)


def _zones(cleaned: Cleaned, marks: list[tuple[int, int, str]], length: int) -> tuple[Zone, ...]:
    """Labels of clean spans → zones that partition the original text."""
    zones: list[Zone] = []
    at = 0
    for start, end, label in marks:
        if start >= end:
            continue
        first, last = cleaned.span(start, end)
        if first < at:
            continue
        if zones and zones[-1].label == label:
            zones[-1] = Zone(label, zones[-1].start, last)
        else:
            if zones and first > zones[-1].end:
                zones[-1] = Zone(zones[-1].label, zones[-1].start, first)
            elif not zones and first > 0:
                zones.append(Zone("other", 0, first))
            if zones and zones[-1].label == label:
                zones[-1] = Zone(label, zones[-1].start, last)
            else:
                zones.append(Zone(label, first, last))
        at = last
    if not zones:
        return (Zone("other", 0, length),) if length else ()
    zones[-1] = Zone(zones[-1].label, zones[-1].start, length)
    return tuple(zones)
