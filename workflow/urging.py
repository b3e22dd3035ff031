"""催报名单: who is to be reminded of what, as plain text for a chat group."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.models import Pledge, State, Unit

LONGEST_TITLE = 20


def call_list(pledges: Iterable[Pledge], *, today: datetime.date) -> str:
    """Per unit its items by number: a short title, the due date and what is missing. Nothing else leaves the house:
    no figure, no problem, no person. Empty without pledges. Wants ``lead_unit`` fetched; asks the database nothing.
    """
    units: dict[int, tuple[Unit, list[str]]] = {}
    for pledge in pledges:
        if pledge.lead_unit is not None:
            units.setdefault(pledge.lead_unit.pk, (pledge.lead_unit, []))[1].append(_line(pledge, today))
    ordered = sorted(units.values(), key=lambda pair: (pair[0].position, pair[0].pk))
    blocks = []
    for unit, lines in ordered:
        count = ngettext("%(count)d 项", "%(count)d 项", len(lines)) % {"count": len(lines)}
        blocks.append("\n".join([_("【%(unit)s】%(count)s") % {"unit": unit, "count": count}, *sorted(lines)]))
    return "\n\n".join(blocks)


def _line(pledge: Pledge, today: datetime.date) -> str:
    title = pledge.title if len(pledge.title) <= LONGEST_TITLE else f"{pledge.title[: LONGEST_TITLE - 1]}…"
    due = pledge.due_date.isoformat() if pledge.due_date else "—"
    return _("%(number)s %(title)s,%(due)s 到期,%(missing)s") % {
        "number": pledge.number,
        "title": title,
        "due": due,
        "missing": _missing(pledge, today),
    }


def _missing(pledge: Pledge, today: datetime.date) -> str:
    """The one thing to do first."""
    if pledge.state == State.ASSIGNED:
        return _("待签收")
    if pledge.due_date is not None and pledge.due_date < today and pledge.state == State.IN_PROGRESS:
        days = (today - pledge.due_date).days
        return ngettext("已逾期 %(days)d 天", "已逾期 %(days)d 天", days) % {"days": days}
    return _("未报送") if pledge.missed else _("请报进展")
