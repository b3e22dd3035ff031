"""The line that says how much of the plan was read, and the sentences that gave nothing, each with its way on."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pledges.coverage import Coverage
from tracker.web.measure_list import GAPS, View
from workflow.measure_manners import LONGEST_TITLE


@dataclass(frozen=True)
class Words:
    """``gaps`` is filled only where the list shows them."""

    line: str
    url: str
    is_on: bool
    uncovered: int
    gaps: list[dict[str, Any]]


def words_of(view: View, covered: Coverage) -> Words:
    text = view.document.text
    return Words(
        line=_line(covered),
        url=view.address(fate="pending" if view.shows_gaps else GAPS, q=""),
        is_on=view.shows_gaps,
        uncovered=covered.uncovered,
        gaps=[
            {
                "start": start,
                "end": end,
                "text": " ".join(text[start:end].split()),
                "anchor": f"g{start}",
                "is_long": end - start > LONGEST_TITLE,
            }
            for start, end in covered.gaps
        ]
        if view.shows_gaps
        else [],
    )


def _line(covered: Coverage) -> str:
    if not covered.sentences:
        return _("没有认出计划部分,请通读原文,把遗漏的标为条目。")
    counts = {"sentences": covered.sentences, "covered": covered.covered, "uncovered": covered.uncovered}
    if not covered.uncovered:
        return _("计划部分 %(sentences)d 句,都读出了条目。") % counts
    return _("计划部分 %(sentences)d 句,已读出 %(covered)d 句,%(uncovered)d 句没有条目。") % counts
