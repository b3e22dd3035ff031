"""What kind of undertaking a clause is: trackable or not, its form, its firmness.

Trackability is weighed from signs, none of which decides alone: a figure, the verb's class, how the object ends,
whether it names a deliverable. The lists in lexicons/ hold the words; the weights stand here.
"""

import re
from dataclasses import dataclass

from pledges.extraction import heads, lexicon

STRONG_FIRM = frozenset(("确保", "必须", "务必", "坚决", "一定", "一定要", "必须要", "务必要", "保证"))
NAMED = re.compile("“[^”]{2,}”|《[^》]{2,}》")
BATCH = re.compile("一批|若干|一个|一套|一张|一支")
DEGREE = frozenset(("不断", "大力", "着力", "进一步", "充分", "牢牢", "牢固", "始终", "高度", "努力", "奋力", "自觉"))
BAN = re.compile(
    "只减不增|零增长|不允许|决不|绝不|严禁|不得(?!不)|不能(?!满足)|禁止|一律|不发生|不新增|不增加|不反弹|全部|"
    "应[^，。]尽[^，。]|追究[^，。]{0,12}责任|该[^，。]{1,6}的[^，。]{1,6}"
)
OFTEN = re.compile(
    "每(?:半年|年|季度|个?季|个?月|周|天|日)[^，。；]{0,10}(?:[一两\\d]+次|不少于|至少|报送|上报|填报|通报|调度|公布|发布)"
)
SHAPING = frozenset(("打造", "构建", "构筑", "形成", "营造", "塑造"))
# What wraps an object without changing it: "加大甲改造力度", "加快乙建设步伐".
WRAPPER = re.compile("(?:力度|步伐|进度|速度|成果|成效|的?工作)$")
GENERAL = re.compile("(?:各项|有关|相关|一系列)(?:重点)?工作$")
TITLE = re.compile(
    "(?:国家级?|全国|省级|世界|国际|中国)[^，。；]{0,24}(?:城市|名城|示范[市县区镇村]|先进[市县区]|基地|经开区|"
    "高新区|开发区|产业园|园区|称号|品牌|试点|优势区|实验区|遗产|景区|度假区|认证|验收|赛事|枢纽|单位)|"
    "“[^”]{2,12}”[^，。；]{0,12}品牌$"
)
MEANS = re.compile(
    "以(?!及|上|下|内|来|电子|县|村|镇|市)[^，。；]{2,30}(?:推动|推进|促进|保障|支撑|引领|带动|赋能|激活|汇聚|"
    "激发|提升|谋划|换来|换取|造福|取信|评价|迎接|让)"
)
PERSONAL = re.compile("亲自|高度重视|带头过|狠抓|密切关注.{0,12}(?:进展|走势|建设)$")
STATE_VERB = re.compile(
    "(?:全部|基本|全面|彻底|如期|按期|尽快|尽早)(?:建成|完成|竣工|投产|消除|解决|达标|开工|投用|通车|运营|清零|"
    "到位|落地)"
)
ACHIEVED = re.compile("脱贫|摘帽|淘汰|运营|退出|清零|实现|建成|完成|通过|取得|获批|投产|投用|通车|竣工|开工|封顶")
CAMPAIGNS = frozenset(("开展", "组织开展", "实施", "组织", "组织实施", "推进实施", "落实", "打击", "严厉打击"))
DATED = re.compile(r"(?:底|末|旬|日|月|季度|年|半年)(?:之前|以前|前|内)|年内|到\d{4}年|\d月底")
STANDING = re.compile("常态化|不增加|不发生|不反弹|足额|不能|不得|不允许|决不|绝不|一律|该[^，。]{1,8}的|严禁")
DONE = re.compile(
    "全部(?:使用|竣工|完成|建成|整改|达到|入规|拆除|清零|落实|到位)|完成所有|按时序完成|(?:制定|起草|"
    "编制)[^，。；]{0,30}(?:方案|意见|办法|图谱|规划|细则|清单|预案|标准)$|清零$|(?:发|印发|"
    "下发)[^，]{0,6}通知$|全面梳理$|^(?:务必|必须)[^，]{0,24}完成"
)
HANDED_UP = re.compile("(?:及时)?报[^，。]{2,16}(?:审定|审批|审议|批准|备案|审核|研究)")
FOUNDED = re.compile("(?:争创|纳入|列入|设为|设立|成立|组建|获批|成功创建|建成|投产|通车|开放|开工|挂牌)")
TOPIC = re.compile("[^，。]{2,6}要(?:再|更|更加|进一步)?[^，。]{2,3}")  # "责任要再压实": the topic of what follows
CRITERION = re.compile(
    "(?:达到|符合|不低于|高于|完成|通过)[^，。]{0,14}(?:标准|要求|目标|任务|考核|验收|平均水平|增速|同步|指标)$|"
    "与[^，。]{2,16}(?:同步|持平)$"
)


