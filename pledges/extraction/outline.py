"""The document's skeleton: its kind, headings, sections, and what each paragraph may hold.

A paragraph is labelled `plan`, `assignment`, `review`, `other` or `mixed`: speech, minutes or news, where orders stand
among description and the label is decided sentence by sentence.
"""

import re
from collections import Counter
from dataclasses import dataclass

from pledges.extraction import outline_marks as marks

KINDS = marks.KINDS


@dataclass(frozen=True)
class Paragraph:
    """A line of clean text. text[start:body] is its number and run-in heading, text[body:end] what may hold clauses."""

    start: int
    body: int
    end: int
    label: str
    section: str
    is_item: bool
    is_heading: bool


@dataclass(frozen=True)
class Heading:
    """A title at text[start:end] over everything up to `until`; level 0 is a document within a pile of them."""

    start: int
    end: int
    until: int
    title: str
    level: int


@dataclass(frozen=True)
class Outline:
    """What `read` found; the paragraphs are in order and every heading is one of them."""

    kind: str
    paragraphs: tuple[Paragraph, ...]
    headings: tuple[Heading, ...]


@dataclass
class _Line:
    start: int
    end: int
    text: str
    level: int | None
    number: int  # the length of its number
    heading: bool = False
    run_in: int = 0  # the length of its run-in heading, its number included


def guess_kind(text: str) -> str:
    """report, assignment (a division of tasks with owners) or minutes (minutes, speeches) from the text's own signs."""
    head = text[:1500]
    if len(marks.OWNED.findall(text)) >= 3 and "各位代表" not in text:
        return "assignment"
    if "各位代表" in text or re.search("^.{0,40}政府工作报告[^\n。，]{0,12}$", head, re.MULTILINE):
        return "report"
    signs = len(marks.SPEECH.findall(text))
    return "minutes" if signs >= 2 and (signs * 2500 >= len(text) or marks.SPEECH.search(head[:400])) else "report"


def guess_year(text: str) -> int | None:
    """The plan year that the text gives away: its title's, that of its plan's heading, or the year it names most.

    A report's own year is the latest of those its headings plan for ("二、2024年工作安排"); a five-year programme in
    the same report names later ones, but no heading of a year's work.
    """
    digits = text.translate(str.maketrans("〇○零一二三四五六七八九", "000123456789"))
    for pattern in marks.YEAR_SIGNS:
        years = [int(year) for year in pattern.findall(digits) if 1990 <= int(year) <= 2099]
        if years:
            return max(years) if pattern is marks.YEAR_SIGNS[1] else years[0]
    counts = Counter(int(year) for year in re.findall(r"(?<!\d)(20\d\d)\s?年", digits))
    return counts.most_common(1)[0][0] if counts else None


def read(text: str, kind: str | None = None) -> Outline:
    """The outline of clean text. Linear; never raises."""
    known = kind if kind in KINDS else guess_kind(text)
    lines = _lines(text)
    _mark_run_in_heads(lines)
    headings = _headings(lines, len(text))
    return Outline(known, tuple(_paragraphs(known, lines)), tuple(headings))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for raw in text.split("\n"):
        stripped = raw.strip(" 　\t")
        if stripped:
            start = at + raw.index(stripped[0])
            lines.append(_line(stripped, start))
        at += len(raw) + 1
    return lines


def _line(text: str, start: int) -> _Line:
    level = next((level for level, pattern in marks.LEVELS if pattern.match(text)), None)
    number = marks.NUMBERED.match(text)
    line = _Line(start, start + len(text), text, level, number.end() if number else 0)
    body = text[line.number :]
    inner = body.rstrip(marks.TERMINAL + "：:")
    ends_openly = text[-1] not in marks.TERMINAL
    if level is not None and len(body) <= 60 and not re.search("[。；]", inner):
        line.heading = (
            level <= 2
            and (ends_openly or len(body) <= 40)
            and not body.endswith("；")
            and (inner.count("，") <= 2 or level <= 1)
        )
    elif level is None and len(text) <= 40 and ends_openly and not re.search("[，。；]", text[:-1]):
        line.heading = True
    if line.heading and text.endswith("。") and "，" in text and marks.ARTICLE.match(text):
        line.heading = False
    if line.heading and line.level != 0:
        line.heading = not marks.FIGURE.search(text) and not (
            text.endswith("。") and (marks.LIMIT.search(text) or marks.CHARGING.search(text))
        )
    if level is not None and not line.heading:
        stop = body.find("。")
        longest = 40 if level <= 2 else 14
        if 0 < stop <= longest and _titles(body[:stop], body[stop + 1 :], level):
            line.run_in = line.number + stop + 1
    return line


