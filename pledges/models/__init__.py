"""The facts: what was promised and what has been delivered."""

from pledges.models.due_dates import Extension
from pledges.models.link import PledgeLink
from pledges.models.organisation import Deputy, Post, Role, Unit, User
from pledges.models.pledge import Milestone, Outcome, Party, Pledge, State, Target, TrajectoryPoint
from pledges.models.programme import Period, Programme, ProgrammeState, WorkingDay
from pledges.models.progress import Evidence, Report, ReportStage, ReportStatus, ReportValue
from pledges.models.source import Document, Fate, Measure
from pledges.models.special_sheets import LivelihoodSheet, ProjectSheet

__all__ = [
    "Deputy",
    "Document",
    "Evidence",
    "Extension",
    "Fate",
    "LivelihoodSheet",
    "Measure",
    "Milestone",
    "Outcome",
    "Party",
    "Period",
    "Pledge",
    "PledgeLink",
    "Post",
    "Programme",
    "ProgrammeState",
    "ProjectSheet",
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
