"""How pages, API and exports write the same fact: amounts in the unit people use, what a target asks for, a state."""

from decimal import Decimal

from django.utils.translation import gettext as _

from pledges.models import Outcome, Pledge, Post, State, Target

SCALES = {10_000: "万", 100_000_000: "亿"}


def number(value: Decimal, scale: int) -> str:
    """The number alone, in the shown unit, without trailing zeros: 75000 at 10000 as "7.5"."""
    return f"{(value / scale).normalize():f}"


def amount(value: Decimal, *, unit: str, scale: int) -> str:
    """Number and unit as people write them: 75000 户 at 10000 as "7.5万户"."""
    if scale != 1 and scale not in SCALES:
        scale = 1
    return f"{number(value, scale)}{SCALES.get(scale, '')}{unit}"


def of_target(value: Decimal, target: Target) -> str:
    """A value of a target, such as one reported, in the target's shown unit."""
    return amount(value, unit=target.unit, scale=target.scale)


def goal(target: Target) -> str:
    """What a target asks for, with its comparator and, where it has one, its name: "新增就业 不少于4.9万人"."""
    asked = wanted(
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
        scale=target.scale,
        comparator=target.comparator,
        quantity_kind=target.quantity_kind,
    )
    return f"{target.name} {asked}" if target.name else asked


def wanted(
    *, value: Decimal, value_max: Decimal | None, unit: str, scale: int, comparator: str, quantity_kind: str
) -> str:
    """`goal` of what may not be a row yet, such as a measure's target."""
    words = amount(value, unit=unit, scale=scale)
    if comparator == Target.Comparator.RANGE and value_max is not None:
        words = f"{words}至{amount(value_max, unit=unit, scale=scale)}"
    elif comparator == Target.Comparator.GE:
        words = _("不少于%(amount)s") % {"amount": words}
    elif comparator == Target.Comparator.LE:
        words = _("不超过%(amount)s") % {"amount": words}
    elif comparator == Target.Comparator.APPROX:
        words = _("%(amount)s左右") % {"amount": words}
    if quantity_kind == Target.QuantityKind.GROWTH:
        return _("增长%(amount)s") % {"amount": words}
    if quantity_kind == Target.QuantityKind.REDUCTION:
        return _("下降%(amount)s") % {"amount": words}
    return words


def state(pledge: Pledge) -> str:
    """The state's word; a pledge closed without being done says so."""
    if pledge.state == State.CLOSED and pledge.outcome == Outcome.NOT_MET:
        return str(Outcome.NOT_MET.label)
    return str(State(pledge.state).label)


def leader(post: Post) -> str:
    """A leader's post as readers know it: "副市长 李明"; of a vacant one the unit and title."""
    return f"{post.title} {post.holder.name}" if post.holder else str(post)
