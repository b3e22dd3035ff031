"""The document's skeleton: its kind, headings, sections, and what each paragraph may hold.

A paragraph is labelled `plan`, `assignment`, `review`, `other` or `mixed`: speech, minutes or news, where orders stand
among description and the label is decided sentence by sentence.
"""

import re
from collections import Counter
from dataclasses import dataclass

KINDS = ("report", "assignment", "minutes")
CN = "[一二三四五六七八九十百]"

LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"第{CN}{{1,3}}(?:篇|部分|编)|篇{CN}{{1,2}}[：:]|【篇")),
    (1, re.compile(rf"{CN}{{1,3}}、|第{CN}{{1,3}}[章，,]|关键词")),
    (2, re.compile(rf"（{CN}{{1,3}}）|第{CN}{{1,3}}[节条]|措施{CN}|目标[：:]|{CN}{{1,2}}[是要]")),
    (3, re.compile(r"\d{1,3}[.、．](?!\d)|（\d{1,3}）|[①-⑳]|——")),
)
NUMBERED = re.compile(
    rf"(?:\d{{1,2}}[.．](?=\d{{1,4}}[年月])|（{CN}{{1,3}}）|{CN}{{1,3}}、|第{CN}{{1,3}}[章节篇条，,、]|"
    rf"\d{{1,3}}[.、．](?!\d)|（\d{{1,3}}）|[①-⑳]|措施{CN}[：:]|目标[：:])[ ]*"
)

