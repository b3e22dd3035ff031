"""Sentences → clauses with one undertaking each, with the time, modal and owners that govern them.

A clause runs from its action to the end of its object. Left out: a bare 要, a lead-in set off by a comma, a subject
that is told to act (it becomes the owner), a result (使…, 让…), the bracket with the owners.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from pledges.extraction import dates, heads, numbers, orders, owners, parts, signs
from pledges.extraction.owners import NOBODY, Owners
from pledges.extraction.sentences import Segment, Sentence


@dataclass(frozen=True)
class Clause:
    """An undertaking at text[start:end]; `deadline` from its own words or those that govern it."""

    start: int
    end: int
    deadline: date | None = None
    owners: Owners = NOBODY
    governing: str = ""
    ordered: bool = False
    state: bool = False  # a state to be reached rather than an action


@dataclass
class Scope:
    """What governs the clauses of a paragraph: the time set at its head, whether its figures are aims."""

    deadline: date | None = None
    aim: str = ""
    first: bool = True  # no clause stands before in the paragraph


@dataclass
class _Run:
    """What one sentence has gathered so far."""

    clauses: list[Clause] = field(default_factory=list)
    front: int | None = None  # where an object put before its verb begins
    deadline: date | None = None
    owners: Owners = NOBODY
    governing: str = ""
    ordered: bool = False
    open: bool = False  # whether the last segment was part of the last clause
    spoken: bool = False
    hope: re.Pattern[str] = signs.HOPE


def build(
    text: str, sentence: Sentence, scope: Scope, year: dates.When, *, directive: bool, spoken: bool = False
) -> list[Clause]:
    """The clauses of a sentence. With `directive` only what follows an order's mark (要, 希望…) counts; where the words
    are `spoken` to bodies and persons, any of them may be a clause's subject."""
    run = _Run(deadline=scope.deadline, spoken=spoken or directive)
    run.hope = signs.REQUIRED if signs.OF_MEETING.search(text, sentence.start, sentence.end) else signs.HOPE
    active = not directive
    for index, segment in enumerate(sentence.segments):
        start = parts.lead(text, segment.start, segment.end)
        if start >= segment.end:
            continue
        rest = sentence.segments[index + 1 :]
        if index and sentence.segments[index - 1].mark == "；":
            run.open = False
        moment = parts.time_alone(text, start, segment, year)
        if moment is not None and rest:
            run.deadline = moment
            if scope.first and index == 0:
                scope.deadline = moment
            run.open = False
            continue
        segment_text = text[start : segment.end]
        if signs.PLAIN_YEAR.fullmatch(segment_text) and rest:
            run.deadline = scope.deadline = None  # the plan's own year ends the reach of a later one
            continue
        if segment_text[0] == "（" and segment_text[-1] == "）" and owners.bracket(segment_text[1:-1]):
            run.open = False
            continue
        if index and segment.start < start and sentence.segments[index - 1].mark == "；":
            run.owners = NOBODY  # the next item of a list has a subject of its own or none
        named = owners.phrase(segment_text)
        if named:
            _name(run, named)
            active = True
            continue
        if directive and not active:
            if signs.SOURCE.search(segment_text):
                return run.clauses
            if signs.DESCRIPTION.match(segment_text):
                continue
            active = orders.begin(text, start, segment, index, run.hope)
            if not active:
                if run.front is None or not parts.still_fronted(text, segment, rest):
                    run.front = (
                        start
                        if signs.FRONTED.match(segment_text) and not signs.PERSUASION.search(segment_text)
                        else None
                    )
                continue
        elif run.front is not None and parts.still_fronted(text, segment, rest):
            continue
        elif directive and signs.DESCRIPTION.match(segment_text):
            active = run.open = False
            continue
        elif directive and signs.PERSUASION.search(segment_text):
            run.open = False
            continue
        _segment(text, run, segment, start, rest, scope, year, directive)
        scope.first = False
    return _handed_in(text, run.clauses)


def _handed_in(text: str, clauses: list[Clause]) -> list[Clause]:
    """Drafts that the sentence's last clause hands in by a day are due by that day; it is their drafters' to do."""
    if (
        len(clauses) < 2
        or clauses[-1].deadline is None
        or not signs.HANDED_IN.search(text, clauses[-1].start, clauses[-1].end)
    ):
        return clauses
    day, drafters = clauses[-1].deadline, NOBODY
    for clause in clauses[:-1]:
        if signs.DRAFT.match(text, clause.start, clause.end):
            drafters += clause.owners
    dated = [
        replace(clause, deadline=day)
        if clause.deadline is None and signs.DRAFT.match(text, clause.start, clause.end)
        else clause
        for clause in clauses[:-1]
    ]
    return [*dated, replace(clauses[-1], owners=drafters or clauses[-1].owners)]


