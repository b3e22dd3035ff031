"""The acts on a programme as one table: 拟分解 → 征求意见 → 审定 → 印发. `workflow.programmes.perform` enforces it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pledges.actors import Actor
from pledges.models import Programme, ProgrammeState
from workflow import needs
from workflow import programme_effects as effects
from workflow.needs import Need
from workflow.permissions import is_director, is_supervisor

State = ProgrammeState


@dataclass(frozen=True)
class ProgrammeAct:
    """One row. ``who`` and ``untimely`` return None or the reason; ``untimely`` is asked once the state is right.

    Names differ from those of the acts on pledges, since events of both are told by name.
    """

    name: str
    label: Any
    sources: tuple[ProgrammeState, ...]
    destination: ProgrammeState
    who: Callable[[Actor], Any | None]
    effect: effects.Effect
    needs: tuple[Need, ...] = ()
    untimely: Callable[[Programme, datetime.date], Any | None] | None = None


ACTS = (
    ProgrammeAct(
        name="begin_consulting",
        label=pgettext_lazy("act", "征求意见"),
        sources=(State.DRAFTING,),
        destination=State.CONSULTING,
        who=is_supervisor,
        effect=effects.begin_consulting,
        untimely=effects.nothing_drafted,
    ),
    ProgrammeAct(
        name="approve_programme",
        label=pgettext_lazy("act", "审定"),
        sources=(State.CONSULTING,),
        destination=State.APPROVED,
        who=is_director,
        needs=(
            Need("approved_by", _("审定人"), needs.text(100), required=True),
            Need("approval_document", _("审定文件"), needs.text(100), required=True),
            Need("approved_date", _("审定日期"), needs.past_day, required=True),
        ),
        effect=effects.approve,
        untimely=effects.too_early_to_approve,
    ),
    ProgrammeAct(
        name="issue_programme",
        label=pgettext_lazy("act", "印发"),
        sources=(State.APPROVED,),
        destination=State.ISSUED,
        who=is_director,
        needs=(
            Need("document_number", _("文号"), needs.text(60), required=True),
            Need("issued_date", _("印发日期"), needs.past_day, required=True),
        ),
        effect=effects.issue,
    ),
    ProgrammeAct(
        name="back_to_drafting",
        label=_("退回拟分解"),
        sources=(State.CONSULTING, State.APPROVED),
        destination=State.DRAFTING,
        who=is_director,
        needs=(Need("reason", _("退回理由"), needs.text(200), required=True),),
        effect=effects.back_to_drafting,
    ),
)
BY_NAME = {act.name: act for act in ACTS}
