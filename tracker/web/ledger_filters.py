"""What the ledger's address asks for: which pledges, in which order, and what the chips say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.completion import Light
from pledges.models import Pledge, State, Unit
from pledges.querysets import PledgeQuerySet
from pledges.sentences import LIGHTS

# Unreported is a light of its own to the reader, since it says something else than a grey 未到期.
LIGHT_CHIPS: dict[str, tuple[Any, Q]] = {
    "red": (LIGHTS[Light.RED], Q(light="red")),
    "yellow": (LIGHTS[Light.YELLOW], Q(light="yellow")),
    "unreported": (_("未报送"), Q(light_reason="unreported")),
    "green": (LIGHTS[Light.GREEN], Q(light="green")),
    "grey": (LIGHTS[Light.GREY], Q(light="grey") & ~Q(light_reason="unreported")),
}
# Figures count top-level pledges; the shares of what was split are a second set.
LEVELS: dict[str, tuple[Any, Q]] = {
    "top": (_("不含分解任务"), Q(parent=None)),
    "shares": (_("只看分解任务"), Q(parent__isnull=False)),
}
SHAPES = {"red": "●", "yellow": "▲", "unreported": "○", "green": "■", "grey": "○"}
WORST_FIRST = Case(
    When(light_reason="overdue", then=0),
    When(light="red", then=1),
    When(light="yellow", then=2),
    When(light_reason="unreported", then=3),
    When(light_reason="awaiting_figure", then=4),
    When(light="green", then=5),
    When(light="grey", then=6),
    default=7,
    output_field=IntegerField(),
)
SORTS: dict[str, Any] = {
    "number": F("number"),
    "due": F("due_date"),
    "light": WORST_FIRST,
    "unit": F("lead_unit__position"),
    "progress": F("progress_bp"),
}


@dataclass(frozen=True)
class Chip:
    name: str
    value: str
    label: Any
    count: int
    is_chosen: bool
    shape: str = ""


@dataclass(frozen=True)
class Filters:
    """The filters in force; whatever the address says that does not exist is left out."""

    state: str
    light: str
    overdue: bool
    unit: Unit | None
    section: str
    tag: str
    q: str
    sort: str
    level: str = ""

    @property
    def is_any(self) -> bool:
        return any((self.state, self.light, self.overdue, self.unit, self.section, self.tag, self.q, self.level))


@dataclass(frozen=True)
class Choices:
    """What can be chosen in this programme: lead units, sections and tags, with the ids behind each tag."""

    units: list[Unit]
    sections: list[str]
    tags: dict[str, list[int]]


def choices_in(pledges: PledgeQuerySet) -> Choices:
    """Two queries. Tags are few and live in JSON, which the two databases search differently; so they are read."""
    sections: dict[str, None] = {}
    tags: dict[str, list[int]] = {}
    for pk, section, tagged in pledges.order_by("number").values_list("pk", "section", "tags"):
        sections.setdefault(section)
        for tag in tagged:
            tags.setdefault(tag, []).append(pk)
    units = Unit.objects.filter(led_pledges__in=pledges).distinct().order_by("position", "pk")
    return Choices(
        units=list(units), sections=[section for section in sections if section], tags=dict(sorted(tags.items()))
    )


def read(asked: QueryDict, choices: Choices, *, actor: Actor) -> Filters:
    def one_of(name: str, known: Any) -> str:
        value = asked.get(name, "")
        return value if value in known else ""

    sort = asked.get("sort", "")
    return Filters(
        state=one_of("state", State.values),
        light=one_of("light", LIGHT_CHIPS),
        overdue=asked.get("overdue") == "1",
        unit=_unit(asked.get("unit", ""), choices, actor),
        section=one_of("section", choices.sections),
        tag=one_of("tag", choices.tags),
        q=asked.get("q", "").replace("\x00", "").strip()[:100],
        level=one_of("level", LEVELS),
        sort=sort if sort.removeprefix("-") in SORTS else "number",
    )


def _unit(asked: str, choices: Choices, actor: Actor) -> Unit | None:
    """One of the lead units, or one above them: its filter covers all below."""
    found = next((unit for unit in choices.units if str(unit.pk) == asked), None)
    if found is None and asked.isdecimal() and len(asked) < 10:
        found = Unit.objects.visible_to(actor).filter(pk=asked).first()
    return found


def apply(
    pledges: PledgeQuerySet, filters: Filters, choices: Choices, *, today: Any, but: tuple[str, ...] = ()
) -> PledgeQuerySet:
    """The pledges asked for; ``but`` names filters to leave out, for counting what their chips would bring."""
    unit = filters.unit
    steps: dict[str, tuple[Any, Callable[[PledgeQuerySet], PledgeQuerySet]]] = {
        "state": (filters.state, lambda rows: rows.filter(state=filters.state)),
        "light": (filters.light, lambda rows: rows.filter(LIGHT_CHIPS[filters.light][1])),
        "overdue": (filters.overdue, lambda rows: rows.overdue(today)),
        "unit": (unit, lambda rows: rows.led_below(unit) if unit else rows),
        "section": (filters.section, lambda rows: rows.filter(section=filters.section)),
        "tag": (filters.tag, lambda rows: rows.filter(pk__in=choices.tags[filters.tag])),
        "level": (filters.level, lambda rows: rows.filter(LEVELS[filters.level][1])),
        "q": (filters.q, lambda rows: rows.filter(_matching(filters.q))),
    }
    for name, (wanted, narrow) in steps.items():
        if wanted and name not in but:
            pledges = narrow(pledges)
    return pledges


def _matching(words: str) -> Q:
    return Q(number__icontains=words) | Q(title__icontains=words) | Q(quote__icontains=words)


def in_order(pledges: PledgeQuerySet, sort: str) -> PledgeQuerySet:
    expression = SORTS[sort.removeprefix("-")]
    descends = sort.startswith("-")
    first = (
        expression.desc(nulls_last=True) if descends else expression.asc(nulls_last=True)  # an unknown stays last
    )
    return pledges.order_by(first, "-number" if sort == "-number" else "number", "pk")


def chips(pledges: PledgeQuerySet, filters: Filters, choices: Choices, *, today: Any) -> dict[str, list[Chip]]:
    """Chips with what each would bring, the other filters staying; three queries."""
    lights = apply(pledges, filters, choices, today=today, but=("light", "overdue")).aggregate(
        overdue=Count("pk", filter=Q(pk__in=Pledge.objects.overdue(today).values("pk"))),
        **{name: Count("pk", filter=condition) for name, (_label, condition) in LIGHT_CHIPS.items()},
    )
    levels = apply(pledges, filters, choices, today=today, but=("level",)).aggregate(
        **{name: Count("pk", filter=condition) for name, (_label, condition) in LEVELS.items()}
    )
    states = dict(
        apply(pledges, filters, choices, today=today, but=("state",))
        .order_by()
        .values_list("state")
        .annotate(total=Count("pk"))
    )
    light_chips = [
        Chip("light", name, label, lights[name], filters.light == name, SHAPES[name])
        for name, (label, _condition) in LIGHT_CHIPS.items()
    ]
    late = Chip("overdue", "1", _("逾期"), lights["overdue"], filters.overdue)
    return {
        "lights": [chip for chip in (*light_chips, late) if chip.count or chip.is_chosen],
        "levels": [
            Chip("level", name, label, levels[name], filters.level == name)
            for name, (label, _condition) in LEVELS.items()
            if levels["shares"] or filters.level
        ],
        "states": [
            Chip("state", state.value, state.label, states.get(state.value, 0), filters.state == state.value)
            for state in State
            if states.get(state.value) or filters.state == state.value
        ],
    }
