"""A person's desk."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.mixins import ListModelMixin

from tracker.api.base import Collection
from tracker.api.filters import TaskFilter
from tracker.api.serializers.tasks import TaskRow
from workflow.models import Task


class Tasks(ListModelMixin, Collection):
    """本岗位的待办,期限近的在前。"""

    queryset = Task.objects.order_by("due_date", "pk")
    serializer_class = TaskRow
    filterset_class = TaskFilter

    def get_queryset(self) -> QuerySet[Any]:
        tasks: Any = super().get_queryset()
        found: QuerySet[Any] = tasks.open().select_related("period", "document", "pledge__lead_unit")
        return found
