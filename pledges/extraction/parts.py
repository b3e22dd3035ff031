"""What a segment is before it becomes a clause: a time alone, a frame, an object put first; where a clause is cut."""

import re
from datetime import date
from itertools import pairwise

from pledges.extraction import dates, heads, lexicon, numbers, signs
from pledges.extraction.sentences import Segment

ACCORDING = re.compile(
    "(?:严格|认真)?(?:根据|按照|遵循|依据|随着|面对|由于|鉴于|基于|对照|立足|着眼|本着|适应|为(?!民)|为了|经)"
)


def lead(text: str, start: int, end: int) -> int:
    """Past spaces, numbers and connectives."""
    for pattern in (signs.ENUMERATOR, signs.CONNECTIVE, signs.ENUMERATOR):
        while start < end and text[start] in " 　\n":
            start += 1
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            start = match.end()
    return start


def still_fronted(text: str, segment: Segment, rest: tuple[Segment, ...]) -> bool:
    """Whether the verb of an object put before it is still to come, marked by its own 要."""
    return not signs.BARE.match(text, segment.start) and any(signs.BARE.match(text, later.start) for later in rest[:2])


def time_alone(text: str, start: int, segment: Segment, year: dates.When) -> date | None:
    """The day, when the segment says nothing but a time: "到2025年", "年底前", "9月中下旬"."""
    if segment.end - start > 16 or segment.mark != "，":
        return None
    found = dates.find(text, start, segment.end, year)
    if not found:
        return None
    last = found[-1]
    around = text[start : last.start] + text[last.end : segment.end]
    return last.day if len(around) <= 2 and not re.search("[自从截以]|以来|开始", around) else None


def days(text: str, front: int | None, start: int, year: dates.When) -> list[dates.Deadline]:
    return dates.find(text, front, start, year) if front is not None else []


def trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " 　，,、；;。：:\n":
        end -= 1
    return end


def frames(part: str, segment: Segment, rest: tuple[Segment, ...], head: heads.Head) -> bool:
    """Whether the segment only frames what follows: 围绕…, 按照…, 在…的同时."""
    if segment.mark != "，" or not rest:
        return False
    if re.match("以最|从[^，]{2,16}(?:开始|起)$", part):
        return True
    if ACCORDING.match(part):
        return True
    if signs.FRAME_END.search(part) and (signs.LEADIN.match(part) or not head.verbs):
        return True
    if re.match("在(?:今年)?[^，]{0,6}[底末旬日月年](?:之|以)?前[^，]{4,}$", part):
        return False
    if re.match("(?:围绕|紧紧围绕|结合|依托|通过|借助|凭借|坚持以|在)", part) and not acts_late(part):
        return True
    return bool(re.match("以[^，]{2,40}为[^，]{1,8}$", part))


def copula(part: str) -> bool:
    """Whether the segment says what something is; a definition undertakes nothing."""
    match = signs.COPULA.search(signs.QUOTED.sub("", part))
    return match is not None and match.start() >= 2 and not signs.OWN_TIME.search(part)


def acts_late(part: str) -> bool:
    """Whether a framing segment goes on to act: "围绕甲产业制定图谱"."""
    return (
        re.search(
            "(?:制定|开展|编制|打造|推动|加强|提供|深度|充分|前瞻|谋划建设|抓好|开放|建立|构建|推出|出台|引进|"
            "创造|盘活|加快)[^，。；]{2,}$",
            part[4:],
        )
        is not None
    )


def acts_inside(text: str, start: int, end: int) -> bool:
    """Whether the segment of a fronted object has its verb too: "将甲打造成乙", "对甲开展乙"."""
    part = text[start:end]
    if part.endswith("的"):
        return False
    modal = signs.INNER_MODAL.search(part, 2)
    if modal and heads.read(part, modal.end(), len(part)).verbs:
        return True
    return signs.INSIDE.search(part, 1) is not None


def coordinated(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts at a 、 or 和 between two figures where the second has a verb of its own: "完成甲5个、新增乙3万人"."""
    figures = numbers.find(text, start, end)
    cuts = [start]
    for left, right in pairwise(figures):
        for mark in re.finditer("[、和及]", text[left.end : right.start]):
            at = left.end + mark.end()
            verb = lexicon.match("quantity_verbs", text, at, right.start)
            inner = re.search("压减|增长|下降|完成|新增|提高|降低|减少|新建|改造", text[at : right.start])
            if (verb >= 2 or inner) and text[left.end : at - 1].strip("以上左右内下、 ") == "":
                cuts.append(at)
                break
    bounds = [*cuts, end + 1]
    return [(first, trim(text, first, last - 1)) for first, last in pairwise(bounds)]