def _titles(topic: str, rest: str, level: int) -> bool:
    """Whether a numbered item's first sentence is a title over the rest: it states no figure and no day, and more than
    a bracket of owners follows. Below the second level only a topic in a few words is one."""
    if (
        not rest
        or marks.FIGURE.search(topic)
        or marks.LIMIT.search(topic)
        or re.match("[ ]*[（(][^（）()]*[）)][。；]?$", rest)
    ):
        return False
    return level <= 2 or ("，" not in topic and len(topic) >= 4 and len(rest) >= 8 and rest[0] not in "（(")


def _mark_run_in_heads(lines: list[_Line]) -> None:
    """Paragraphs of a section that all begin with a short sentence without a comma begin with a title of their own."""
    group: list[_Line] = []
    for line in [*lines, None]:
        if line is not None and line.level is None and not line.heading:
            group.append(line)
            continue
        if line is not None and line.level is not None and line.level >= 2 and not line.heading:
            continue
        short = [
            (item, stop)
            for item in group
            if (stop := item.text.find("。")) != -1
            and 4 <= stop <= 18
            and stop < len(item.text) - 12
            and "，" not in item.text[:stop]
        ]
        numbers = [group.index(item) for item, _ in short]
        in_a_row = any(numbers[at + 2] - numbers[at] == 2 for at in range(len(numbers) - 2))
        if len(short) >= 2 and (len(short) * 4 >= len(group) * 3 or in_a_row):
            for item, stop in short:
                item.run_in = stop + 1
        group = []


def _headings(lines: list[_Line], length: int) -> list[Heading]:
    found: list[tuple[_Line, int, int, int]] = []
    for line in lines:
        level = line.level if line.level is not None else (4 if line.run_in else 1)
        if line.heading:
            found.append((line, line.start, line.end, level if line.level is not None else 1))
        elif line.run_in:
            found.append((line, line.start, line.start + line.run_in, level))
    headings: list[Heading] = []
    closing: list[int] = [length] * 6  # where the next heading of this level or a higher one begins
    for line, start, end, level in reversed(found):
        until = min(closing[: level + 1])
        headings.append(Heading(start, end, until, _title(line, end - start), level))
        closing[level] = start
        for lower in range(level + 1, len(closing)):
            closing[lower] = length
    headings.reverse()
    return headings


def _title(line: _Line, size: int) -> str:
    return line.text[:size].strip(" 。：:；")[:80]


def _paragraphs(kind: str, lines: list[_Line]) -> list[Paragraph]:
    label, section = _opening_label(kind, lines), ""
    review_level: int | None = None
    opened_back = label == "review"  # only a heading that plainly looks ahead ends the review its title announced
    paragraphs: list[Paragraph] = []
    closed = False
    for index, line in enumerate(lines):
        own: str | None = None
        if line.heading or line.run_in:
            title = line.text[line.number : line.run_in or None]
            section = _title(line, line.run_in or len(line.text))
            level = line.level if line.level is not None else (4 if line.run_in else 1)
            if line.level is None and line.heading and (marks.OTHER_HEAD.search(title) or closed):
                label = (
                    "other" if marks.OTHER_HEAD.search(title) and not re.search("解读|上接|下转|记者", title) else label
                )
            elif level == 0:
                label, closed = _opening_label(kind, lines[index : index + 12]), False
                review_level = 0 if label == "review" else None
            elif review_level is None or level <= review_level:
                decided = _heading_label(kind, title, level, line)
                if decided is None and review_level is not None and kind == "minutes" and not opened_back:
                    decided = "mixed"  # the next item of the minutes: its sentences say what it holds
                if decided and opened_back and decided != "other" and not marks.STRONG_PLAN_HEAD.search(title):
                    decided = "review"
                if decided:
                    closed = closed and line.level is None
                    label = decided
                    review_level = level if decided == "review" else None
        body = line.text[line.run_in :]
        if line.heading:
            own = "other" if marks.OTHER_HEAD.search(line.text) else label
        else:
            own, label, closed = _body_label(kind, label, body, closed)
        own = "other" if own in ("news", "unknown") else own
        paragraphs.append(
            Paragraph(
                line.start,
                line.start + max(line.run_in, line.number),
                line.end,
                own,
                section,
                line.number > 0,
                line.heading,
            )
        )
    return paragraphs


