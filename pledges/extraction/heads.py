"""How a clause opens: its adverbs and modals, its verbs, and where its object begins."""

import re
from dataclasses import dataclass

from pledges.extraction import lexicon

VERB_LISTS = ("verbs", "verbs_process", "verbs_milestone", "verbs_soft", "verbs_deed", "quantity_verbs")
INNER_LISTS = ("verbs_process", "verbs_milestone", "verbs_deed", "adverbs")
OPENERS = frozenset("对将把以在与和向由从给为按针围通依就")
LIMIT = 6
# Verbs whose object is a document: what follows names it ("出台促进甲发展的意见"), unless another of them goes on.
DRAFTING = frozenset(("出台", "制定", "制订", "编制", "修订", "印发", "颁布", "起草", "拟定", "发布"))
# A time that opens a clause: "9月底前", "到2025年", "年内".
MOMENT = re.compile(
    r"(?:到|至|在)?(?:[今明]年|\d{4}年|[\d一二三四五六七八九十]{1,3}月份?|\d{1,2}日|年底|年末|年内|"
    r"第?[一二三四]季度|[上下]半年|[上中下]旬|国庆节?|春节|五一|七一|元旦|中秋节?|主?汛期|秋季(?:开学|学期)|底|末|之?前|以前)+"
)


@dataclass(frozen=True)
class Head:
    """The words a clause opens with, in order; `verbs` can govern an object; text[rest:] is the object."""

    words: tuple[str, ...]
    verbs: tuple[str, ...]
    rest: int

    @property
    def verb(self) -> str:
        """The verb that decides: the first one, adverbs apart; "" when there is none."""
        for word, later in zip(self.verbs, self.verbs[1:], strict=False):
            if word not in lexicon.words("adverbs") or word in lexicon.words("verbs_process") or not later:
                return word
        return self.verbs[-1] if self.verbs else ""


def moment(text: str, at: int, end: int) -> int:
    """Past the time that opens text[at:end], with its preposition."""
    match = MOMENT.match(text, at, end)
    return match.end() if match else at


def is_verb(word: str) -> bool:
    return any(word in lexicon.words(name) for name in VERB_LISTS)


def _verb_length(text: str, at: int, end: int) -> int:
    return max(lexicon.match(name, text, at, end) for name in VERB_LISTS)


def read(text: str, start: int, end: int) -> Head:
    """The head of the clause text[start:end]; words that are both adverb and verb (加快, 推动) count as verbs."""
    words: list[str] = []
    verbs: list[str] = []
    moment = MOMENT.match(text, start, end)
    at = moment.end() if moment and moment.end() < end else start
    while at < end and len(words) < LIMIT:
        verb, adverb = _verb_length(text, at, end), lexicon.match("adverbs", text, at, end)
        size = max(verb, adverb)
        if size == 0:
            break
        word = text[at : at + size]
        if size == 1 and verb and not adverb and words and verbs:
            break  # a single character after a verb belongs to the object
        if verbs and verbs[-1] in DRAFTING and word not in DRAFTING | {"完成", "实施", "执行", "落实"}:
            break
        words.append(word)
        if verb >= adverb:
            verbs.append(word)
        at += size
        if text.startswith("地", at):
            at += 1
        if (
            (text.startswith("和", at) and verbs and _verb_length(text, at + 1, end) >= 2)
            or (text.startswith("、", at) and verbs and _verb_length(text, at + 1, end) >= 2)
            or (text.startswith("并", at) and verbs and _verb_length(text, at + 1, end) >= 2)
        ):
            at += 1
    return Head(tuple(words), tuple(verbs), at)


def opens(text: str, at: int, end: int) -> bool:
    """Whether a verb or adverb of two characters or more stands at text[at:]."""
    return max(_verb_length(text, at, end), lexicon.match("adverbs", text, at, end)) >= 2 or text.startswith(
        ("按照", "根据", "在"), at
    )


def acts(text: str, start: int, end: int) -> bool:
    """Whether a verb of two characters stands anywhere in text[start:end]."""
    return any(_verb_length(text, at, end) >= 2 for at in range(start, end))


def inner(text: str, start: int, end: int) -> Head | None:
    """The head of a clause whose object or means comes first ("对甲进行乙"): its last verb of two characters
    that an object or nothing follows; None when it opens in no such way."""
    at = read(text, start, end).rest
    if text[at : at + 1] not in OPENERS:
        return None
    at += 1
    found: Head | None = None
    while at < end - 1:
        size = max(lexicon.match(name, text, at, end) for name in INNER_LISTS)
        if size >= 2:
            found = read(text, at, end)
            at = max(found.rest, at + size)
        else:
            at += 1
    return found