# Whole clauses that any body is told in any speech: a verb and an object that names nothing. One word that names the
# matter ("解决用水困难问题") and the formula is none.
FORMULA = re.compile(
    "(?:积极|切实|及时|主动|全力|认真|坚决|真正|用心|充分|统筹|进一步|加快|毫不松懈|持续|要|同步|合力)*(?:"
    "采取(?:更加|更)?(?:有效|有力|切实|得力|必要|各种|果断|过硬)*(?:的)?(?:措施|举措|办法)|"
    "(?:创造|提供)(?:良好|有利|必要|一切)?(?:的)?条件|"
    "(?:明确|突出|把握|抓住)(?:工作|主攻)?(?:重点|方向|思路|关键|目标)(?:任务|环节)?|"
    "(?:用好|用足|用活|吃透|落实好?)+(?:现有|各项|各类|国家|上级|有关|相关)*(?:惠企|扶持|优惠)?政策|"
    "(?:加强|强化)(?:工作)?(?:调度|督促|检查|指导|协调|沟通|配合|领导|学习|研究|督导|调度督促|统筹|协作)|"
    "(?:掌握|了解|跟踪)(?:工作|有关|项目)?(?:进展|情况|动态|进度)|"
    "(?:研究|协调|帮助)*解决(?:好)?(?:实际|具体|各种|存在的?|遇到的?|资金)*(?:困难|问题|难题)+|"
    "(?:确保|推动|推进)(?:各项|有关|这些|重点)*(?:工作|任务|措施|政策|部署)*(?:落实到位|落地见效|落到实处|取得实效|"
    "取得成效|见到实效|有序推进|顺利推进)|"
    "(?:把|将)[^，。]{2,8}(?:抓细|抓实|抓紧|抓好|做细|做实|抓出成效)+|"
    "(?:聚焦|紧盯)(?![^，。]*(?:出台|制定|编制|开展|实施|组织|举办|推出|引进|培育|打造|建[设成立]))[^，。]{2,14}|"
    "(?:支持|配合)(?:项目|企业|工作)?(?:实施|建设|发展)?|"
    '打通[^，。]{0,10}最后一公里[”"]*|'
    "做到[^，。]{0,2}(?:帮忙|服务)[^，。]{0,2}不添乱[^，。]*)"
)

# A named difficulty that is to be removed, or a matter given to somebody: whether it was done can be seen.
SOLVED = re.compile("(?:解决|处理|化解|消除)好?[^，。]{2,}(?:问题|难题|困难|隐患)$|由[^，。]{2,14}(?:负责|承担|落实)$")


@dataclass(frozen=True)
class Verdict:
    """trackable, form (quantified, milestone, ongoing, principle), firmness (firm, aim, process), how sure it is."""

    trackable: bool
    form: str
    firmness: str
    margin: int


def judge(
    text: str, start: int, end: int, *, targets: int, ordered: bool, governing: str = "", charged: bool = False
) -> Verdict:
    """The verdict on text[start:end]. `ordered`: said in a meeting's orders; `governing`: a modal or aim over it;
    `charged`: a person or a single body is charged with it by name."""
    head = heads.read(text, start, end)
    if not head.verbs:
        head = heads.inner(text, start, end) or head
    clause = text[start:end]
    firmness = _firmness(head, ordered, governing, clause, targets)
    weight = _weight(clause, head, targets, text[head.rest : end], governing)
    if charged:
        weight += 1
    if weight < 1:
        return Verdict(False, "principle", firmness, 1 - weight)
    return Verdict(True, _form(clause, head, targets), firmness, weight)


def _ending(name: str, clause: str) -> int:
    """The length of the list's longest word that the clause ends with."""
    known = lexicon.words(name)
    for size in range(min(lexicon.longest(name), len(clause)), 0, -1):
        if clause[-size:] in known:
            return size
    return 0


