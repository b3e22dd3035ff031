"""What the ledger's address asks for: which pledges, in which order, and what the chips say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.completion import Light
from pledges.models import Pledge, Post, State, Unit
from pledges.querysets import PledgeQuerySet, shown_as, shown_for
from pledges.sentences import LIGHTS
from tracker.rollups import COUNTED

# Unreported is a light of its own to the reader, since it says something else than a grey 未到期; it stays among them
# when another light was decided.
LIGHT_CHIPS: dict[str, tuple[Any, Q]] = {
    "red": (LIGHTS[Light.RED], shown_as("red")),
    "yellow": (LIGHTS[Light.YELLOW], shown_as("yellow")),
    "unreported": (_("未报送"), Q(light_reason="unreported")),
    "green": (LIGHTS[Light.GREEN], shown_as("green")),
    "grey": (LIGHTS[Light.GREY], shown_as("grey") & ~Q(light_reason="unreported")),
}
# Figures count top-level pledges; the shares of what was split are a second set.
LEVELS: dict[str, tuple[Any, Q]] = {
    "top": (_("不含分解任务"), Q(parent=None)),
    "shares": (_("只看分解任务"), Q(parent__isnull=False)),
}
# The figures of a roll-up, so that each opens just the rows that it counted: always of what is in force.
FIGURES: dict[str, tuple[Any, Q]] = {
    "in_force": (_("在账"), COUNTED["in_force"]),
    "completion": (_("完成"), COUNTED["met"] | COUNTED["met_with_change"]),
    "pace": (_("达序时"), COUNTED["on_pace"]),
    "red": (_("红灯"), COUNTED["red"]),
    "yellow": (_("黄灯"), COUNTED["yellow"]),
    "green": (_("绿灯"), COUNTED["green"]),
    "grey": (_("灰灯"), COUNTED["grey"]),
    "unreported": (_("未报送"), COUNTED["unreported"]),
    "overdue": (_("逾期"), COUNTED["overdue"]),
    "was_red": (_("曾亮红灯"), COUNTED["was_red"]),
}
NONE = "-"  # pledges without a section, or without a leader
SHAPES = {"red": "●", "yellow": "▲", "unreported": "○", "green": "■", "grey": "○"}
WORST_FIRST = Case(
    When(shown_for("overdue"), then=0),
    When(shown_as("red"), then=1),
    When(shown_as("yellow"), then=2),
    When(shown_for("unreported"), then=3),
    When(shown_for("awaiting_figure"), then=4),
    When(shown_as("green"), then=5),
    When(shown_as("grey"), then=6),
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
    """The filters in force; whatever the address says that does not exist is left out. ``is_own`` leaves out the units
    below ``unit``; ``counted`` is one of `FIGURES`."""

    state: str
    light: str
    overdue: bool
    unit: Unit | None
    section: str
    tag: str
    q: str
    sort: str
    level: str = ""
    leader: str = ""
    counted: str = ""
    is_own: bool = False

    @property
    def is_any(self) -> bool:
        narrowed = (self.state, self.light, self.overdue, self.unit, self.section, self.tag, self.q, self.level)
        return any((*narrowed, self.leader, self.counted))


@dataclass(frozen=True)
class Choices:
    """What can be chosen in this programme: lead units, leaders, sections and tags, with the ids behind each tag."""

    units: list[Unit]
    leaders: list[Post]
    sections: list[str]
    tags: dict[str, list[int]]


def choices_in(pledges: PledgeQuerySet) -> Choices:
    """Three queries. Tags are few and live in JSON, which the two databases search differently; so they are read."""
    sections: dict[str, None] = {}
    tags: dict[str, list[int]] = {}
    for pk, section, tagged in pledges.order_by("number").values_list("pk", "section", "tags"):
        sections.setdefault(section)
        for tag in tagged:
            tags.setdefault(tag, []).append(pk)
    units = Unit.objects.filter(led_pledges__in=pledges).distinct().order_by("position", "pk")
    leaders = Post.objects.filter(portfolio__in=pledges).distinct().select_related("holder", "unit")
    return Choices(
        units=list(units),
        leaders=list(leaders.order_by("unit__position", "pk")),
        sections=[section for section in sections if section],
        tags=dict(sorted(tags.items())),
    )


def read(asked: QueryDict, choices: Choices, *, actor: Actor) -> Filters:
    def one_of(name: str, known: Any) -> str:
        value = asked.get(name, "")
        return value if value in known else ""

    sort = asked.get("sort", "")
    unit = _unit(asked.get("unit", ""), choices, actor)
    return Filters(
        state=one_of("state", State.values),
        light=one_of("light", LIGHT_CHIPS),
        overdue=asked.get("overdue") == "1",
        unit=unit,
        is_own=unit is not None and asked.get("own") == "1",
        leader=one_of("leader", [NONE, *(str(leader.pk) for leader in choices.leaders)]),
        section=one_of("section", [NONE, *choices.sections]),
        tag=one_of("tag", choices.tags),
        q=asked.get("q", "").replace("\x00", "").strip()[:100],
        level=one_of("level", LEVELS),
        counted=one_of("counted", FIGURES),
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
    unit, none_led, no_section = filters.unit, filters.leader == NONE, filters.section == NONE
    steps: dict[str, tuple[Any, Callable[[PledgeQuerySet], PledgeQuerySet]]] = {
        "state": (filters.state, lambda rows: rows.filter(state=filters.state)),
        "light": (filters.light, lambda rows: rows.filter(LIGHT_CHIPS[filters.light][1])),
        "overdue": (filters.overdue, lambda rows: rows.overdue(today)),
        "unit": (unit, lambda rows: _led(rows, unit, is_own=filters.is_own)),
        "leader": (filters.leader, lambda rows: rows.filter(leader=None if none_led else filters.leader)),
        "section": (filters.section, lambda rows: rows.filter(section="" if no_section else filters.section)),
        "tag": (filters.tag, lambda rows: rows.filter(pk__in=choices.tags[filters.tag])),
        "level": (filters.level, lambda rows: rows.filter(LEVELS[filters.level][1])),
        "counted": (filters.counted, lambda rows: rows.in_force().filter(FIGURES[filters.counted][1])),
        "q": (filters.q, lambda rows: rows.filter(_matching(filters.q))),
    }
    for name, (wanted, narrow) in steps.items():
        if wanted and name not in but:
            pledges = narrow(pledges)
    return pledges


def _led(rows: PledgeQuerySet, unit: Unit | None, *, is_own: bool) -> PledgeQuerySet:
    if unit is None:
        return rows
    return rows.led_by(unit) if is_own else rows.led_below(unit)


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
    """Chips with what each would bring, the other filters staying; three queries, a fourth where a figure is asked for
    or a unit without those below it: those chips can only be taken off."""
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
    narrowed = [("counted", filters.counted, FIGURES[filters.counted][0])] if filters.counted else []
    narrowed += [("own", "1", _("不含下属单位"))] if filters.is_own else []
    total = apply(pledges, filters, choices, today=today).count() if narrowed else 0
    return {
        "narrowed": [Chip(name, value, label, total, True) for name, value, label in narrowed],
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
