"""分解 on pages: each unit's share beside what came of it, and the sentences about the sum and the gap."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.actors import Actor
from pledges.allocation import Part, Summary
from pledges.models import Pledge, Target
from tracker import words
from workflow import allocation


@dataclass(frozen=True)
class Row:
    """A share. ``note`` says of a value that it waits to be checked; amounts are words, empty where there is none."""

    pledge: Pledge
    share: str = ""
    counted: str = ""
    note: str = ""


@dataclass(frozen=True)
class Block:
    """``has_gap``: the shares do not sum to the target."""

    rows: list[Row]
    gap: str
    has_gap: bool
    counted: str


def block(pledge: Pledge, actor: Actor) -> Block | None:
    """The shares that the actor may see, the withdrawn ones too; None for a pledge that is not split."""
    if pledge.parent_id is not None:
        return None
    shares = list(Pledge.objects.visible_to(actor).filter(parent=pledge).for_list().order_by("pk"))
    split = allocation.parts(pledge)
    if split is None:
        return Block([Row(share) for share in shares], gap="", has_gap=False, counted="") if shares else None
    target, parts = split
    summary = Summary(total=target.value, parts=tuple(parts.values()))
    return Block(
        rows=[_row(share, parts.get(share.pk), target) for share in shares],
        gap=gap_sentence(target, allotted=summary.allotted, total=summary.total),
        has_gap=summary.gap != 0,
        counted=counted_sentence(target, summary),
    )


def _row(share: Pledge, part: Part | None, target: Target) -> Row:
    if part is None:
        return Row(share)
    note = ""
    if part.newest is not None and not part.is_checked:
        note = _("填报 %(amount)s,待审核") % {"amount": words.of_target(part.newest, target)}
    counted = "" if part.accepted is None else words.of_target(part.accepted, target)
    return Row(share, share=words.of_target(part.share, target), counted=counted, note=note)


def gap_sentence(target: Target, *, allotted: Decimal, total: Decimal) -> str:
    """What of the target is allotted, and what is not."""
    told = {"allotted": words.of_target(allotted, target), "gap": words.of_target(abs(total - allotted), target)}
    if allotted < total:
        return _("已分 %(allotted)s,还有 %(gap)s 没有分下去。") % told
    if allotted > total:
        return _("已分 %(allotted)s,比目标多 %(gap)s。") % told
    return _("已全部分下去,合计 %(allotted)s。") % told


def counted_sentence(target: Target, summary: Summary) -> str:
    """The sum that counts, what waits to be checked, and who is late."""
    told = [f"{checked(target, summary)}。"]
    if summary.waiting_count:
        given = {"count": summary.waiting_count, "amount": words.of_target(summary.waiting, target)}
        told.append(
            ngettext(
                "另有 %(count)d 家填报 %(amount)s,待审核。",
                "另有 %(count)d 家填报 %(amount)s,待审核。",
                summary.waiting_count,
            )
            % given
        )
    if summary.late_count:
        late = ngettext("%(count)d 家未报送。", "%(count)d 家未报送。", summary.late_count)
        told.append(late % {"count": summary.late_count})
    return "".join(told)


def checked(target: Target, summary: Summary) -> str:
    """ "下级已审核合计 120个(10/12 家)" """
    return _("下级已审核合计 %(amount)s(%(accepted)d/%(all)d 家)") % {
        "amount": words.of_target(summary.counted, target),
        "accepted": summary.accepted_count,
        "all": len(summary.parts),
    }


def offered(pledge: Pledge) -> dict[str, Any] | None:
    """For the parent's own report: the target that is split, the sum of what has been checked, and its hint.

    ``value`` is empty while nothing has been checked.
    """
    found = allocation.summary(pledge)
    if found is None:
        return None
    target, summary = found
    value = words.number(summary.counted, target.scale) if summary.accepted_count else ""
    return {"target": target.pk, "value": value, "hint": checked(target, summary)}
