"""Append-only event streams. Triggers in the database refuse to change or delete a row (`workflow.audit`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models import Post, User


class Stream(models.Model):
    """One history, such as ``pledge:12``. ``head`` and ``count`` show when a tail was cut off."""

    name = models.CharField(max_length=60, unique=True)
    head = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField(default=0)


class Event(models.Model):
    """One act. ``digest`` covers every column here, the payload's digest and the previous event's digest."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    action = models.CharField(_("动作"), max_length=40)
    at = models.DateTimeField(_("时间"))
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    payload_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "sequence"]
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="event_sequence_once")]


class EventPayload(models.Model):
    """What the act changed, as canonical JSON text. Kept apart so that an erasure can leave the event standing."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="payload", primary_key=True)
    text = models.TextField()
