"""Chinese text as pairs of neighbouring characters, weighted by how rare they are. Plain Python, no segmentation.

Two undertakings speak of the same object when they share its telling words. Words that every undertaking has (verbs,
adverbs, 工作, 项目) are cut out first, a pair that many texts have weighs little, one that few have weighs much.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from pledges.extraction import lexicon
from pledges.extraction.cleaning import clean

NUMBER = re.compile(r"[\d.,%‰]+[十百千万亿]*余?")
HAN_RUN = re.compile("[\u3400-\u9fff]+|[A-Za-z]{2,}")
# What an undertaking is called, whatever it is about; the verbs and adverbs of extraction stand in its word lists.
COMMON = (
    "工作", "工程", "项目", "行动", "专项", "体系", "制度", "机制", "重点", "重大", "等", "我市", "我县", "我区",
    "全市", "全县", "全区", "全省", "全国", "力度", "水平", "能力", "任务", "计划", "三年", "年内", "今年", "年底",
    "全年", "一批", "有效", "更大", "服务", "管理", "城市", "试点", "及其", "以及", "切实", "进一步", "以上",
    "左右", "不少于", "新", "达", "和", "与", "及", "的", "在", "以", "为", "把", "对", "将", "个", "户", "所",
    "座", "处", "套", "人次", "公里", "亿元", "万元",
)  # fmt: skip
# Adverbs of the word list that are rather part of the object (垃圾分类, 分级诊疗).
TELLING = frozenset({"分类", "分级"})


@cache
def _common() -> re.Pattern[str]:
    words = set(COMMON) | {word for name in ("adverbs", "verbs_process") for word in lexicon.words(name)} - TELLING
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


def plain(text: str) -> str:
    """Simplified, without glosses, stray spaces and line breaks."""
    return clean(text).text


def telling(text: str) -> list[str]:
    """The runs of a plain text that are left without numbers, punctuation and words that every undertaking has."""
    return HAN_RUN.findall(_common().sub(" ", NUMBER.sub(" ", text)))


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters in what a plain text tells; Latin words whole."""
    found: set[str] = set()
    for run in telling(text):
        found |= {run.lower()} if run.isascii() else {run[at : at + 2] for at in range(len(run) - 1)}
    return frozenset(found)


class Index:
    """Which of some texts (by position) hold a pair, and what each pair weighs among them."""

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        self._holders: dict[str, list[int]] = defaultdict(list)
        for position, text in enumerate(texts):
            for pair in text:
                self._holders[pair].append(position)
        counts = Counter({pair: len(held) for pair, held in self._holders.items()})
        self._weights = {pair: math.log(1 + len(texts) / (count + 0.5)) for pair, count in counts.items()}
        self.heaviest = math.log(1 + len(texts) / 0.5)  # of a pair that none of them has
        self.rare = math.log(1 + len(texts) / 1.5)  # of one that one of them has
        self.masses = [self.mass(text) for text in texts]

    def weight(self, pair: str) -> float:
        return self._weights.get(pair, self.heaviest)

    def mass(self, text: Iterable[str]) -> float:
        return sum(map(self.weight, text))

    def shared(self, text: Iterable[str], *, power: int = 1) -> dict[int, float]:
        """How much of each indexed text is also in this one, as a sum of weights (of their squares with ``power=2``);
        those that share nothing are left out."""
        found: dict[int, float] = defaultdict(float)
        for pair in text:
            weight = self.weight(pair) ** power
            for position in self._holders.get(pair, ()):
                found[position] += weight
        return found