def _name(run: _Run, named: Owners) -> None:
    """A phrase of owners governs its sentence: what follows, and what nobody was named for before."""
    run.owners = run.owners + named if run.owners.support or named.support else named
    run.open = False
    run.clauses = [clause if clause.owners else replace(clause, owners=named) for clause in run.clauses]


def _segment(
    text: str,
    run: _Run,
    segment: Segment,
    start: int,
    rest: tuple[Segment, ...],
    scope: Scope,
    year: dates.When,
    directive: bool,
) -> None:
    """Adds one segment: a new clause, the last one's continuation, the object put first, or nothing."""
    end = parts.trim(text, start, segment.end)
    if segment.mark in "：" and segment.mark and end - start <= 40 and rest and not numbers.find(text, start, end):
        _label(text, run, start, end, scope)
        return
    hoped = run.hope.match(text, start, end)
    if hoped:
        start, run.ordered = hoped.end(), True
        if re.match("大家|同志们|各位", text[start:end]):
            start += 2 if text[start] == "大" or text[start] == "各" else 3
            run.owners = NOBODY
    match = signs.BARE.match(text, start, end)
    if match:
        start, run.ordered = match.end(), True
        if directive and not run.open and segment.start == start - len(match.group()):
            run.owners = NOBODY if not run.owners.lead else run.owners
    else:
        start = _subject(text, run, start, end)
    start = parts.lead(text, start, end)
    if start >= end:
        return
    part = text[start:end]
    starting = signs.STARTING.match(part)
    if starting and run.spoken and (named := owners.subject(starting["names"])):
        run.owners, run.ordered, run.open = named, True, False
        return
    beside = signs.TOGETHER.match(part)
    if beside and run.owners and (named := owners.names_in(beside["names"], short=True)).lead:
        run.owners = run.owners + Owners(support=named.lead, person=named.person)
        return
    own = dates.find(text, start, end, year)
    opening = own[0].end if own and own[0].start <= start + 1 and own[0].end < end else start
    head = heads.read(text, opening, end)
    if (
        signs.RESULT.match(part)
        and (run.clauses or directive)
        and not re.match("为[^，]{2,20}提供[^，]{0,12}(?:服务|支持)$", part)
    ):
        run.open = False
        return
    if parts.frames(part, segment, rest, head):
        run.open = False
        if any(figure.comparator in ("ge", "le") for figure in numbers.find(text, start, end)):
            run.front = start  # a standard to meet is part of the undertaking
        return
    if rest and segment.mark == "，" and re.match("(?:必须|务必|一定要?)(?:在|于)[^，]{2,30}(?:前|内|之前)$", part):
        run.front = start
        return
    if signs.TALK.search(part) or parts.copula(part):
        run.open = False
        return
    if re.match("也?是(?!否)", part) and run.open and run.clauses:
        run.clauses.pop()  # what seemed an action was what this is said of
        run.open = False
        return
    fronted = signs.FRONTED.match(part) or re.match(".{2,40}的$", part) if not signs.EACH_AS_DUE.match(part) else None
    figures = numbers.find(text, start, end)
    if (
        fronted
        and rest
        and segment.mark == "，"
        and not (signs.FRONTED.match(part) and parts.acts_inside(text, start + 1, end))
        and not figures[1:]
    ):
        run.front = start if run.front is None else run.front
        return
    if (
        signs.EACH_AS_DUE.match(part)
        and run.front is None
        and run.clauses
        and run.open
        and signs.EACH_AS_DUE.search(text, run.clauses[-1].start, run.clauses[-1].end)
    ):
        run.clauses[-1] = replace(run.clauses[-1], end=end)
        return
    begins = (
        opening > start
        or bool(head.verbs)
        or fronted is not None
        or bool(head.words and heads.acts(text, head.rest, min(end, head.rest + 8)))
        or bool(owners.HAND_OVER.search(part))
        or bool(
            re.match(
                "决不|绝不|以(?!上|下|内|及|来)|在(?!建)|向|给|由|与|和|围绕|按|通过|依托|每|全市|该|不|任何|逾期|限期",
                text[opening:end],
            )
        )
    )
    if (
        len(head.verb) == 1
        and len(head.words) == 1
        and opening == start
        and not figures
        and head.verb not in ("建", "抓", "办", "报")
    ):
        begins = fronted is not None
    if begins or figures or run.front is not None:
        _add(
            text,
            run,
            run.front if run.front is not None else start,
            end,
            own or parts.days(text, run.front, start, year),
            head,
            scope,
            state=not head.verbs,
        )
        run.front = None
        return
    if signs.PREDICATE.search(part) and (not run.open or not _continues(text, run, part)) and len(part) >= 4:
        _add(text, run, start, end, own, head, scope, state=True)
        return
    if run.clauses and run.open:
        run.clauses[-1] = replace(run.clauses[-1], end=end)


