"""What a report would be asked about. Nothing is changed, and the report itself is never held up."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config import clock
from tracker.api.base import ActorEndpoint, version_of
from tracker.api.serializers.errors import Conflict
from tracker.api.serializers.payloads import ReportProgress
from tracker.api.serializers.special_sheets import Questions
from workflow import consistency


class ReportQuestions(ActorEndpoint):
    errors = (409,)

    @extend_schema(
        operation_id="pledges_report_questions",
        summary="填报前的核对问题",
        request=ReportProgress,
        responses={200: Questions, 409: Conflict},
    )
    def post(self, request: Request, pk: int) -> Response:
        body = self.body()
        found = consistency.rehearse(
            pledge_id=pk,
            actor=self.actor,
            payload={key: value for key, value in body.items() if key != "version"},
            version=version_of(body),
            at=clock.now(),
        )
        return Response(Questions({"questions": found}).data)
