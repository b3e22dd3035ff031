"""The process: who must do what next, what happened, and what is to be said to whom."""

from workflow.models.alerts import Alert
from workflow.models.audit import Event, EventPayload, Stream
from workflow.models.consultation import ConsultationAnswer
from workflow.models.erasure import ErasedEvent, Erasure
from workflow.models.instructions import Instruction
from workflow.models.period_checks import Objection, PeriodCheck
from workflow.models.preferences import Preference
from workflow.models.reminders import Delivery, Digest, Reminder
from workflow.models.requests import Request, RequestStep
from workflow.models.reviews import Proposal, ReportReview
from workflow.models.robots import Robot
from workflow.models.sheets import Sheet, SheetRow
from workflow.models.signed_pages import SignedPage
from workflow.models.tasks import Task

__all__ = [
    "Alert",
    "ConsultationAnswer",
    "Delivery",
    "Digest",
    "ErasedEvent",
    "Erasure",
    "Event",
    "EventPayload",
    "Instruction",
    "Objection",
    "PeriodCheck",
    "Preference",
    "Proposal",
    "Reminder",
    "ReportReview",
    "Request",
    "RequestStep",
    "Robot",
    "Sheet",
    "SheetRow",
    "SignedPage",
    "Stream",
    "Task",
]