def _label(text: str, run: _Run, start: int, end: int, scope: Scope) -> None:
    """Words before a colon: they say whether aims or orders follow."""
    label = text[start:end]
    if re.search("预期|目标|指标", label):
        scope.aim = "firm" if "约束" in label and "预期" not in label else "aim"
    if re.search("会议|要求|决定", label):
        run.ordered = True


def _subject(text: str, run: _Run, start: int, end: int) -> int:
    """Past a subject that is told to act; it becomes the owner of what follows in the sentence."""
    part = text[start:end]
    match = signs.ORDER_SUBJECT.match(part)
    if match:
        named = owners.subject(match["subject"])
        if named:
            run.owners, run.ordered, run.open = named, True, False
            at = start + match.end("subject")
            bare = signs.BARE.match(text, at, end) or signs.SHALL.match(text, at, end)
            return bare.end() if bare else at
        if re.fullmatch(
            "(?:.{0,6}[，]?)?(?:我们?|大家|全[市县区州省][上下]{0,2}|我[市县区州省局镇])(?:一定|也|都|还)?",
            match["subject"],
        ):
            run.owners, run.ordered = NOBODY, True
            at = start + match.end("subject")
            bare = signs.BARE.match(text, at, end) or signs.SHALL.match(text, at, end)
            return bare.end() if bare else at
    if not run.spoken and not re.match("各|市[^场民域区]|县[^域]|州|省|区[^域]|全[市县区州省]", part):
        return start
    for at in range(start + 2, min(end - 1, start + 60)):
        dated = signs.CHARGED.match(text, at, end)
        if at + 2 > end or text.startswith("会同", at) or not (dated or heads.opens(text, at, end)):
            continue
        if text[at - 1] not in signs.BODY_ENDS and not text.startswith(("负责", "牵头"), at):
            continue
        if signs.REACHED.match(text[heads.moment(text, at, end) : end]):
            return start
        if signs.LONGER_NAME.match(text, at, end):
            continue
        named = owners.subject(text[start:at])
        if named and signs.INDICATOR.match(text, at, end) and signs.COMMON_NAME.search(text, start, at):
            return start  # "高新技术企业突破500家" is a figure, not an order
        if named and not heads.read(text, start, at).verbs:
            run.owners, run.ordered, run.open = named, True, False
            return at + len("牵头") if text.startswith("牵头", at) and end > at + 5 else at
    return start


def _continues(text: str, run: _Run, part: str) -> bool:
    """Whether the part goes on listing the last clause's objects: it ends as the list does, in a noun."""
    last = text[run.clauses[-1].start : run.clauses[-1].end]
    return bool(
        re.search("(?:项目|工程|等|企业|产业|领域|平台|高地|建设)$", part)
        and re.search("(?:项目|工程|企业|产业|领域|基地|平台)$", last)
    )


def _add(
    text: str,
    run: _Run,
    start: int,
    end: int,
    own: list[dates.Deadline],
    head: heads.Head,
    scope: Scope,
    *,
    state: bool,
) -> None:
    """One clause, or several where figures with verbs of their own are listed."""
    deadline = own[-1].day if own else run.deadline
    handed = owners.handed_over(text[start:end])
    holders = handed if handed else run.owners
    governing = run.governing if state else ""
    if state and not governing:
        governing = scope.aim
    for first, last in parts.coordinated(text, start, end):
        run.clauses.append(Clause(first, last, deadline, holders, governing, run.ordered, state))
    words = set(head.words)
    if words & {"确保", "必须", "务必", "坚决确保"}:
        run.governing = "firm"
    elif words & {"力争", "争取", "努力"}:
        run.governing = "aim"
    run.open = True
