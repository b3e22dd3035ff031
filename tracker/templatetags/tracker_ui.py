"""What templates need beyond Django: lights, progress bars, amounts, the addresses of sorted columns."""

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pledges import sentences
from pledges.completion import FULL_BP, Light, Reason
from pledges.models import Pledge, Post, Target
from tracker import words

register = template.Library()

SHAPES = {Light.RED: "●", Light.YELLOW: "▲", Light.GREEN: "■", Light.GREY: "○"}
HOLLOW = {Light.RED: "○", Light.YELLOW: "△", Light.GREEN: "□"}


@register.inclusion_tag("tracker/components/light.html")
def light(pledge: Pledge) -> dict[str, Any]:
    """The light as shape and words; the state's word where a claimed or closed pledge has no light.

    Unreported shows the last light's shape, hollow; a light that was decided shows its own.
    """
    if not pledge.light:
        return {"light": None, "state": words.state(pledge)}
    colour = Light(pledge.shown_light)
    shape = SHAPES[colour]
    if pledge.light_reason == Reason.UNREPORTED and pledge.last_light and not pledge.is_light_decided:
        shape = HOLLOW.get(Light(pledge.last_light), shape)
    return {"light": {"colour": colour.value, "shape": shape, "words": sentences.light_words(pledge)}}


@register.inclusion_tag("tracker/components/light.html")
def light_of(colour: str, label: str = "") -> dict[str, Any]:
    """A light by its colour's code, for counts and legends: ``{% light_of "red" %}``."""
    known = Light(colour)
    return {"light": {"colour": known.value, "shape": SHAPES[known], "words": label or sentences.LIGHTS[known]}}


@register.simple_tag(takes_context=True)
def light_sentence(context: template.Context, pledge: Pledge) -> str:
    """Why the light is what it is, with its numbers."""
    today: datetime.date = context["today"]
    return sentences.of(pledge, today=today)


@register.filter
def state_word(pledge: Pledge) -> str:
    return words.state(pledge)


@register.inclusion_tag("tracker/components/progress.html")
def progress(value_bp: int | None, plan_bp: int | None = None, wide: bool = False) -> dict[str, Any]:
    """A thin bar of 0 to 100 with the plan as a tick; nothing where there is neither."""
    if value_bp is None and plan_bp is None:
        return {"bar": None}
    return {
        "wide": wide,
        "bar": {
            "value": None if value_bp is None else _along(value_bp),
            "plan": None if plan_bp is None else min(_along(plan_bp), "99", key=float),
            "words": _bar_words(value_bp, plan_bp),
        },
    }


def _along(basis_points: int) -> str:
    """Basis points as an SVG number on a bar 100 wide, with a point in every language."""
    return f"{Decimal(min(max(basis_points, 0), FULL_BP)) / 100:f}"


def _bar_words(value_bp: int | None, plan_bp: int | None) -> str:
    done, planned = sentences.percent(value_bp), sentences.percent(plan_bp)
    if value_bp is None:
        return _("计划 %(plan)s,尚无数据") % {"plan": planned}
    if plan_bp is None:
        return _("完成 %(done)s") % {"done": done}
    return _("完成 %(done)s,计划 %(plan)s") % {"done": done, "plan": planned}


@register.filter
def percent(basis_points: int | None) -> str:
    """3380 as 33.8%."""
    return sentences.percent(basis_points)


@register.filter
def amount(value: Decimal | None, target: Target) -> str:
    """A value of a target in its shown unit: 75000 as 7.5万户; empty for None."""
    return "" if value is None else words.of_target(value, target)


@register.filter
def goal(target: Target) -> str:
    """What the target asks for: 不少于4.9万人."""
    return words.goal(target)


@register.inclusion_tag("tracker/components/heading.html", takes_context=True)
def heading(context: template.Context, name: str, label: str, css: str = "") -> dict[str, Any]:
    """A column's head that sorts: the first click ascending, the next descending. Wants ``sort`` in the context, the
    name in force, with "-" before it when it descends."""
    current = str(context.get("sort", ""))
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    kept = [(key, value) for key, values in context["request"].GET.lists() for value in values]
    kept = [(key, value) for key, value in kept if key not in ("sort", "page")]
    wanted = f"-{name}" if direction == "ascending" else name
    return {
        "label": label,
        "class": css,
        "direction": direction,
        "address": "?" + urlencode([*kept, ("sort", wanted)]),
    }


@register.filter
def leader_words(post: Post) -> str:
    return words.leader(post)


@register.filter
def neighbours(page: Any) -> list[int | str]:
    """The page numbers to offer: the first, the last and those around this one, with gaps."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag(takes_context=True)
def toggled(context: template.Context, name: str, value: str | None) -> str:
    """The address with one filter set, or left out for None, and from the first page on. (``{% querystring %}`` takes
    only names written out in the template.)"""
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    asked.pop(name, None)
    if value is not None:
        asked[name] = value
    return f"?{asked.urlencode()}"
