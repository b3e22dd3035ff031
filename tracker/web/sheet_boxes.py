"""The boxes of a project or livelihood sheet in the form of a report: only what nothing else answers."""

from django.utils.translation import gettext as _

from pledges.models import ProjectSheet
from tracker.web.fields import Field
from workflow import special_sheets
from workflow.context import Context
from workflow.special_sheets import Column, Kind

WIDGETS = {
    "money": "number",
    "count": "number",
    "choice": "select",
    "day": "date",
    "past_day": "date",
    "text": "text",
}


def of(kind: Kind, context: Context) -> list[Field]:
    known = {row.name: row.shown for row in special_sheets.rows(context.pledge, kind)}
    return [_box(column, kind, known[column.name]) for column in special_sheets.asked(context.pledge, kind)]


def _box(column: Column, kind: Kind, last: str) -> Field:
    units = {"money": _("万元"), "count": _("人")}
    return Field(
        name=f"{kind.name}.{column.name}",
        label=kind.label_of(column.name),
        widget=WIDGETS[column.kind],
        unit=units.get(column.kind, ""),
        last=_("上次 %(amount)s") % {"amount": last} if last and column.kind in units else "",
        options=list(ProjectSheet.Nature.choices) if column.kind == "choice" else [],
    )