def _opening_label(kind: str, lines: list[_Line]) -> str:
    """What stands before the first heading that says what it is over."""
    if kind == "assignment":
        return "assignment"
    titles = "".join(line.text for line in lines[:6] if len(line.text) <= 60)
    if kind == "minutes":
        return "review" if marks.TITLE_REVIEW.search(titles) and not marks.SPEECH.search(titles) else "mixed"
    if marks.TITLE_REVIEW.search(titles) and not marks.TITLE_PLAN.search(titles):
        return "review"
    return "plan" if marks.TITLE_PLAN.search(titles) and not marks.NEWS.search(titles) else "unknown"


def _heading_label(kind: str, title: str, level: int, line: _Line) -> str | None:
    """The label that a heading gives what follows; None when it does not say."""
    if marks.OTHER_HEAD.search(title):
        return "other" if line.level is None else None
    forward = "mixed" if kind == "minutes" else "assignment" if kind == "assignment" else "plan"
    strong, past = (
        marks.STRONG_PLAN_HEAD.search(title),
        (marks.SPEECH_REVIEW_HEAD if kind == "minutes" else marks.REVIEW_HEAD).search(title),
    )
    if past and not (strong and strong.start() > past.start()):
        return "review" if level <= 1 or line.level is None else None
    if strong:
        return forward
    if line.level is not None and level <= 1 and marks.PLAN_HEAD.search(title):
        return forward
    return None


def _body_label(kind: str, label: str, body: str, closed: bool) -> tuple[str, str, bool]:
    """The paragraph's own label, the label that goes on after it, and whether the speech has ended."""
    if marks.NEWS.search(body[:60]) or (label == "unknown" and marks.NEWS_LEAD.match(body)):
        return ("mixed" if marks.ORDERED.search(body) else "other"), "news", closed
    if label == "news" or closed:
        return ("mixed" if marks.ORDERED.search(body) else "other"), ("news" if closed else label), closed
    if marks.OTHER_HEAD.search(body[:12]) and len(body) < 80:
        return "other", label, closed
    if kind != "minutes" and marks.CLOSING.search(body) and (marks.GREETING.match(body) or len(body) < 400):
        return "other", label, kind == "report"
    if (marks.FORMULA.search(body) and label in ("unknown", "plan") and len(body) < 240) or marks.PREAMBLE.search(
        body[:400]
    ):
        return "other", label, closed
    if marks.GREETING.fullmatch(body.strip()):
        return "other", label, closed
    if label in ("review", "other", "assignment", "mixed"):
        return label, label, closed
    if marks.PROBLEMS.search(body) or (label == "unknown" and _looks_back(body)):
        return "review", label, closed
    if label == "plan":
        return ("review" if _looks_back(body, strict=True) else "plan"), label, closed
    return ("mixed" if marks.ORDERED.search(body) else "plan" if _looks_ahead(body) else "other"), label, closed


def _looks_back(body: str, *, strict: bool = False) -> bool:
    past = len(marks.PAST.findall(body)) + len(re.findall("了(?!解|望|如)", body))
    ahead = len(marks.AHEAD.findall(body))
    if strict:
        return past >= 2 and past > ahead * 2
    return past > 0 and past * 2 >= ahead


def _looks_ahead(body: str) -> bool:
    return bool(marks.AHEAD.search(body)) or bool(re.match("[新改扩建完实推加开启]", body))
