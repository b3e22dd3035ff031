"""The facts: what was promised and what has been delivered."""

from pledges.models.due_dates import Extension
from pledges.models.indicator import Figure, FigureNumber, Indicator, QuantityKind
from pledges.models.light_override import LightOverride
from pledges.models.link import PledgeLink
from pledges.models.organisation import Deputy, Post, Role, Unit, User
from pledges.models.pledge import Milestone, Outcome, Party, Pledge, State, Target, TrajectoryPoint
from pledges.models.programme import Period, PeriodState, Programme, ProgrammeState, WorkingDay
from pledges.models.progress import Evidence, Report, ReportStage, ReportStatus, ReportValue
from pledges.models.source import Document, Fate, Measure
from pledges.models.special_sheets import LivelihoodSheet, ProjectSheet

__all__ = [
    "Deputy",
    "Document",
    "Evidence",
    "Extension",
    "Fate",
    "Figure",
    "FigureNumber",
    "Indicator",
    "LightOverride",
    "LivelihoodSheet",
    "Measure",
    "Milestone",
    "Outcome",
    "Party",
    "Period",
    "PeriodState",
    "Pledge",
    "PledgeLink",
    "Post",
    "Programme",
    "ProgrammeState",
    "ProjectSheet",
    "QuantityKind",
    "Report",
    "ReportStage",
    "ReportStatus",
    "ReportValue",
    "Role",
    "State",
    "Target",
    "TrajectoryPoint",
    "Unit",
    "User",
    "WorkingDay",
]
