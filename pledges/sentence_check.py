"""What the sentence of a report says, held against the numbers beside it. Plain Python; whoever asks writes the words.

Nothing here refuses anything. Each function finds what a careful reader would stop at, and stays silent where the
sentence may well be right: a question that is asked in vain is one more click for hundreds of people.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pledges.extraction import cleaning, numbers, numerals
from pledges.extraction.numbers import Quantity

RATES = frozenset({"%", "‰", "个百分点", "倍"})
SAME_UNITS = {"名": "人", "千米": "公里", "平米": "平方米", "立方": "立方米", "方": "立方米"}
CLAUSE = re.compile("[，。；;：:!！?？\n（）()]")

# The sentence of last period


def normalised(sentence: str) -> str:
    """Letters and digits alone, so that neither spaces nor punctuation make a text new; "1.5" and "15" stay apart."""
    plain = unicodedata.normalize("NFKC", sentence).lower()
    return re.sub(r"(?<!\d)\.|\.(?!\d)|[^\w.]|_", "", plain)


def is_same(sentence: str, earlier: str) -> bool:
    return bool(normalised(sentence)) and normalised(sentence) == normalised(earlier)


# "全部完成"

DONE = re.compile(
    "(?:全部|全面|圆满|如期|按期|提前|超额|均已|已全部|已全面)完成|全部(?:建成|竣工|完工|达标)|"
    "已(?:经)?完成(?:了)?(?:全年|年度|本年度|既定|各项)*(?:目标)?任务|任务已(?:经)?完成|"
    "(?:完成率|进度|完成(?:了)?(?:全年|年度)?(?:目标|任务|计划)?的?|完成比例)(?:已)?(?:达到?|为|是)?100(?:%|％)|百分之百完成"
)
NOT_YET = re.compile(
    "力争|争取|确保|预计|计划(?!的|任务)|将|拟|有望|未|没有|不能|无法|难以|待|后续|下一步|前(?=[^，。]*$)|底(?=[^，。]*$)|如果|若"
)
# Of a step, a stretch or a part, and not of the whole.
PART = re.compile(
    "季度|本月|上月|月度|月份|上半年|阶段|前期|前置|一期|首期|首批|一批|第[一二三四]批|部分|招标|招投标|设计|可研|"
    "立项|征拆|征地|拆迁|手续|勘察|摸底|排查|清单|方案|公示|入户|调查|采购|签约|测绘|图纸|土建|主体|其中|培训|"
    "个县|个区|个镇|个乡|去年|上年"
)


def says_done(sentence: str) -> str:
    """The words that call the whole thing done; "" where there are none, or they speak of a plan or of a part."""
    text = cleaning.clean(sentence).text
    for clause in CLAUSE.split(text):
        match = DONE.search(clause)
        if match and not NOT_YET.search(clause[: match.start()]) and not PART.search(clause[: match.start()]):
            return match.group()
    return ""


# Phrases instead of facts

PHRASES = re.compile(
    "(?:正在|正|持续|继续|积极|有序|稳步|加快|扎实|全力|大力|深入|抓紧|按计划|按照计划|按要求|按序时|全面|统筹|不断)+"
    "(?:地)?(?:推进|推动|开展|实施|落实|进行|建设|抓好|组织实施|跟进|加强|筹备|谋划)(?:中|之中)?|"
    "高度重视|取得(?:了)?(?:积极|明显|显著|阶段性|较好|良好)(?:进展|成效|效果|成果)|进展顺利|推进顺利|进展良好|"
    "成效(?:明显|显著)|加强(?:组织)?领导|压实责任|强化(?:措施|责任|落实|调度|统筹|督导)|狠抓落实|精心(?:组织|部署)|"
    "按(?:照)?(?:时间)?(?:节点|计划|序时|要求|进度)(?:有序|稳步)?推进|(?:不断|持续)(?:加大|提升|优化|完善)|"
    "加大(?:工作)?力度|常态化(?:开展|推进)|多措并举|协调推进|迅速行动|明确(?:责任|分工)|推进(?:之)?中"
)
STEPS = (
    "立项|可研|环评|用地|规划许可|选址|招标|招投标|中标|开标|采购|施工图|勘察|征拆|征地|拆迁|清表|开工|进场|打桩|桩基|"
    "基础施工|主体|封顶|铺设|安装|调试|验收|竣工|投产|投用|通车|通水|通电|供水|供电|试运行|挂牌|揭牌|签约|备案|评审|"
    "论证|征求意见|公示|公告|挂网|审批|批复|审议|联审|摸底|排查|入户|培训|督导检查|发放|拨付|下达|到位|移交|评估|普查"
)
FACT = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]+(?:个|户|人|家|条|处|座|所|项|次|批|场|公里|亩|吨|元|月|日|成|辆|台|栋|间)|"
    rf"[《〔]|{STEPS}|完成(?!情况|时限|目标任务的)|建成|建好|铺到|铺至|修通|打通|改造好|启动|召开|印发|出台|制定|签订|"
    "签署|通过|确定|选定|成立|组建|交付|移交|对接了|达成|动工|复工|停工|恢复|用上|入驻|"
    "上半年|下半年|月底|月初|年底|年初|本周|上周|昨日|"
    "[\u4e00-\u9fff]{2}(?:村|镇|乡|街道|社区|县|路段|园区)(?!级|域|容|民|务|区|级|庄建设|振兴|生活|污水|改造)"
)
FILLERS = re.compile(
    "目前|当前|现|各项|该|本|此项|相关|有关|工作|项目|任务|事项|建设|我局|我单位|我县|我区|全市|全县|全局|各|单位|部门|"
    "对|将|把|并|和|及|的|了|已|在|中|进一步|下一步|情况|正|均|等|认真|及时|根据|要求|部署|市委市政府|市政府"
)
LONGEST_EMPTY = 60  # a longer text says something, if only at length
LONGEST_REST = 14  # what may be left when phrases, fillers and the title's words are taken away


def empty_phrases(sentence: str, title: str = "") -> list[str]:
    """The set phrases of a sentence that holds nothing else; [] where it names a fact or says something of its own.

    ``title`` is the pledge's: repeating it tells nothing new.
    """
    text = cleaning.clean(sentence).text
    found = [match.group() for match in PHRASES.finditer(text)]
    if not found or len(text) > LONGEST_EMPTY:
        return []
    rest = PHRASES.sub("", text)
    if FACT.search(rest):
        return []
    known = frozenset(title[at : at + 2] for at in range(len(title) - 1))
    left = re.sub(r"[\W_]", "", FILLERS.sub("", rest))
    new = sum(1 for at in range(len(left)) if not {left[at : at + 2], left[max(at - 1, 0) : at + 1]} & known)
    return found if new <= LONGEST_REST else []


# Numbers


@dataclass(frozen=True)
class Typed:
    """What was typed for one target, in base units. ``lasts``: the values of the last report and the last period."""

    unit: str
    typed: Decimal
    goal: Decimal
    name: str = ""
    goal_max: Decimal | None = None
    lasts: tuple[Decimal, ...] = ()
    scale: int = 1


@dataclass(frozen=True)
class Stated:
    """A number of the sentence that does not fit: the index of its target, and the words as they stand there."""

    target: int
    words: str
    value: Decimal


@dataclass(frozen=True)
class _Number:
    words: str
    unit: str  # "" where the number stands beside a target's name without one
    lowest: Decimal
    highest: Decimal
    before: str  # of the same clause
    after: str


PLANNED = re.compile("计划|力争|争取|预计|确保|将|拟|下一步|年底前|有望")
GOAL = re.compile("目标|任务|总量|总数|共有|全市共|全县共")
DONE_BEFORE = re.compile("完成|建成|已|实现|达")
APART = re.compile(
    "剩余|余下|其余|还有|尚有|仍有|尚余|未|其中|涉及|覆盖|包括|本期|本月|当月|本季|本周|近期|上月|上期|上季|上次|上年|去年|"
    "此前|月份|同比|环比|日均|平均|每|占|较|超|差|在建|正在|开工|进场"
)
OTHER_THINGS = (
    "县|区|市|乡|镇|街道|部门|单位|专班|小组|工作组|组|标段|批次|批|环节|方面|阶段|会议|会|施工队|队|班组|月|工作日|"
    "问题|文件|方案|课题|监测点|督导|检查|媒体|网格|片区|党支部|点|作业面"
)
OTHER_AFTER = re.compile(f"(?:{OTHER_THINGS})")
OTHER_BEFORE = re.compile(f"(?:{OTHER_THINGS})$")
COUNTERS = frozenset({"个", "项", "处", "家", "次", "条", "支", "名", "人"})
ROUND_UP = Decimal("1.2")  # 120余个 is anything up to this
ABOUT = Decimal("0.05")


def differing(sentence: str, targets: Sequence[Typed], title: str = "") -> list[Stated]:
    """Numbers of the sentence that ought to be a target's cumulative value and are not; at most one a target.

    A target whose value the sentence states somewhere is left alone: the other numbers are its details. So is a
    number that is plainly the target, the period's own (typed less the last) or what remains.
    """
    text = cleaning.clean(sentence).text
    stated: dict[int, Stated] = {}
    confirmed: set[int] = set()
    for number in _numbers(text, targets):
        concerned = _concerned(number, targets, title)
        confirmed.update(at for at in concerned if _covers(number, targets[at].typed))
        if not concerned or _is_apart(number) or any(_is_plain(number, targets[at]) for at in concerned):
            continue
        stated.setdefault(concerned[0], Stated(concerned[0], number.words, number.lowest))
    return [one for at, one in sorted(stated.items()) if at not in confirmed]


def _numbers(text: str, targets: Sequence[Typed]) -> Iterator[_Number]:
    found = numbers.find(text, 0, len(text))
    for at, one in enumerate(found):
        lowest, highest = _bounds(text, one)
        yield _Number(
            words=text[one.start : one.end],
            unit=SAME_UNITS.get(one.unit, one.unit),
            lowest=lowest,
            highest=highest,
            before=_clause_before(text, found[at - 1].end if at else 0, one.start),
            after=CLAUSE.split(text[one.end :])[0],
        )
    for target in targets:
        yield from _beside_its_name(text, target, found)


def _beside_its_name(text: str, target: Typed, found: list[Quantity]) -> Iterator[_Number]:
    """新增就业3.5万: a number without a unit right after the target's name."""
    if not target.name:
        return
    pattern = re.escape(target.name) + r"[^，。；、\d]{0,6}?(\d[\d,]*(?:\.\d+)?)(万亿|亿|万)?(?![\d.,%％年月日号])"
    for match in re.finditer(pattern, text):
        if any(one.start < match.end() and match.start(1) < one.end for one in found):
            continue
        value = numerals.arabic(match[1])
        if value is None:
            continue
        times = numerals.MULTIPLIERS[match[2] or ""]
        if times == 1 and value * target.scale == target.typed:
            times = Decimal(target.scale)  # written as it is typed
        step = _step(match[1], times)
        yield _Number(
            words=match.group(),
            unit="",
            lowest=value * times - step / 2,
            highest=value * times + step,
            before=_clause_before(text, 0, match.end(1) - len(match[1])),
            after="",
        )


