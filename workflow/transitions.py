"""The process as one table: which act, from which states, by whom, with what, and what it leads to.

The rows stand by subject in `workflow/table/`, in the order of a pledge's life. Web buttons, API actions, jobs and
docs/workflow.md read them from here; `workflow.services.perform` enforces them.
"""

from workflow.table import allocating, assigning, closing, consulting, granted, lighting, reporting, urging
from workflow.table.closing import Held, Method
from workflow.table.row import Opening, Transition

__all__ = ["BY_NAME", "TRANSITIONS", "Held", "Method", "Opening", "Transition"]

TRANSITIONS: tuple[Transition, ...] = (
    *consulting.ROWS,
    *assigning.ROWS,
    *reporting.ROWS,
    *urging.ROWS,
    *lighting.ROWS,
    *allocating.ROWS,
    *granted.ROWS,
    *closing.ROWS,
)

BY_NAME = {transition.name: transition for transition in TRANSITIONS}