def _tail(clause: str) -> int:
    """What the clause's last words say: +2 evidence or a state reached, -2 a direction or degree, 0 neither."""
    bare = clause.rstrip("”等的")
    sizes = {name: _ending(f"tails_{name}", bare) for name in ("state", "evidence", "neutral", "vague")}
    best = max(sizes.values())
    if not best:
        return 0
    winner = next(name for name, size in sizes.items() if size == best)
    return {"state": 2, "evidence": 2, "neutral": 0, "vague": -2}[winner]


def _weight(clause: str, head: heads.Head, targets: int, rest: str, governing: str) -> int:
    """Positive where evidence could settle the clause."""
    weight = 4 if targets else 0
    words = lexicon.words
    soft = any(word in words("verbs_soft") for word in head.verbs[:2])
    shaping = any(word in SHAPING for word in head.verbs)
    if soft:
        weight -= 2
    if any(word in words("verbs_deed") for word in head.verbs):
        weight += 1
    if any(word in words("verbs_milestone") for word in head.verbs) and not soft:
        weight += 1
    wrapped = None if GENERAL.search(clause) else WRAPPER.search(clause)
    weight += _tail(clause[: wrapped.start()]) // 2 if wrapped else _tail(clause)
    if NAMED.search(clause) and not shaping:
        weight += 1
    if any(noun in rest for noun in words("evidence_nouns")):
        weight += 1
    if BATCH.search(clause) or CRITERION.search(clause) or STATE_VERB.search(clause):
        weight += 1
    if TITLE.search(clause):
        weight += 2
    if BAN.search(clause):
        weight += 2
    if OFTEN.search(clause):
        weight += 3
    if HANDED_UP.match(clause):
        weight += 2
    if DATED.search(clause):
        weight += 1
    if any(word in DEGREE for word in head.words):
        weight -= 1
    if not head.verbs and not targets and not CRITERION.search(clause):
        weight -= 2 if governing == "aim" else 1
    if len(clause) <= 5 and not targets and not any(word in words("verbs_milestone") for word in head.verbs):
        weight -= 1  # "全力支持": nothing is named that it is done to
    if TOPIC.fullmatch(clause):
        weight -= 3
    if MEANS.match(clause) or PERSONAL.search(clause):
        weight -= 2
    if not targets and FORMULA.fullmatch(clause):
        weight -= 3
    elif SOLVED.search(clause):
        weight += 2
    return weight


def _form(clause: str, head: heads.Head, targets: int) -> str:
    if targets:
        return "quantified"
    words = lexicon.words
    if STANDING.search(clause) or OFTEN.search(clause):
        return "ongoing"
    if DONE.search(clause) or HANDED_UP.match(clause):
        return "milestone"
    if not head.verbs and ACHIEVED.search(clause):
        return "milestone"
    process, milestone, first = words("verbs_process"), words("verbs_milestone"), head.verb
    if any(word in words("verbs_founding") for word in head.verbs):
        return "milestone"
    if first in process and first not in ("启动", "启动实施"):
        return "milestone" if FOUNDED.search(clause) else "ongoing"
    if first in milestone or (first not in words("verbs_deed") and any(word in milestone for word in head.verbs)):
        return "milestone"
    if _ending("tails_state", clause.rstrip("”")) or "确保" in head.words or "力争" in head.words:
        return "milestone"
    if DATED.search(clause) and first not in CAMPAIGNS:
        return "milestone"  # what is to be done by a day is done or not
    return "ongoing"


def _firmness(head: heads.Head, ordered: bool, governing: str, clause: str, targets: int) -> str:
    words = lexicon.words
    verb = head.verb
    opening = head.words[0] if head.words else ""
    if opening in words("verbs_process") and opening != "争创":
        return "firm" if targets and opening in ("引进", "提升", "提高", "增加") else "process"
    if any(word in words("aims") for word in head.words) or re.search("力争|争取|努力实现|尽可能", clause):
        return "aim"
    if any(word in STRONG_FIRM for word in head.words):
        return "firm"
    if any(word in words("adverbs_process") for word in head.words):
        return "process"
    if verb in ("抓好", "抓实"):
        return "firm" if ordered else "process"
    if verb in words("verbs_process"):
        return "firm" if targets and verb in ("引进", "提升", "提高", "增加", "吸引") else "process"
    if not head.verbs and governing:
        return governing
    return "firm"