def _clause_before(text: str, floor: int, end: int) -> str:
    return CLAUSE.split(text[floor:end])[-1]


def _bounds(text: str, one: Quantity) -> tuple[Decimal, Decimal]:
    """What a written number may stand for: 3.5万 for 35210, 120余 for 128, 约50 for 52."""
    if one.value_max is not None:
        return one.value, one.value_max
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", text[one.start : one.end])
    written = numerals.arabic(digits.group()) if digits else None
    step = _step(digits.group(), one.value / written) if digits and written else Decimal(0)
    if one.comparator == "ge":
        return one.value, max(one.value * ROUND_UP, one.value + step)
    if one.comparator == "approx":
        return one.value * (1 - ABOUT), one.value * (1 + ABOUT)
    return one.value - step / 2, one.value + step


def _step(digits: str, times: Decimal) -> Decimal:
    """How much a number cut off at its last place may leave out; half of it where it was rounded up. 120个 is exact."""
    places = len(digits.partition(".")[2])
    if times <= 1:
        return Decimal(0)
    return times.scaleb(-places) * Decimal("0.9999")


def _concerned(number: _Number, targets: Sequence[Typed], title: str) -> list[int]:
    """The targets that a number may speak of: the one named beside it, else those of its unit."""
    named = [at for at, one in enumerate(targets) if one.name and one.name in number.before[-len(one.name) - 6 :]]
    if named:
        return [at for at in named if number.unit in ("", _unit(targets[at])) or number.unit not in RATES | {"元"}]
    if number.unit in RATES or not number.unit:
        return []
    if number.unit in COUNTERS and _is_of_other_things(number, targets, title):
        return []
    return [at for at, one in enumerate(targets) if _unit(one) == number.unit]


def _unit(target: Typed) -> str:
    return SAME_UNITS.get(target.unit, target.unit)


def _is_of_other_things(number: _Number, targets: Sequence[Typed], title: str) -> bool:
    context = title + "".join(one.name for one in targets)
    other = OTHER_AFTER.match(number.after) or OTHER_BEFORE.search(number.before)
    return other is not None and other.group() not in context


def _is_apart(number: _Number) -> bool:
    """Whether the words before it say that it is a plan, a part, the period's own or a comparison."""
    before = number.before
    if APART.search(before):
        return True
    planned = PLANNED.search(before)
    if planned and not DONE_BEFORE.search(before[: planned.start()]):
        return True
    return GOAL.search(before) is not None and not DONE_BEFORE.search(before)


def _is_plain(number: _Number, target: Typed) -> bool:
    own = [target.typed - last for last in target.lasts]
    plain = [target.typed, target.goal, abs(target.goal - target.typed), *own]
    return any(_covers(number, one) for one in (*plain, *filter(None, [target.goal_max])))


def _covers(number: _Number, value: Decimal) -> bool:
    return number.lowest <= value <= number.highest
