"""Where one measure ends and the next begins: split one in two, merge two into one.

Extraction cuts by rules; a person sees where it cut too little or too much. The same manners as every decision. What
cannot be told from the text is decided in one plain way and said in the measure's doubts.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, Stale
from pledges.models import Fate, Measure, Pledge, Target
from workflow import measure_manners as manners

MANY_TARGETS = 3
PRINCIPLE = "principle"
FIRMEST = (Pledge.Firmness.FIRM, Pledge.Firmness.AIM, Pledge.Firmness.PROCESS)


def split_measure(
    measure_id: int, *, actor: Actor, version: int, at_offset: int, at: datetime.datetime
) -> tuple[Measure, Measure]:
    """Cut a pending measure at an offset of its document's text. The first part keeps the row, the second is a new one.

    Targets go with the text they were read in, those added by hand stay with the first part; owners, deadline and
    firmness are both parts'. BadInput when a part would be empty or the cut goes through a number.
    """
    with transaction.atomic():
        measure = manners.pending(measure_id, actor, version)
        text, before = measure.document.text, {"title": measure.title, "start": measure.start, "end": measure.end}
        if not measure.start < at_offset < measure.end:
            raise BadInput({"at_offset": _("请在这一条的原文之内选择切分的位置。")})
        spans = [
            manners.trimmed(text, start, end) for start, end in ((measure.start, at_offset), (at_offset, measure.end))
        ]
        if any(start == end for start, end in spans):
            raise BadInput({"at_offset": _("切开后有一段是空的,请换一个位置。")})
        through = next((one for one in measure.targets if _is_through(one, at_offset)), None)
        if through is not None:
            raise BadInput({"at_offset": _("这里在“%(quote)s”中间,请换一个位置。") % {"quote": through["quote"]}})
        later = [one for one in measure.targets if one.get("start") is not None and one["start"] >= at_offset]
        earlier = [one for one in measure.targets if one not in later]
        first, second = (
            _part(measure, start, end, targets) for (start, end), targets in zip(spans, (earlier, later), strict=True)
        )
        shared = {
            name: getattr(measure, name)
            for name in ("section", "trackable", "firmness", "deadline", "lead", "support", "person")
        }
        added = services.add_measure(document=measure.document, **shared, **second)
        services.save_measure(measure, **first, quote=text[first["start"] : first["end"]])
        manners.record(
            measure, "split_measure", actor, at, {"at_offset": at_offset, "second": added.pk, "before": before}
        )
    return measure, added


def cut_points(text: str, measure: Measure) -> list[int]:
    """The offsets after a separator at which `split_measure` would cut, in order."""
    first, last = manners.trimmed(text, measure.start, measure.end)
    return [
        offset
        for offset in range(first + 1, last)
        if text[offset - 1] in manners.SEPARATORS
        and text[offset] not in manners.SEPARATORS
        and not _is_in_a_number(text, offset)
        and not any(_is_through(one, offset) for one in measure.targets)
    ]


def _is_in_a_number(text: str, offset: int) -> bool:
    """Whether text[offset - 1] is the point of 7.5 or the comma of 1,200."""
    return text[offset - 1] in ".,:" and text[offset].isdigit() and offset > 1 and text[offset - 2].isdigit()


def _is_through(target: dict[str, Any], offset: int) -> bool:
    start, end = target.get("start"), target.get("end")
    return start is not None and end is not None and start < offset < end


def _part(measure: Measure, start: int, end: int, targets: list[dict[str, Any]]) -> dict[str, Any]:
    form = measure.form
    if form == Pledge.Form.QUANTIFIED and not targets:
        form = Pledge.Form.MILESTONE
    return {
        "start": start,
        "end": end,
        "title": manners.title_of(measure.document.text[start:end])[: manners.LONGEST_TITLE],
        "form": form,
        "targets": targets,
        "doubts": list(_doubts([code for code in measure.doubts if code != "long_clause"], targets)),
    }


def _doubts(doubts: Iterable[str], targets: list[dict[str, Any]]) -> Iterator[str]:
    """Those of the codes that these targets still give cause for, and the one that their number gives."""
    if len(targets) > MANY_TARGETS:
        yield "many_targets"
    for code in dict.fromkeys(doubts):
        is_of_range = code == "range"
        if code != "many_targets" and (
            not is_of_range or any(one["comparator"] == Target.Comparator.RANGE for one in targets)
        ):
            yield code


def next_pending(measure: Measure) -> Measure | None:
    """The pending measure that follows in the text."""
    following: Measure | None = (
        measure.document.measures.filter(fate=Fate.PENDING, start__gte=measure.start)
        .exclude(pk=measure.pk)
        .exclude(start=measure.start, pk__lt=measure.pk)
        .order_by("start", "pk")
        .first()
    )
    return following


def merge_measures(
    measure_id: int, *, actor: Actor, version: int, next_id: int, next_version: int, at: datetime.datetime
) -> Measure:
    """Make one of a pending measure and the next pending one in the text; the second stays, with the fate 已合并.

    They must stand in one paragraph, or with nothing but punctuation between, and with no measure in between. The
    span goes from the first's start to the last's end; targets and owners are united; of two deadlines the later one
    counts, and a doubt says so.
    """
    with transaction.atomic():
        measure = manners.pending(measure_id, actor, version)
        following = next_pending(measure)
        if following is None:
            raise BadInput({"": _("后面没有待核定的条目,没有可以合并的。")})
        if following.pk != next_id:
            raise Stale([_("这一条的下一条现为:%(title)s") % {"title": following.title}])
        other = manners.pending(next_id, actor, next_version)
        obstacle = why_apart(measure, other)
        if obstacle:
            raise BadInput({"": obstacle})
        other.document = measure.document
        merged = _united(measure, other)
        if len(merged["title"]) > manners.LONGEST_TITLE:
            raise BadInput({"": _("合并后超过 400 字,请分开立项。")})
        before = {"title": measure.title, "start": measure.start, "end": measure.end}
        services.save_measure(measure, **merged)
        reason = f"并入第 {measure.position} 条:{measure.title}"[:200]
        services.save_measure(other, fate=Fate.MERGED, reason=reason)
        manners.record(measure, "merge_measures", actor, at, {"second": other.pk, "before": before})
        manners.close_review_when_done(measure.document, at)
    return measure


def why_apart(measure: Measure, other: Measure) -> Any | None:
    """Why two measures, the first of which begins first, cannot be one; None when they can."""
    text = measure.document.text
    between = text[measure.end : other.start]
    if between.strip("".join(manners.SEPARATORS)) and "\n" in between:
        return _("下一条在另一段,两条之间还有别的内容,不能合并。")
    is_parted = (
        measure.document.measures.filter(start__lt=other.start, end__gt=measure.end)
        .exclude(fate__in=(Fate.PENDING, Fate.MERGED))
        .exclude(pk__in=(measure.pk, other.pk))
        .exists()
    )
    return _("两条之间有已经处理过的条目,不能合并。") if is_parted else None


def _united(measure: Measure, other: Measure) -> dict[str, Any]:
    text = measure.document.text
    start, end = measure.start, max(measure.end, other.end)
    targets = _once([*measure.targets, *other.targets])
    lead = _names(measure.lead, other.lead)
    deadlines = sorted({day for day in (measure.deadline, other.deadline) if day is not None})
    forms = [measure.form, other.form]
    doubts = [*measure.doubts, *other.doubts, *(["merged_deadlines"] if len(deadlines) > 1 else [])]
    return {
        "start": start,
        "end": end,
        "quote": text[start:end],
        "title": _joined_title(measure, other),
        "trackable": measure.trackable or other.trackable,
        "form": (
            Pledge.Form.QUANTIFIED
            if Pledge.Form.QUANTIFIED in forms
            else next((form for form in forms if form != PRINCIPLE), PRINCIPLE)
        ),
        "firmness": next((one for one in FIRMEST if one in (measure.firmness, other.firmness)), measure.firmness),
        "deadline": deadlines[-1] if deadlines else None,
        "lead": lead,
        "support": [name for name in _names(measure.support, other.support) if name not in lead],
        "person": _names(measure.person, other.person),
        "targets": targets,
        "doubts": list(_doubts(doubts, targets)),
    }


def _joined_title(measure: Measure, other: Measure) -> str:
    """The passage itself while nobody has reworded either title; else both titles as they are."""
    text = measure.document.text
    if all(one.title == manners.title_of(one.quote) for one in (measure, other)):
        return manners.title_of(text[measure.start : max(measure.end, other.end)])
    return f"{measure.title}，{other.title}"


def _once(targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Targets that were read at one place are one."""
    found: list[dict[str, Any]] = []
    seen: set[tuple[int, int]] = set()
    for one in targets:
        start, end = one.get("start"), one.get("end")
        if start is not None and end is not None:
            if (start, end) in seen:
                continue
            seen.add((start, end))
        found.append(one)
    return found


def _names(*lists: Iterable[str]) -> list[str]:
    """Every name once, in the order in which it is first said."""
    return list(dict.fromkeys(name for names in lists for name in names))
