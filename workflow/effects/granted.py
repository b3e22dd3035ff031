"""Effects of granted requests. What was asked, the document number and the request itself stand in ``data``."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput, WrongState
from pledges.models import Pledge
from workflow.context import Context
from workflow.effects import Data, closing


def extend(context: Context, data: Data) -> dict[str, Any]:
    """One more approved due date; the original one, and every one between, stay."""
    pledge, to = context.pledge, data["due_date"]
    if pledge.due_date is not None and to <= pledge.due_date:
        raise WrongState(_("现在的完成时限已是 %(day)s,不早于所申请的时限。") % {"day": pledge.due_date.isoformat()})
    services.extend(
        pledge,
        to=to,
        on=context.today,
        decided_by=decided_by(context.actor),
        document_number=data["document_number"] or "",
        asked_late=data["asked_late"],
    )
    return {"due_date": to}


def decided_by(actor: Actor) -> str:
    """Who decided, as the record keeps it in Chinese; a deputy beside the leader in whose name it was put on record."""
    post = actor.duty
    named = f"{post.unit.name}{post.title}" if post else ""
    if actor.acting_for is not None:
        return f"{named}({actor.user}代录)"[:100]
    return f"{named} {actor.user or ''}".strip()[:100]


def change_target(context: Context, data: Data) -> dict[str, Any]:
    """Another value for one target, or another title; the event keeps the values of before."""
    target = data.get("target")
    if target is not None:
        if data["value"] == target.baseline:
            raise BadInput({"value": _("目标值不能与基数相同。")})
        data["old_value"], data["old_value_max"], was = target.value, target.value_max, str(target)
        services.change_target(target, value=data["value"], value_max=data.get("value_max"))
        data["words"] = f"{target.name} {was} → {target}".strip()
    return {"title": data["title"]} if data.get("title") else {}


def change_person(context: Context, data: Data) -> dict[str, Any]:
    return {"person": data["person"]}


def suspend(context: Context, data: Data) -> dict[str, Any]:
    return {"suspended_until": data["until"]}


def resume(context: Context, data: Data) -> dict[str, Any]:
    return {"suspended_until": None}


def withdraw(context: Context, data: Data) -> dict[str, Any]:
    return {"suspended_until": None}


def revise_conclusion(context: Context, data: Data) -> dict[str, Any]:
    return {"outcome": data["outcome"]}


def reopen_on_review(context: Context, data: Data) -> dict[str, Any]:
    return closing.reopen(context, data)


def carried_over(pledge: Pledge) -> Any | None:
    """Why a conclusion can no longer be changed, or None: what was left of the pledge is another pledge by now."""
    return _("这一事项已经结转,结论不再更改。") if Pledge.objects.filter(carried_from=pledge).exists() else None
