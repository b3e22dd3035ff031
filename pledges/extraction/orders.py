"""Where an order begins in speech, minutes and news: a modal, a body told to act, a demand of the meeting."""

import re

from pledges.extraction import heads, owners, signs
from pledges.extraction.sentences import Segment


def begin(text: str, start: int, segment: Segment, index: int, hope: re.Pattern[str]) -> bool:
    """Whether an order begins in this segment."""
    part = text[start : segment.end]
    if signs.PERSUASION.search(part):
        return False
    numbered = signs.ENUMERATOR.match(text, segment.start, segment.end)
    if numbered and (
        "要" in numbered.group() or ("是" in numbered.group() and heads.read(text, start, segment.end).verbs)
    ):
        return True
    if (
        signs.MODAL.match(part)
        or hope.match(part)
        or (
            re.match(
                "确保|力争|坚决|严禁|决不|绝不|不允许|继续|该[^，]{1,12}的|(?:构成|违反|凡|拒不|逾期|"
                "未)[^，]{2,40}的$|各(?:级|部门|有关|相关|县|市|区|乡|地|单位|成员)",
                part,
            )
            and (index == 0 or part[0] not in "确力坚继")
        )
    ):
        return True
    given = signs.GIVEN.match(part)
    if given and owners.subject(given["names"]):
        return True
    starting = signs.STARTING.match(part)
    if starting and owners.subject(starting["names"]):
        return True
    for charge in signs.CHARGED.finditer(part, 2, 60):
        if part[charge.start() - 1] in signs.BODY_ENDS and owners.subject(part[: charge.start()]):
            return True
    leading = part.find("牵头", 2, 60)
    if leading > 0 and owners.subject(part[:leading]):
        return True
    match = signs.ORDER_SUBJECT.match(part)
    if match is None or signs.SOURCE.search(part):
        return False
    before = match["subject"]
    return (
        bool(owners.subject(before))
        or before in ("我", "我们", "大家")
        or bool(re.search("(?:越|我们|大家)$", before))
        or (
            index == 0
            and match["modal"] in ("必须", "务必", "一定要", "要", "应", "应当", "必须要")
            and len(before) <= 24
            and not re.search("主要|重要|需要|将|只要|不|的?目的|了", before)
        )
    )
