"""The process: who must do what next, what happened, and what is to be said to whom."""

from workflow.models.audit import Event, EventPayload, Stream
from workflow.models.reminders import Delivery, Digest, Reminder
from workflow.models.tasks import Task

__all__ = ["Delivery", "Digest", "Event", "EventPayload", "Reminder", "Stream", "Task"]
