"""The 督办单 that one item stands on, as its page shows them."""

from typing import Any

from pledges.actors import Actor
from pledges.models import Pledge
from workflow import permissions
from workflow.models import Sheet, SheetRow
from workflow.sheet_manners import ASKED


def block(pledge: Pledge, actor: Actor) -> dict[str, Any]:
    """What `tracker/sheets/lines.html` shows: the rows whose sheet the person sees, the newest first."""
    seen = Sheet.objects.visible_to(actor).exclude(status=Sheet.Status.DROPPED)
    rows = SheetRow.objects.filter(pledge=pledge, sheet__in=seen).select_related("sheet").order_by("-sheet_id")
    return {
        "rows": list(rows),
        "may_add": pledge.state in ASKED and permissions.may_propose_sheets(actor) is None,
    }
