"""The words that tell a quantity's comparator and kind, and whether a number counts anything. Read by `numbers`."""

import re

from pledges.extraction import lexicon

ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
CHINESE = r"[一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?"
MULTIPLIER = r"(?:万亿|千亿|百亿|十万|百万|千万|亿|万|千|百)"
VAGUE = "[余多]"
PER = "(?:[/每](?:日|天|年|月|小时|秒|人|亩|平方米|立方米|升|公里|户|吨))"
UNIT = f"(?:(?:{lexicon.alternation('units', 'units_time')}){PER}?)"
SPACE = " ?"
NUMBER = re.compile(
    rf"(?<![\dA-Za-z.第])(?P<low>(?:{ARABIC})|(?<![一二三四五六七八九十百千万亿初两]){CHINESE}|(?<=[超破过])(?=[万亿]))"
    rf"(?P<low_more>{VAGUE}?){SPACE}(?P<low_times>{MULTIPLIER}?)"
    rf"(?:(?P<low_unit>%|‰|{UNIT})?{SPACE}(?:-|—|–|~|至|到){SPACE}(?P<high>{ARABIC}|{CHINESE})"
    rf"(?P<high_times>{MULTIPLIER}?))?"
    rf"(?P<more>{VAGUE}?){SPACE}(?P<unit>(?(low_unit)(?P=low_unit)|(?:%|‰|{UNIT})))(?P<after_more>[余多]?)"
)
HALF = re.compile("一半|半数")
BARE_ROUND = re.compile(
    r"(?<=[超破过])(?P<low>[百千万亿]{1,3})(?P<unit>元|人|户|家|亩|吨)?(?=[，。；、）]|$|大关|以上)"
)
GE_BEFORE = re.compile(
    r"(?:不少于|不低于|不小于|不得少于|不得低于|至少|最少|突破|(?<!不)(?<!不得)超过|(?<!不)(?<!不得)高于|"
    r"(?<!不)多于|(?<!不)大于|优于|(?<!不)超|破|过|≥|＞|>|保底)"
    r"(?:全国|全省|全市)?(?:平均水平)?(?:达到|达|有|办好|建设|建成|新增|完成|培育|引进|到)?$"
)
GE_FAR = re.compile("(?:不少于|不低于|至少|不小于)[^，。；、\\d]{1,12}$")
LE_BEFORE = re.compile(
    r"(?:不超过|不超|不高于|不多于|不大于|不得超过|不得高于|(?<!不)(?<!不得)低于|(?<!不)(?<!不得)少于|"
    r"(?<!不)小于|控制在|压缩在|限定在|≤|＜|<|最多)(?:年均|平均)?$"
)
APPROX_BEFORE = re.compile("(?:(?<![签预节制条集公])约|大约|约为|大致|(?<![附最邻])近|将近|接近)$")
GE_AFTER = re.compile("[ ]?(?:[(（][^）)]{1,5}[)）])?(?:及|或)?(?:以上|之上|余(?![额量])|多(?=[，。；、]|$)|\\+)")
LE_AFTER = re.compile("[ ]?(?:以内|之内|以下|之下|内(?=[，。；、）]|$))")
APPROX_AFTER = re.compile("[ ]?(?:左右|上下|前后)")
GROWTH = re.compile("增长|增速|增幅|涨幅|提高|提升|上升|递增|高于|快于|增加|翻|消费价格|CPI|物价")
LEVEL = re.compile("(?:至|到|达|达到|为|在|保持|稳定)$")
REDUCTION = re.compile("下降|减少|降低|压减|压缩|缩减|削减|降幅|缩短|减(?:免|负|亏|税|量)|再减|核减|收窄|递减|精简")
# What a number names rather than counts when this follows its unit.
NAME_AFTER = re.compile(
    "(?:大(?!学|关|专|中|型|桥|棚)|级|届|型|化|次会议|字|维|定(?!点)|体系|线城市|号(?:文|线|楼)?|类水|甲|"
    "强(?!制)|星级?)"
)
STRUCTURE = re.compile("(?:年)?(?:行动计划|行动方案|行动|计划|规划|攻坚战|攻坚)")
SIZE_BEFORE = re.compile("(?:总投资|投资总额|总面积|占地面积|占地|建筑面积|全长|总长|估算投资|规模|容量)(?:约|达)?$")
ASPECT = re.compile(
    "(?:方面|阶段|环节|层面|核心|方向|具体|时间|关键|维度|重点(?!项目|工程|镇|村|实验)|着力点|抓手|步骤)"
)
ORDINAL_BEFORE = re.compile(
    "(?:第|之|前|后|全省|全国|全市|排名|排位|位居|位列|列|居|最后|唯|统|逐|同|单|专|万|如|任|于|进)$"
)
AGE_OR_DATE = re.compile("[ ]?(?:年(?!均)|月|日|号|时(?!长|限)|点(?:钟|半)|世纪|年代|周岁|岁)")
THRESHOLD_AFTER = re.compile(
    "(?:以上|以下|以内|以外|及以上|及以下|左右)(?:的|（含[^）]{0,4}）)?"
    "(?!获|达到|实现|完成|通过|进入|纳入|参加|得到|建成|投产|开工|入|列入|其中|和|及|并|、|，|。|；|）|的?目标|"
    "的?速度|水平|增长|区间)"
    "[\u4e00-\u9fff]"
)
# A capacity that names the thing it belongs to: "30万千瓦风电项目", "10万吨级码头".
CAPACITY = frozenset(("千瓦", "兆瓦", "千伏安", "千瓦时", "吨"))
CAPACITY_NAME = re.compile("级|[^，。；、]{0,10}(?:项目|工程|机组|电站|电厂|基地|码头|厂|生产线|变电站)")
# A number the clause starts from, or one about what is there already.
FROM_BEFORE = re.compile("(?:由|从)(?:目前|现在|现有|原来|原有|上年|去年|当前|现行)?的?$")
FROM_AFTER = re.compile("[^，。；]{0,12}(?:至|到|降为|减为|增为|变为|缩为|减少|提高|压缩|扩大)")
EXISTING_BEFORE = re.compile("(?:已|已经|现已)(?!确定|批复|下达|签约|落实)[^，。；]{1,12}的$")
MONEY_NAME = re.compile("(?:级|企业|产业|园区|集群|项目|工程|俱乐部|镇|村|县|强|大县|斤|亩(?!产)|俱)")
SOFT_BEFORE = re.compile(
    "(?:发挥|辐射|覆盖人口|总人口|常住人口|深耕|聚焦|围绕|涉及|面向|服务全[市县省区]|依托|瞄准|紧扣|把握好?|"
    "继续延长|再延长|预计|惠及|受益|受惠|造福|针对|分成|分为|成立|成为|建成为|建市|"
    "诞辰|周年|迎接|庆祝)[^，。；]{0,40}$"
)
COUNT_AFTER_DIGITS_ONLY = frozenset(
    ("类", "方", "点", "面", "度", "路", "线", "G", "P", "国", "层", "里", "门", "节", "岗", "位", "号")
)
WINDOW = 160  # how far a number's surroundings are looked at
QUANTITY_VERB = re.compile(rf"(?:{lexicon.alternation('quantity_verbs')})(?:好|了)?(?:至少|不少于|不低于|约)?$")
DISTRIBUTIVE = re.compile("(?:每个?|各(?!级|类|项|种|界))[^，。；]{1,24}$")
QUOTES = re.compile("“[^”\n]{0,40}”|《[^》\n]{0,60}》")
VAGUE_COUNT = re.compile("一批|若干|数[十百千万]|几[个家所十百]|一系列")
