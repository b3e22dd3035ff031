"""Who is made responsible: bodies that lead or support, and persons.

Three places say so: the subject of an order ("各县区要…", "由市住建局负责"), a phrase of its own ("A牵头,B、C配合"),
and a bracket or line after the text ("(责任单位:A、B)", "(A牵头,B、C配合)").
"""

import re
from dataclasses import dataclass

from pledges.extraction import lexicon

SUFFIX = re.compile(rf"(?:{lexicon.alternation('body_suffixes')})$")
SHORT = lexicon.words("body_short")
BODY_WORDS = lexicon.words("body_suffixes") | SHORT
POST = re.compile(rf"(?:{lexicon.alternation('posts')})$")
SURNAMES = "".join(sorted(lexicon.words("surnames")))
PERSON_NAME = re.compile(rf"(?<![\u4e00-\u9fff])[{SURNAMES}][\u4e00-\u9fff]{{1,2}}$")

ORDER = "(?:要|务必|必须|应当|应该|应|须|需|负责|牵头|一定要|都要|均要|均应|也要|切实|将)"
GENERIC_SPEAKER = re.compile(
    "^(?:我们|大家|我|同志们|他们|咱们|各位|我[市县区州省镇]|全[市县区州省镇国社]|全[市县区州省镇]上下|人们|"
    "干部|群众|项目方?|会议|这|那|其)$"
)
NOT_NAME = re.compile(
    "(?:全部|的|真正|为|对|把|让|向|从|于|会议|机制|工作|措施|任务|政策|制度|行动|问题|项目|建设|手续|发展|"
    "城市$|城镇$|城乡$|城区$|(?<!县)市区$|县域$|市域$|试点|资金|时间|责任|方案|目标|指标|乡村$|全镇|"
    "以来|全[市县州省区]$|通知|要求|意见|规划|方面|情况|实施|落实|推进|体系|能力|水平|我们|为民|农村$|地区$|精神|[，。；：])"
)
SEPARATOR = re.compile("、|及其|以及|[和及与](?!平|谐|作$)|会同|协同|联合|，|；|/|\\s")
TRAIL = re.compile(
    "(?:等(?:有关|相关|各|职能|主管|[\u4e00-\u9fff]{0,4}有关)*(?:部门|单位|地区?|地方|企业|机构|县区|县市|县|"
    "区|市|乡镇|国务院有关部门)*|等)$|(?:分别|共同|按职责分工|按职责|依职责|按照职责分工)$"
)
HEAD = re.compile(
    "^(?:[（(]|由|我们(?:提出|要求|希望)|希望|特别是|尤其是|请|同时|此外|另外|其中|下步|下一步|今后|并|各项?由|"
    "具体由|责成|要求|会议(?:决定|要求|明确|指出|强调|议定|确定)|[一二三四五六七八九十\\d]+[是要、.]|为此|因此|"
    "，|：|、|\\s)+"
)
LABELLED = re.compile(
    "(?P<label>牵头(?:责任)?(?:单位|部门)|主办单位|责任(?:单位|部门|主体)|落实单位|实施单位|承办单位|"
    "主要责任单位|第一责任单位|负责单位|(?:配合|协办|协助|参与|责任配合|协同)(?:责任)?(?:单位|部门)"
    "|责任(?:领导|人)|牵头(?:领导|人)|分管(?:领导|市领导|县领导)|市级领导|"
    "负责人)[：:]?[ ]?(?P<names>(?:[^；;。：:\n（）()]|[（(][^（）()\n]{1,12}[）)]){2,160}?)"
    "(?=[；;。\n）)]|$|[，, ]?(?:牵头|配合|协办|责任|协助|参与|完成时[限间]|时限|分管)(?:责任)?(?:单位|部门|"
    "领导|人)?[：:])"
)
BRACKET_ROLE = re.compile(
    "(?P<names>[^；;。，,（）()]{2,120}?)(?P<role>牵头负责|牵头|负责落实|负责|主办|承办|配合|协助|协办|参与|"
    "落实|实施|分工负责|按职责分工负责)(?=[，,；;。 ]|$)"
)
LEAD_PHRASE = re.compile(
    "^(?:由)?(?P<names>[^，。；]{2,40}?)(?P<role>牵头负责|牵头|主办|侧重负责|具体负责|(?:负|抓)?总(?:负)?责|负责|配合|协助|"
    "协办|具体落实|加强指导|予以支持)(?P<rest>[^，。；]*)$"
)
HAND_OVER = re.compile(
    "由(?P<names>[^，。；由]{2,40}?)(?P<role>牵头负责|牵头|侧重负责|具体负责|负责|承担|组织实施|主办|配合|协助)"
)
FIRST_LEADS = re.compile(
    "[，,；;。]?(?:其中)?[，,]?(?:列|排)(?:在)?(?:名?第一位?|首位|最前面?)的?(?:单位|部门)?(?:为|是)牵头(?:单位|部门)"
    "(?:[，,]?(?:下同|以下同|以下均同))?"
)
NOISE_BRACKET = re.compile("牵头|责任|配合|负责|主办|承办|协办|落实单位|按职责")


