"""Owners' names as a text writes them → units of the organisation, with a confidence. A person always confirms.

市发改委 is 市发展和改革委员会: no list says so, but a rule. An abbreviation has the head of the full name (局, 委,
办 …) and the same level of government, and takes from the full name's words (pairs of characters, 和 left out), in
order, each time the first character or the whole word.

| confidence | why |
| --- | --- |
| 10000 | the unit's own name |
| 9800 | one of its aliases |
| 9500 | the same but for the level in front (市), 和 in the middle, or 人民政府 at the end |
| 9000 | an abbreviation that touches every word that tells |
| 8000 | an abbreviation that leaves words at the end or between untouched |
| 7000 | the field alone, as in "财政、税务等部门" |
| 6000 | an abbreviation that leaves out the first word |

Where n units are as likely, each has the n-th part. Pure but for `directory_of`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pledges.models import Unit

NAME_BP, ALIAS_BP, FORM_BP, WHOLE_BP, PART_BP, FIELD_BP, LATE_BP = 10_000, 9800, 9500, 9000, 8000, 7000, 6000
SURE_BP = 9500  # with one of these, what is less likely is not worth showing
NEAR_BP = 500  # as likely as the likeliest
CONFIDENT_BP = 8000  # good enough to stand in a form before a person confirms


class Why(StrEnum):
    NAME = "name"
    ALIAS = "alias"
    FORM = "form"
    ABBREVIATION = "abbreviation"
    GROUP = "group"


@dataclass(frozen=True)
class Entry:
    """One unit of the directory. ``kind`` is that of `pledges.models.Unit`."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = "bureau"


@dataclass(frozen=True)
class Match:
    """``unit_id`` is None for a group of units (各县市区), which is nobody in particular."""

    unit_id: int | None
    confidence_bp: int
    why: Why


# "各县市区", "各县(市、区)政府", "市直各部门", "有关部门": several units at once.
GROUP = re.compile(
    "^(?:各|市直|县直|区直|州直|全市|全县|相关|有关|其他|所有|市级|县级){1,3}"
    "[县市区旗州乡镇街道园部门单位机关企业级及和、（）()有关相责任成员职能直属各地人民政府办事处]*$"
    "|^(?:县市区|县区|区县|市县|乡镇|镇街|乡镇街道|县（市、区）|县\\(市、区\\))(?:人民政府|政府)?$"
)
LEVELS = {"省": "省", "市": "市", "州": "市", "盟": "市", "县": "县", "区": "县", "旗": "县", "镇": "镇", "乡": "镇"}
# Words that begin with the character of a level: 市场监管局 has none in front.
NO_LEVEL = re.compile("市场|市政(?=[工公园设管养])|市域|区域|县域|乡村|乡镇|镇区|镇村")
GOVERNMENT = re.compile("(?<=[省市州盟县区旗镇乡])(?:人民政府|政府)$")
JOINING = re.compile("[和与及、]")
# Heads of a body's name, long form → what an abbreviation ends with; the longest first.
HEADS = (
    ("委员会", "委"), ("办公室", "办"), ("办事处", "办"), ("指挥部", "指"), ("领导小组", "组"), ("集团公司", "公司"),
    ("总公司", "公司"), ("公司", "公司"), ("中心", "中心"), ("集团", "集团"), ("支队", "支队"), ("大队", "大队"),
    ("银行", "行"), ("分行", "行"), ("局", "局"), ("委", "委"), ("办", "办"), ("厅", "厅"), ("部", "部"), ("院", "院"),
    ("室", "室"), ("站", "站"), ("所", "所"), ("处", "处"), ("会", "会"), ("社", "社"), ("队", "队"), ("行", "行"),
)  # fmt: skip
# Words that an abbreviation need not touch: they say how, not what.
UNTELLING = frozenset(["管理", "监督", "工作", "事务", "服务", "综合", "开发", "建设", "保障"])


@dataclass(frozen=True)
class _Reading:
    """One way to read a name: the level of government in front (empty: not said), what the body is about, its head."""

    level: str
    body: str
    head: str


