"""The OpenAPI document: what every operation has in common is said here once."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from tracker.api.serializers.errors import Conflict, Error, InvalidInput

X_POST = OpenApiParameter(
    "X-Post",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    description="以哪个岗位办理(岗位 id,见 me/);只有一个岗位时不必填写。",
)
ERRORS: dict[int, Any] = {400: InvalidInput, 401: Error, 403: Error, 404: Error, 409: Conflict}

# One name for one set of choices, wherever it appears.
SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "pledges.models.State",
        "OutcomeEnum": "pledges.models.Outcome",
        "FormEnum": "pledges.models.Pledge.Form",
        "FirmnessEnum": "pledges.models.Pledge.Firmness",
        "CadenceEnum": "pledges.models.Pledge.Cadence",
        "ComparatorEnum": "pledges.models.Target.Comparator",
        "QuantityKindEnum": "pledges.models.QuantityKind",
        "TargetSourceEnum": "pledges.models.Target.Source",
        "FigureNumberEnum": "pledges.models.FigureNumber",
        "FigureStageEnum": "pledges.models.Figure.Stage",
        "ProgrammeStateEnum": "pledges.models.ProgrammeState",
        "RoleEnum": "pledges.models.Role",
        "FateEnum": "pledges.models.Fate",
        "UnitKindEnum": "pledges.models.Unit.Kind",
        "DocumentKindEnum": "pledges.models.Document.Kind",
        "TaskKindEnum": "workflow.models.Task.Kind",
        "RequestKindEnum": "workflow.models.Request.Kind",
        "RequestStatusEnum": "workflow.models.Request.Status",
        "RequestStepEnum": "workflow.models.RequestStep.Name",
        "EvidenceKindEnum": "pledges.models.Evidence.Kind",
        "ReportStatusEnum": "pledges.models.ReportStatus",
        "DecidedLightEnum": "pledges.models.LightOverride.Light",
        "ProblemKindEnum": "pledges.models.Report.Problem",
        "OutlookEnum": "pledges.models.Report.Outlook",
        "VerificationMethodEnum": "workflow.transitions.Method",
        "VerifiedOutcomeEnum": "tracker.api.serializers.payloads.VERIFIED",
        "LightEnum": "tracker.api.serializers.pledges.LIGHTS",
        "LinkKindEnum": "pledges.models.PledgeLink.Kind",
        "LikenessKindEnum": "tracker.api.serializers.links.LIKENESSES",
        "LinkRelationEnum": "tracker.api.serializers.links.RELATIONS",
        "ConsultationAnswerEnum": "workflow.models.ConsultationAnswer.Answer",
        "ConsultationSettlementEnum": "workflow.models.ConsultationAnswer.Settlement",
        "RollupScopeEnum": "tracker.models.Rollup.Scope",
        "RollupDimensionEnum": "tracker.api.filters.DIMENSIONS",
        "PeriodStateEnum": "pledges.models.PeriodState",
        "PeriodCheckAnswerEnum": "workflow.models.PeriodCheck.Answer",
        "SheetColourEnum": "workflow.models.Sheet.Colour",
        "SheetStatusEnum": "workflow.models.Sheet.Status",
        "SheetReasonEnum": "workflow.models.SheetRow.Reason",
        "SheetVerdictEnum": "workflow.models.SheetRow.Verdict",
        "InstructionKindEnum": "workflow.models.Instruction.Kind",
        "ReminderKindEnum": "workflow.models.Reminder.Kind",
        "ReminderGroupEnum": "workflow.models.Preference.Group",
        "PersonalChannelEnum": "workflow.models.Preference.Channel",
        "ChannelEnum": "workflow.models.Delivery.Channel",
        "RobotKindEnum": "workflow.models.Robot.Kind",
    }
}


class Schema(AutoSchema):
    """Adds the X-Post header and the error bodies that an operation can answer with (``errors`` of its view)."""

    def get_override_parameters(self) -> list[Any]:
        return [X_POST] if getattr(self.view, "acts_from_a_post", False) else []

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in sorted(self._errors()):
            bodies.setdefault(str(code), self._get_response_for_code(ERRORS[code], str(code)))
        return bodies

    def _errors(self) -> set[int]:
        found = set(getattr(self.view, "errors", ()))
        if getattr(self.view, "acts_from_a_post", False):
            found |= {400, 401, 403}
        if "{" in self.path:
            found.add(404)
        if self._is_list_view() or self.method in ("POST", "PUT", "PATCH"):
            found.add(400)
        return found