@dataclass(frozen=True)
class Owners:
    """Names as written, each at most once."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    person: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lead or self.support or self.person)

    def __add__(self, other: "Owners") -> "Owners":
        return Owners(
            _once(self.lead + other.lead), _once(self.support + other.support), _once(self.person + other.person)
        )


NOBODY = Owners()


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def is_body(name: str) -> bool:
    """Whether a word can name a body that is given a duty."""
    if not 2 <= len(name) <= 24 or GENERIC_SPEAKER.match(name):
        return False
    if re.search(r"\d|“", name) or (
        NOT_NAME.search(name)
        and not (
            (name[-1] in "局办委厅署室组" or name.endswith(("单位", "部门")))
            and len(name) <= 16
            and not re.search("[的，。；：把让向对]", name)
        )
    ):
        return False
    return name in SHORT or SUFFIX.search(name) is not None


def person_in(name: str) -> str | None:
    """The person or post that the words name; None when they name none. "李明副镇长" is 李明."""
    if len(name) > 24 or re.search("[的，。；]", name):
        return None
    if PERSON_NAME.match(name) and len(name) == 3 and not SUFFIX.search(name) and name not in BODY_WORDS:
        return name
    post = POST.search(name)
    if post is None:
        return None
    before = name[: post.start()]
    if PERSON_NAME.match(before.replace("副", "", 1) if before.endswith("副") else before):
        return before.removesuffix("副")
    return name


def names_in(text: str, *, bracket: bool = False, short: bool = False) -> Owners:
    """The names of a list, sorted into bodies (as lead) and persons. In a bracket every listed word is a name."""
    text = HEAD.sub("", text)
    bodies: list[str] = []
    persons: list[str] = []
    short_list = short or bracket or re.search("等(?:有关|相关|职能)*(?:部门|单位)$|部门$", text) is not None
    for part in _split(text):
        joint = re.match("(?P<body>.{2,20}?)等(?P<post>[^，、]{0,8}(?:长|负责人|领导|书记|主任))$", part)
        if joint:
            persons.append(joint["post"])
            part = joint["body"]
        name = TRAIL.sub("", part).strip(" “”")
        if "的" in name and is_body(name.rpartition("的")[2]):
            name = name.rpartition("的")[2]
        if len(name) < 2:
            continue
        person = person_in(name)
        holder = re.match("(?P<body>.{2,20}?)(?P<post>(?:党政)?(?:主要|分管)(?:领导|负责人|负责同志)|一把手)$", name)
        if holder:
            if is_body(holder["body"]):
                bodies.append(holder["body"])
            persons.append(holder["post"])
        elif person and name not in SHORT:
            persons.append(person)
        elif name in SHORT and not short_list:
            continue
        elif is_body(name) or (bracket and 2 <= len(name) <= 20 and not NOT_NAME.search(name)):
            bodies.append(name)
    return Owners(lead=_once(tuple(bodies)), person=_once(tuple(persons)))


def _beside(text: str, *, bracket: bool = False) -> Owners | None:
    """ "A会同B、C": who is named after 会同 supports; None where the words are no such phrase."""
    lead, _, support = text.partition("会同")
    if not support:
        return None
    first, second = names_in(lead, bracket=bracket), names_in(support, bracket=bracket, short=True)
    return Owners(first.lead, second.lead, first.person + second.person) if first.lead and second.lead else None


def _split(text: str) -> list[str]:
    """The parts of a list; separators inside brackets do not count."""
    parts: list[tuple[str, str]] = []
    depth = at = 0
    position = 0
    while position < len(text):
        char = text[position]
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif depth == 0:
            match = SEPARATOR.match(text, position)
            if match:
                parts.append((text[at:position], match.group()))
                at = position = match.end()
                continue
        position += 1
    joined: list[str] = []
    for part, mark in reversed([*parts, (text[at:], "")]):
        if (
            mark in ("和", "与", "及")
            and joined
            and not _stands(part)
            and _stands(joined[-1])
            and is_body(part + mark + joined[-1])
        ):
            joined[-1] = part + mark + joined[-1]  # 自然资源和规划局 is one name
        elif part:
            joined.append(part)
    return joined[::-1]


def _stands(part: str) -> bool:
    """Whether a part of a list is a name by itself."""
    name = TRAIL.sub("", part)
    return is_body(name) or person_in(name) is not None


def bracket(text: str, *, first_leads: bool = False) -> Owners:
    """The owners that a bracket's inside (or a line of its own) names; NOBODY when it names none. With `first_leads`
    the first of a list without roles leads and the others support."""
    first_leads = first_leads or FIRST_LEADS.search(text) is not None
    text = FIRST_LEADS.sub("", text)
    if not NOISE_BRACKET.search(text):
        parts = [part for part in _split(text) if part]
        if len(parts) >= 1 and all(
            SUFFIX.search(TRAIL.sub("", part)) and len(part) >= 3 and part[0] in "市县区州省各" for part in parts
        ):
            return _first(names_in(text, bracket=True), first_leads)
        return NOBODY
    owners = NOBODY
    labelled = list(LABELLED.finditer(text))
    if labelled:
        for match in labelled:
            beside = any("牵头" in other["label"] for other in labelled) and "牵头" not in match["label"]
            role = "配合" if beside and match["label"].endswith(("单位", "部门", "主体")) else match["label"]
            owners += _role(role, names_in(match["names"], bracket=True))
        return _first(owners, first_leads and "牵头" not in text)
    for match in BRACKET_ROLE.finditer(text):
        together = _beside(match["names"], bracket=True)
        owners += together or _role(match["role"], names_in(match["names"], bracket=True))
    return owners


def _first(owners: Owners, first_leads: bool) -> Owners:
    """Where a document says so, the first body of a list leads and the others support it."""
    if not first_leads or owners.support or len(owners.lead) < 2:
        return owners
    return Owners(owners.lead[:1], owners.lead[1:], owners.person)


def _role(role: str, names: Owners) -> Owners:
    if re.search("配合|协助|协办|参与|协同|具体落实|指导|予以支持", role) and "牵头" not in role:
        return Owners(support=names.lead, person=names.person)
    if re.search("领导|人$", role) and not names.person:
        return Owners(person=names.lead)
    return names


def phrase(text: str) -> Owners:
    """The owners of a segment that only names them: "市统计局牵头", "税务、公安等部门配合", "由李明副镇长负责"."""
    match = LEAD_PHRASE.match(HEAD.sub("", text))
    if match is None or match["rest"]:
        return NOBODY
    return _role(match["role"], names_in(match["names"], short=True))


def handed_over(text: str) -> Owners:
    """ "…由A负责" inside a clause."""
    owners = NOBODY
    for match in HAND_OVER.finditer(text):
        owners += _role(match["role"], names_in(match["names"]))
    return owners


def subject(text: str) -> Owners:
    """The owners that the words before an order's verb name ("各县区、市直部门"); NOBODY for 我们, a thing."""
    text = HEAD.sub("", text)
    if len(text) < 2 or len(text) > 90 or GENERIC_SPEAKER.match(text):
        return NOBODY
    if re.match("(?:对|将|把|在|以|用|让|使|为了?|按|根据|通过|围绕|针对|如果|只有|就|从|与|随着|待)", text):
        return NOBODY
    if together := _beside(text):
        return together
    parts = _split(text)
    owners = names_in(text)
    named = len(owners.lead) + len(owners.support) + len(owners.person)
    return owners if named and named >= len(parts) else NOBODY