class Directory:
    """A government's units, read once. ``entries`` with the government itself (kind ``city``) among them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        roots = [GOVERNMENT.sub("", squeezed(one.name)) for one in self.entries if one.kind == "city"]
        self.level = LEVELS.get(roots[0][-1:], "") if roots else ""
        counties = [GOVERNMENT.sub("", squeezed(one.name)) for one in self.entries if one.kind == "county"]
        self._places = {name: LEVELS[name[-1]] for name in (*roots, *counties) if name[-1:] in LEVELS}
        self._readings = {
            one.id: {self.reading_of(name, own=self.level) for name in (one.name, *one.aliases)}
            for one in self.entries
            if one.kind not in ("city", "county")
        }

    def readings(self, entry: Entry) -> set[_Reading]:
        """How a bureau's name and aliases are read; none for a government, which nothing abbreviates."""
        return self._readings.get(entry.id, set())

    def reading_of(self, name: str, *, own: str = "") -> _Reading:
        """``own`` is the level of a name that states none: a directory's units have that of its government."""
        name = squeezed(name)
        place = next((place for place in self._places if name.startswith(place) and len(name) > len(place) + 1), "")
        if place:
            return _reading(self._places[place], name.removeprefix(place))
        if name[:1] in LEVELS and len(name) > 2 and not NO_LEVEL.match(name):
            return _reading(LEVELS[name[0]], name[1:])
        return _reading(own, name)


def match(name: str, directory: Directory) -> list[Match]:
    """The units that a name may mean, the likeliest first; nothing when none fits."""
    name = squeezed(name)
    if GROUP.match(name):
        return [Match(None, NAME_BP, Why.GROUP)]
    reading = directory.reading_of(name)
    found = [one for entry in directory.entries if (one := _best(name, reading, entry, directory)) is not None]
    found.sort(key=lambda one: (-one.confidence_bp, one.unit_id or 0))
    near = [one for one in found if found[0].confidence_bp - one.confidence_bp < NEAR_BP]
    if len(near) > 1:
        return [replace(one, confidence_bp=one.confidence_bp // len(near)) for one in near]
    return near if near and near[0].confidence_bp >= SURE_BP else found


def the_unit(names: Sequence[str], directory: Directory) -> int | None:
    """The one unit that the first clear name means; None when no name is clear."""
    for name in names:
        found = match(name, directory)
        if len(found) == 1 and found[0].unit_id is not None and found[0].confidence_bp >= CONFIDENT_BP:
            return found[0].unit_id
    return None


def directory_of(units: Iterable[Unit]) -> Directory:
    return Directory(Entry(unit.pk, unit.name, tuple(unit.aliases), unit.kind) for unit in units)


def squeezed(name: str) -> str:
    return "".join(name.split())


def _best(name: str, reading: _Reading, entry: Entry, directory: Directory) -> Match | None:
    if name == squeezed(entry.name):
        return Match(entry.id, NAME_BP, Why.NAME)
    if name in map(squeezed, entry.aliases):
        return Match(entry.id, ALIAS_BP, Why.ALIAS)
    if GOVERNMENT.sub("", name) == GOVERNMENT.sub("", squeezed(entry.name)):
        return Match(entry.id, FORM_BP, Why.FORM)
    best = max((_compare(reading, other) for other in directory.readings(entry)), default=0)
    return Match(entry.id, best, Why.FORM if best >= FORM_BP else Why.ABBREVIATION) if best else None


def _compare(one: _Reading, other: _Reading) -> int:
    """``one`` is the text's. The level must agree where both say it, the head always; a field alone has none."""
    if one.level and other.level and one.level != other.level:
        return 0
    if one.head == other.head:
        return _likeness(one.body, other.body)
    is_field = not one.head and _likeness(one.body, other.body) >= WHOLE_BP
    return FIELD_BP if is_field else 0


def _reading(level: str, name: str) -> _Reading:
    for long, short in HEADS:
        if name.endswith(long) and len(name) > len(long):
            return _Reading(level, JOINING.sub("", name.removesuffix(long)), short)
    return _Reading(level, JOINING.sub("", name), "")


def _likeness(one: str, other: str) -> int:
    if one == other:
        return FORM_BP
    short, long = sorted((one, other), key=len)
    return _abbreviation(short, long) if 2 <= len(short) < len(long) else 0


def _abbreviation(short: str, long: str) -> int:
    """The confidence that ``short`` abbreviates ``long``; 0 when it takes what no abbreviation takes."""
    words = [long[at : at + 2] for at in range(0, len(long), 2)]
    touched: list[bool] = []
    rest = short
    for word in words:
        taken = len(word) if rest.startswith(word) else int(rest[:1] == word[0])
        rest = rest[taken:]
        touched.append(taken > 0)
    if rest:
        return 0
    if not touched[0]:
        return LATE_BP
    telling = [is_touched for word, is_touched in zip(words, touched, strict=True) if word not in UNTELLING]
    return WHOLE_BP if all(telling) else PART_BP