REVIEW_HEAD = re.compile(
    "回顾|总结|过去|成绩|成就|进展情况|完成情况|执行情况|落实情况|运行情况|开展情况|基本情况|"
    "存在(?:的)?(?:主要)?(?:问题|困难)|主要(?:问题|做法|成效)|困难(?:和|与)|"
    "不足|特点|所做|做了|工作情况|取得|发展现状|形势|工作亮点"
)
SPEECH_REVIEW_HEAD = re.compile(
    "回顾|完成情况|进展情况$|执行情况|成绩|存在(?:的)?(?:主要)?(?:问题|困难)|工作情况|总结$|形势$"
)
PLAN_HEAD = re.compile(
    "安排|打算|下一步|下步|下阶段|计划|目标|任务(?!完成)|思路|部署|举措|总体要求|指导思想|重点工作|工作要点|今后|展望|"
    "着力|全力|坚决|加快|推进|深入|坚持|加强|实施|建设|提升|强化|努力|奋力|民生实事|办好|聚焦|推动|打造|深化|"
    "持续|切实|统筹|扎实|全面"
)
STRONG_PLAN_HEAD = re.compile(
    "安排|打算|下一步|下步|下阶段|计划|目标|任务(?!完成)|思路|部署|举措|总体要求|重点工作|工作要点|今后|意见|建议"
)
OTHER_HEAD = re.compile(
    "名词解释|名词注释|注释|附注|相关链接|责任编辑|参会人员|出席|缺席|参加人员|主送|抄送|版权|来源|扫码|二维码|"
    "编辑[：:]|记者|^附[件表录]|^注[：:]|责编|上接|下转|更多精彩|解读$|微信|关注“"
)
TITLE_PLAN = re.compile(
    "实事|工作要点|任务分解|分解|分工|实施方案|行动方案|工作方案|行动计划|工作计划|工作安排|目标任务|重点工作|"
    "实施意见|政府工作报告|责任分工|清单"
)
TITLE_REVIEW = re.compile("通报|公报|总结|完成情况|运行情况|进展情况|情况的?(?:报告|汇报)|年报|调研报告|新闻")
SPEECH = re.compile(
    "会议(?:要求|指出|强调|决定|认为|听取|议定|明确|研究|审议|原则)|讲话|纪要|同志们|常务会|推进会|调度会|"
    "座谈会|主持召开|汇报会"
)
ORDERED = re.compile("会议[^。\n]{0,60}(?:要求|指出|强调|决定|议定|明确|原则|确定)")
OWNED = re.compile(
    "(?:责任|牵头|配合|主办|协办|落实)(?:责任)?(?:单位|部门|领导)[：:]|[（(][^（）()\n]{2,60}(?:牵头|负责|配合|"
    "按职责分工)[^（）()\n]{0,60}[）)]"
)
NEWS = re.compile(
    "本报讯|本网讯|新华社|（记者|记者[\u4e00-\u9fff]{2,4}(?: |）|通讯员|从|自|获悉)|通讯员|"
    "记者[^，。]{0,12}(?:获悉|了解到)"
)
GREETING = re.compile("(?:各位代表|各位委员|同志们|各位领导)[，,、：:！!]?")
CLOSING = re.compile(
    "让我们(?:更加|紧密|在|以)|而(?:不懈|努力)奋斗！|为[^。]{4,60}而(?:不懈)?(?:努力)?奋斗|再创[^。]{0,12}辉煌[!！]"
)
FORMULA = re.compile(
    "我代表[^，。]{2,12}(?:政府|委员会)[^。]{0,12}报告|请予?审议|提出意见|^——?[^。]{4,60}(?:会议|大会)上$|"
    "表示[^。]{0,12}(?:感谢|敬意)"
)
PROBLEMS = re.compile("清醒(?:地)?(?:认识|看到)|存在[^。]{0,16}(?:困难|问题|不足|短板|差距)|还有不少(?:困难|问题|差距)")
PAST = re.compile(
    "过去(?:一年|五年|的)|一年来|五年来|今年以来|[半上]年以来|年以来|回顾|同比|较上年|比上年|比去年|截至|截止|"
    "累计|圆满|顺利完成|全面完成了|超额完成|取得了|荣获|获评|被评为|实现了|完成了|已[经\u4e00-\u9fff]|"
    "上半年[^，。]{0,20}增长|位居|创历史"
)
AHEAD = re.compile("将|要|力争|确保|争取|努力|加快|推进|加强|完善|今后|下一步|实施|开展|计划")
TERMINAL = "。！？；…"
YEAR_SIGNS = (
    re.compile(
        r"(?:^|\n)[^\n，。]{0,24}(20\d\d)\s?年[^\n，。、至]{0,16}(?:政府工作报告|工作要点|民[生生]|实事|"
        r"目标任务|任务分[解工]|重点工作|工作[计安])"
    ),
    re.compile(
        r"(?:^|\n)[^\n，。]{0,12}(20\d\d)\s?年(?!以?来|[^\n，。]{0,14}(?:回[顾顧]|总结|"
        r"總結))[^\n，。]{0,16}(?:安排|任务|任務|打算|计划|計劃|目标|目標|重点|重點)"
    ),
    re.compile(r"(20\d\d)\s?年[，,]?(?:全[市县区州省镇縣區鎮][^。\n]{0,16})?(?:主要)?(?:预期|預期)(?:目标|目標)"),
    re.compile(r"政府工作(?:报告|報告)[^\n]{0,30}(20\d\d)\s?年"),
)


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
    if len(OWNED.findall(text)) >= 3 and "各位代表" not in text:
        return "assignment"
    if "各位代表" in text or re.search("^.{0,40}政府工作报告[^\n。，]{0,12}$", head, re.MULTILINE):
        return "report"
    signs = len(SPEECH.findall(text))
    return "minutes" if signs >= 2 and (signs * 2500 >= len(text) or SPEECH.search(head[:400])) else "report"


