"""A document's measures as a person has filtered them, and which of them comes next."""

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.models import Document, Fate, Measure
from tracker.web.measure_form import PRINCIPLE

# The filters of the list, in the order of their chips.
KINDS: dict[str, tuple[Any, Callable[[Measure], bool]]] = {
    "pending": (gettext_lazy("待核定"), lambda one: one.fate == Fate.PENDING and one.form != PRINCIPLE),
    "accepted": (gettext_lazy("已立项"), lambda one: one.fate == Fate.ACCEPTED),
    "rejected": (gettext_lazy("不立项"), lambda one: one.fate == Fate.REJECTED),
    "principle": (gettext_lazy("原则性表述"), lambda one: one.fate == Fate.PENDING and one.form == PRINCIPLE),
    "merged": (gettext_lazy("已合并"), lambda one: one.fate == Fate.MERGED),
    "all": (gettext_lazy("全部"), lambda one: True),
}
GAPS = "gaps"  # no measures, but the sentences that gave none


@dataclass(frozen=True)
class View:
    """The measures in the order of the text, the kind that is listed and the words that are searched for."""

    document: Document
    measures: list[Measure]
    kind: str
    q: str

    @classmethod
    def of(cls, document: Document, *, kind: str, q: str) -> "View":
        measures = list(document.measures.select_related("pledge").order_by("start", "pk"))
        is_known = kind in KINDS or kind == GAPS
        return cls(document, measures, kind if is_known else "pending", q.strip()[:100])

    @property
    def matching(self) -> list[Measure]:
        """Those with the text searched for, of any kind."""
        words = _plain(self.q).split()
        return [one for one in self.measures if all(word in _searched(one) for word in words)]

    @property
    def listed(self) -> list[Measure]:
        if self.kind == GAPS:
            return []
        belongs = KINDS[self.kind][1]
        return [one for one in self.matching if belongs(one)]

    def showing(self, chosen: int | None) -> "View":
        """This view, or the whole document when the measure asked for is hidden by the filters."""
        hidden = chosen is not None and all(one.pk != chosen for one in self.listed)
        known = any(one.pk == chosen for one in self.measures)
        return replace(self, kind="all", q="") if hidden and known else self

    def next_pending(self, *, after: Measure) -> int | None:
        waiting = [one for one in self.listed if one.fate == Fate.PENDING and one.form != PRINCIPLE]
        if self.kind == "principle":
            waiting = self.listed
        following = [one for one in waiting if (one.start, one.pk) > (after.start, after.pk)] or waiting
        return following[0].pk if following else None

    def waiting_by_section(self) -> Counter[str]:
        """How many measures a whole section's acceptance would take, by section."""
        return Counter(one.section for one in self.measures if one.fate == Fate.PENDING and one.trackable)

    @property
    def shows_gaps(self) -> bool:
        return self.kind == GAPS

    def address(self, measure: int | None = None, **changes: Any) -> str:
        """This list's address, with a measure in hand and its row as the place to scroll to."""
        asked = {"fate": self.kind, "q": self.q} | changes | ({"m": measure} if measure else {})
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('web:review', args=[self.document.pk])}?{query}" + (f"#d{measure}" if measure else "")

    def section_address(self, section: str) -> str:
        """The preview of a whole section's acceptance, with the way back to this list."""
        asked = {"section": section, "in_fate": self.kind, "in_q": self.q}
        return f"{reverse('web:review-section', args=[self.document.pk])}?{urlencode(asked)}"

    def titles(self) -> dict[int, str]:
        return {one.pk: one.title for one in self.measures}

    def without_search(self) -> "View":
        return replace(self, q="")

    def chips(self) -> list[dict[str, Any]]:
        matching = self.matching
        counts = {kind: sum(map(belongs, matching)) for kind, (_label, belongs) in KINDS.items()}
        return [
            {"label": label, "count": counts[kind], "url": self.address(fate=kind), "is_on": kind == self.kind}
            for kind, (label, _belongs) in KINDS.items()
            if kind != "merged" or counts[kind] or kind == self.kind
        ]

    @property
    def why(self) -> str:
        counts = {kind: sum(map(belongs, self.measures)) for kind, (_label, belongs) in KINDS.items()}
        if not counts["all"]:
            return _("没有从这份文件中读出条目。请核对文件内容和类别。")
        if not counts["pending"]:
            return _("可督办的条目都已核定:立项 %(accepted)d 条,不立项 %(rejected)d 条。") % counts
        return _("%(pending)d 条待核定,已立项 %(accepted)d 条,不立项 %(rejected)d 条。") % counts


def _searched(measure: Measure) -> str:
    return _plain(f"{measure.title}\n{measure.quote}\n{measure.section}\n{' '.join(measure.lead)}")


def _plain(words: str) -> str:
    """Full-width digits and letters are found by the plain ones."""
    return unicodedata.normalize("NFKC", words).casefold()
