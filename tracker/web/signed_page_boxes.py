"""签字页 on the page of an act: a scan, who signed and when. The page is put on record with the act, or not at all."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pledges.errors import BadInput
from tracker.web.fields import Field
from tracker.web.requests import PageRequest
from workflow import signed_pages
from workflow.transitions import Transition

NAME = "signed_page"


def fields() -> list[Field]:
    return [
        Field(name=f"{NAME}.scan", label=_("扫描件"), widget="file", hint=_("PDF、JPG 或 PNG,不超过 10 MB。")),
        Field(name=f"{NAME}.signer", label=_("签字人"), widget="text"),
        Field(name=f"{NAME}.signed_date", label=_("签字日期"), widget="date"),
    ]


def is_asked(transition: Transition) -> bool:
    return any(need.name == NAME for need in transition.needs)


def keep(
    request: PageRequest, transition: Transition, typed: Mapping[str, str], at: datetime.datetime
) -> tuple[int | None, dict[str, Any]]:
    """The id of the page put on record, or None and the faults by box. Call inside the transaction of the act.

    Where the act can do without, boxes left empty are no fault.
    """
    scan = request.FILES.get(f"{NAME}.scan")
    is_required = any(need.name == NAME and need.required for need in transition.needs)
    if not is_required and scan is None and not any(typed.values()):
        return None, {}
    try:
        page = signed_pages.keep(
            actor=request.actor,
            filename=getattr(scan, "name", None) or "",
            content=scan.read(signed_pages.LARGEST + 1) if scan is not None else b"",
            signer=typed.get("signer", ""),
            signed_date=_day(typed.get("signed_date", "")),
            at=at,
        )
    except BadInput as refusal:
        return None, {f"{NAME}.{name}": words for name, words in refusal.fields.items()}
    return page.pk, {}


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None