def guess_year(text: str) -> int | None:
    """The plan year that the text gives away: its title's, that of its plan's heading, or the year it names most.

    A report's own year is the latest of those its headings plan for ("二、2024年工作安排"); a five-year programme in
    the same report names later ones, but no heading of a year's work.
    """
    digits = text.translate(str.maketrans("〇○零一二三四五六七八九", "000123456789"))
    for pattern in YEAR_SIGNS:
        years = [int(year) for year in pattern.findall(digits) if 1990 <= int(year) <= 2099]
        if years:
            return max(years) if pattern is YEAR_SIGNS[1] else years[0]
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
    level = next((level for level, pattern in LEVELS if pattern.match(text)), None)
    number = NUMBERED.match(text)
    line = _Line(start, start + len(text), text, level, number.end() if number else 0)
    body = text[line.number :]
    inner = body.rstrip(TERMINAL + "：:")
    ends_openly = text[-1] not in TERMINAL
    if level is not None and len(body) <= 60 and not re.search("[。；]", inner):
        line.heading = (
            level <= 2
            and (ends_openly or len(body) <= 40)
            and not body.endswith("；")
            and (inner.count("，") <= 2 or level <= 1)
        )
    elif level is None and len(text) <= 40 and ends_openly and not re.search("[，。；]", text[:-1]):
        line.heading = True
    if line.heading and line.level != 0:
        line.heading = not re.search(r"\d+(?:\.\d+)?[万亿]?(?:个|户|所|套|公里|亩|家|人|项|元|%)", text)
    if level is not None and not line.heading:
        stop = re.search("[。：:]", body)
        if stop and stop.start() <= 40 and level <= 2 and body[stop.start()] == "。" and stop.end() < len(body):
            line.run_in = line.number + stop.end()
    return line


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
        if len(short) >= 2 and len(short) * 4 >= len(group) * 3:
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
            if line.level is None and line.heading and (OTHER_HEAD.search(title) or closed):
                label = "other" if OTHER_HEAD.search(title) and not re.search("解读|上接|下转|记者", title) else label
            elif level == 0:
                label, closed = _opening_label(kind, lines[index : index + 12]), False
                review_level = 0 if label == "review" else None
            elif review_level is None or level <= review_level:
                decided = _heading_label(kind, title, level, line)
                if decided and opened_back and decided != "other" and not STRONG_PLAN_HEAD.search(title):
                    decided = "review"
                if decided:
                    closed = closed and line.level is None
                    label = decided
                    review_level = level if decided == "review" else None
        body = line.text[line.run_in :]
        if line.heading:
            own = "other" if OTHER_HEAD.search(line.text) else label
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
        return "review" if TITLE_REVIEW.search(titles) and not SPEECH.search(titles) else "mixed"
    if TITLE_REVIEW.search(titles) and not TITLE_PLAN.search(titles):
        return "review"
    return "plan" if TITLE_PLAN.search(titles) and not NEWS.search(titles) else "unknown"


def _heading_label(kind: str, title: str, level: int, line: _Line) -> str | None:
    """The label that a heading gives what follows; None when it does not say."""
    if OTHER_HEAD.search(title):
        return "other" if line.level is None else None
    forward = "mixed" if kind == "minutes" else "assignment" if kind == "assignment" else "plan"
    strong, past = (
        STRONG_PLAN_HEAD.search(title),
        (SPEECH_REVIEW_HEAD if kind == "minutes" else REVIEW_HEAD).search(title),
    )
    if past and not (strong and strong.start() > past.start()):
        return "review" if level <= 1 or line.level is None else None
    if strong:
        return forward
    if line.level is not None and level <= 1 and PLAN_HEAD.search(title):
        return forward
    return None


def _body_label(kind: str, label: str, body: str, closed: bool) -> tuple[str, str, bool]:
    """The paragraph's own label, the label that goes on after it, and whether the speech has ended."""
    if NEWS.search(body[:60]):
        return ("mixed" if ORDERED.search(body) else "other"), "news", closed
    if label == "news" or closed:
        return ("mixed" if ORDERED.search(body) else "other"), ("news" if closed else label), closed
    if OTHER_HEAD.search(body[:12]) and len(body) < 80:
        return "other", label, closed
    if kind != "minutes" and CLOSING.search(body) and (GREETING.match(body) or len(body) < 400):
        return "other", label, kind == "report"
    if FORMULA.search(body) and label in ("unknown", "plan") and len(body) < 240:
        return "other", label, closed
    if GREETING.fullmatch(body.strip()):
        return "other", label, closed
    if label in ("review", "other", "assignment", "mixed"):
        return label, label, closed
    if PROBLEMS.search(body) or (label == "unknown" and _looks_back(body)):
        return "review", label, closed
    if label == "plan":
        return ("review" if _looks_back(body, strict=True) else "plan"), label, closed
    return ("mixed" if ORDERED.search(body) else "plan" if _looks_ahead(body) else "other"), label, closed


def _looks_back(body: str, *, strict: bool = False) -> bool:
    past = len(PAST.findall(body)) + len(re.findall("了(?!解|望|如)", body))
    ahead = len(AHEAD.findall(body))
    if strict:
        return past >= 2 and past > ahead * 2
    return past > 0 and past * 2 >= ahead


def _looks_ahead(body: str) -> bool:
    return bool(AHEAD.search(body)) or bool(re.match("[新改扩建完实推加开启]", body))
