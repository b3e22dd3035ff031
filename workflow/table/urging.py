"""Rows of urging a unit, and of answering."""

from django.utils.translation import gettext_lazy as _

from pledges.models import State
from workflow import assignees, needs
from workflow import effects as plain
from workflow.effects import urging as effects
from workflow.needs import Need
from workflow.permissions import is_lead_unit, is_supervisor
from workflow.table.row import Kind, Opening, Transition, in_workdays

URGED = (State.ASSIGNED, State.IN_PROGRESS)

ROWS: tuple[Transition, ...] = (
    Transition(
        name="urge",
        label=_("催办"),
        sources=URGED,
        destination=None,
        who=(is_supervisor,),
        needs=(Need("words", _("催办要求"), needs.text(300)),),
        effect=plain.nothing,
        untimely=effects.an_urge_waits,
        opens=(Opening(Kind.ANSWER_URGE, assignees.head, in_workdays(effects.DAYS_TO_ANSWER)),),
        raises_version=False,
    ),
    Transition(
        name="answer_urge",
        label=_("回应催办"),
        sources=URGED,
        destination=None,
        who=(is_lead_unit,),
        needs=(Need("words", _("回应"), needs.text(500), required=True),),
        effect=plain.nothing,
        untimely=effects.no_urge_waits,
        closes=(Kind.ANSWER_URGE,),
        raises_version=False,
    ),
)
