"""Messages that did not get through, for the system administrator: to whom and why, never what they said."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import Invisible, WrongState
from workflow import organisation
from workflow.models import Delivery
from workflow.notifications import TRIES


def counts(actor: Actor) -> dict[str, int]:
    """How many messages wait, went out, and failed for good."""
    mine = Delivery.objects.visible_to(actor)
    return {
        "waiting": mine.waiting(tries=TRIES).count(),
        "sent": mine.sent().count(),
        "failed": mine.failed(tries=TRIES).count(),
    }


def send_again(delivery_id: int, *, actor: Actor, at: datetime.datetime) -> Delivery:
    """Give a failed message all its tries anew. Raises Forbidden, Invisible or WrongState."""
    organisation.demand_administrator(actor, None)
    with transaction.atomic():
        seen = Delivery.objects.visible_to(actor)
        delivery = Delivery.objects.select_for_update().filter(pk__in=seen.filter(pk=delivery_id)).first()
        if delivery is None:
            raise Invisible()
        if not Delivery.objects.failed(tries=TRIES).filter(pk=delivery.pk).exists():
            raise WrongState(_("这条消息不在未送达之列,无需再次发送。"))
        delivery.attempts, delivery.next_at = 0, at
        delivery.save(update_fields=["attempts", "next_at"])
        organisation.record("resend_delivery", actor, at, {"delivery": delivery.pk, "channel": delivery.channel})
    return delivery
