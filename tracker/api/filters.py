"""What lists can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from config import clock
from pledges import sentences
from pledges.models import Document, Fate, Measure, Pledge, State, Unit
from pledges.querysets import shown_as
from tracker.models import Rollup
from workflow.models import Alert, Digest, Instruction, Request, RequestStep, Sheet, Task

LARGEST_ID = 2**63 - 1


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(django_filters.NumberFilter):
    """A row's id; one that no row has gives an empty list."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)

    def get_max_validator(self) -> None:
        return None


class Ordering(django_filters.OrderingFilter):
    """The wanted order, and by id what is equal in it, so that no row is on two pages or on none."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        ordered: QuerySet[Any] = super().filter(qs, value)
        return ordered.order_by(*(ordered.query.order_by or ordered.model._meta.ordering), "pk")


class _HasTag(Func):
    """Whether a JSON list of words holds a word; SQLite's JSON has no containment of its own."""

    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s))"
    arg_joiner = ") WHERE value = ("


def with_tag(pledges: QuerySet[Any], tag: str) -> QuerySet[Any]:
    if connection.vendor == "postgresql":
        return pledges.filter(tags__contains=[tag])
    return pledges.filter(_HasTag(F("tags"), Value(tag)))


class PledgeFilter(django_filters.FilterSet):
    programme = IdFilter(field_name="programme", label="台账 id")
    state = django_filters.MultipleChoiceFilter(choices=State.choices)
    light = django_filters.MultipleChoiceFilter(
        method="lit",
        choices=[(str(key), label) for key, label in sentences.LIGHTS.items()],
        label="亮灯;调整过的按调整后的",
    )
    light_reason = django_filters.MultipleChoiceFilter(
        choices=[(str(key), label) for key, label in sentences.REASONS.items()], label="规则判定的原因"
    )
    lead_unit = IdFilter(field_name="lead_unit", label="牵头单位 id")
    leader = IdFilter(field_name="leader", label="牵头领导的岗位 id")
    unit_below = IdFilter(method="of_unit_below", label="牵头单位或其上级的 id")
    parent = IdFilter(field_name="parent", label="分解自哪一项,事项 id")
    top_level = django_filters.BooleanFilter(field_name="parent", lookup_expr="isnull", label="不含分解任务")
    section = django_filters.CharFilter(field_name="section", label="来源章节,全文")
    tag = django_filters.CharFilter(method="tagged", label="标签")
    overdue = django_filters.BooleanFilter(method="is_overdue", label="逾期")
    q = django_filters.CharFilter(method="search", label="在编号、工作任务、原文中查找")
    ordering = Ordering(fields=["number", "due_date", "data_date", "progress_bp", "programme"])

    class Meta:
        model = Pledge
        fields: list[str] = []

    def lit(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(shown_as(*value))

    def of_unit_below(self, queryset: Any, name: str, value: int) -> Any:
        unit = Unit.objects.filter(pk=value).first()
        return queryset.led_below(unit) if unit else queryset.none()

    def tagged(self, queryset: Any, name: str, value: str) -> Any:
        return with_tag(queryset, value)

    def is_overdue(self, queryset: Any, name: str, value: bool) -> Any:
        late = Pledge.objects.overdue(clock.today())
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(quote__icontains=value))


class DocumentFilter(django_filters.FilterSet):
    programme = IdFilter(field_name="programme", label="台账 id")

    class Meta:
        model = Document
        fields: list[str] = []


class MeasureFilter(django_filters.FilterSet):
    document = IdFilter(field_name="document", label="文件 id")
    fate = django_filters.MultipleChoiceFilter(choices=Fate.choices)
    trackable = django_filters.BooleanFilter(label="可督办")

    class Meta:
        model = Measure
        fields: list[str] = []


class TaskFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(choices=Task.Kind.choices)
    pledge = IdFilter(field_name="pledge", label="事项 id")
    overdue = django_filters.BooleanFilter(method="is_overdue", label="逾期")

    class Meta:
        model = Task
        fields: list[str] = []

    def is_overdue(self, queryset: Any, name: str, value: bool) -> Any:
        today = clock.today()
        return queryset.filter(due_date__lt=today) if value else queryset.filter(due_date__gte=today)


class _Unread(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label="未读")


class DigestFilter(_Unread):
    class Meta:
        model = Digest
        fields: list[str] = []


class AlertFilter(_Unread):
    class Meta:
        model = Alert
        fields: list[str] = []


class SheetFilter(django_filters.FilterSet):
    programme = IdFilter(field_name="programme", label="台账 id")
    unit = IdFilter(field_name="unit", label="单位 id")
    colour = django_filters.MultipleChoiceFilter(choices=Sheet.Colour.choices)
    status = django_filters.MultipleChoiceFilter(choices=Sheet.Status.choices)

    class Meta:
        model = Sheet
        fields: list[str] = []


class InstructionFilter(django_filters.FilterSet):
    pledge = IdFilter(field_name="pledge", label="事项 id")
    unit = IdFilter(field_name="unit", label="单位 id")
    period = IdFilter(field_name="period", label="期 id")
    kind = django_filters.MultipleChoiceFilter(choices=Instruction.Kind.choices)

    class Meta:
        model = Instruction
        fields: list[str] = []


DIMENSIONS = [one for one in Rollup.Scope.choices if one[0] != Rollup.Scope.CELL]


class RollupFilter(django_filters.FilterSet):
    programme = IdFilter(field_name="programme", label="台账 id")
    unit = IdFilter(field_name="unit", label="单位 id")
    scope = django_filters.MultipleChoiceFilter(choices=Rollup.Scope.choices)
    dimension = django_filters.ChoiceFilter(method="by_dimension", choices=DIMENSIONS, label="按什么汇总")

    class Meta:
        model = Rollup
        fields: list[str] = []

    def by_dimension(self, queryset: Any, name: str, value: str) -> Any:
        """By section, leader or tag: of the whole programme for who sees that, unless a unit is named."""
        found = queryset.filter(scope=value)
        if value not in ("section", "leader", "tag") or self.data.get("unit"):
            return found
        whole = found.filter(unit=None)
        return whole if whole.exists() else found


class RequestFilter(django_filters.FilterSet):
    pledge = IdFilter(field_name="pledge", label="事项 id")
    kind = django_filters.MultipleChoiceFilter(choices=Request.Kind.choices)
    status = django_filters.MultipleChoiceFilter(choices=Request.Status.choices)
    waiting_for = IdFilter(method="waits_for", label="正在办理的岗位 id")

    class Meta:
        model = Request
        fields: list[str] = []

    def waits_for(self, queryset: Any, name: str, value: int) -> Any:
        steps = RequestStep.objects.filter(post=value, answered_at=None, passed_on_at=None)
        return queryset.open().filter(pk__in=steps.values("request"))
