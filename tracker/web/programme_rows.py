"""The rows of a programme's page: what each unit answered about them, which of them one asks for, and their counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.models import Pledge, Programme, State, Unit
from workflow import programme_effects
from workflow.effects.consulting import Answer
from workflow.models import ConsultationAnswer

# What a row may be asked for by, in the order in which it is offered.
KINDS: Mapping[str, Any] = {
    "waiting": _("未答复"),
    "adjust": _("建议调整,待处理"),
    "settled": _("已处理"),
    "agree": _("同意"),
}


def of(programme: Programme, actor: Actor) -> Any:
    """The programme's pledges as far as the actor sees them, each knowing of which of `KINDS` it is."""
    answers = ConsultationAnswer.objects.filter(pledge=OuterRef("pk"))
    leads = answers.filter(unit=OuterRef("lead_unit"))
    pledges: Any = Pledge.objects.visible_to(actor)
    return pledges.filter(programme=programme).annotate(
        is_waiting=Q(state=State.DRAFT) & ~Exists(leads),
        is_adjust=Exists(answers.filter(answer=Answer.ADJUST, settlement="")),
        is_settled=Exists(answers.exclude(settlement="")),
        is_agree=Exists(leads.filter(answer=Answer.AGREE)),
    )


def counts(rows: Any) -> dict[str, int]:
    """How many there are, by kind and in all, in one query."""
    asked = {kind: Count("pk", filter=Q(**{f"is_{kind}": True})) for kind in KINDS}
    found: dict[str, int] = rows.order_by().aggregate(
        total=Count("pk"),
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        unsigned=Count("pk", filter=Q(state=State.ASSIGNED)),
        incomplete=Count("pk", filter=Q(state=State.DRAFT) & (Q(lead_unit=None) | Q(due_date=None))),
        **asked,
    )
    return found


def units(rows: Any) -> list[Unit]:
    """The units that lead any of the rows, in their order."""
    return list(Unit.objects.filter(pk__in=rows.order_by().values("lead_unit")).order_by("position", "pk"))


def show_obstacles(page: Iterable[Pledge]) -> None:
    """Give each draft as ``obstacles`` what keeps it from being assigned; one query."""
    drafts = [pledge for pledge in page if pledge.state == State.DRAFT]
    found = programme_effects.obstacles(drafts)
    for draft in drafts:
        draft.obstacles = found.get(draft.pk, [])  # type: ignore[attr-defined]


def chosen(rows: Any, *, unit: Unit | None, kind: str) -> Any:
    """The rows of a unit and of a kind, by number, with what the table shows of them."""
    wanted = rows.filter(lead_unit=unit) if unit is not None else rows
    wanted = wanted.filter(**{f"is_{kind}": True}) if kind in KINDS else wanted
    answers = ConsultationAnswer.objects.select_related("unit").order_by("pk")
    return (
        wanted.select_related("lead_unit")
        .prefetch_related(Prefetch("consultation_answers", queryset=answers))
        .order_by(Length("number"), F("number"))
    )
