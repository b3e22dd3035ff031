"""Writes shares: children of a pledge, each with its part of one target."""

from decimal import Decimal

from pledges import allocation
from pledges.models import Party, Pledge, Target, TrajectoryPoint, Unit

INHERITED = (
    "programme",
    "document",
    "quote",
    "section",
    "form",
    "firmness",
    "deliverable",
    "leader",
    "start_date",
    "due_date",
    "cadence",
    "tags",
    "goal",
)
OF_TARGET = (
    "position",  # by which the share knows the target it is part of
    "name",
    "unit",
    "scale",
    "comparator",
    "quantity_kind",
    "more_is_worse",
    "zero_tolerance",
    "quote",
)
LONGEST_TITLE = 400


def add_share(parent: Pledge, target: Target, *, unit: Unit, share: Decimal) -> Pledge:
    """A draft child of ``parent`` for ``unit``, with ``share`` of its target and of that target's planned course."""
    child = Pledge.objects.create(
        parent=parent,
        number=next_share_number(parent),
        title=title_of_share(parent, target, share),
        lead_unit=unit,
        original_due_date=parent.due_date,
        basis=f"分解自 {parent.number}",
        **{name: getattr(parent, name) for name in INHERITED},
    )
    own = Target.objects.create(pledge=child, value=share, **{name: getattr(target, name) for name in OF_TARGET})
    _lay_course(own, target)
    return child


def change_share(child: Pledge, target: Target, *, share: Decimal) -> str:
    """Another amount for a share. Returns its title, which names the amount unless somebody gave it another one."""
    own = child.targets.get(position=target.position)
    is_given = child.title != title_of_share(child.parent, target, own.value) if child.parent else True
    own.value = share
    own.save(update_fields=["value"])
    _lay_course(own, target)
    return child.title if is_given or child.parent is None else title_of_share(child.parent, target, share)


def set_allocator(child: Pledge, unit: Unit) -> None:
    """The unit that allocated the share: it sees it, whoever leads it."""
    Party.objects.filter(pledge=child, part=Party.Part.ALLOCATOR).exclude(unit=unit).delete()
    Party.objects.get_or_create(pledge=child, unit=unit, defaults={"part": Party.Part.ALLOCATOR})


def next_share_number(parent: Pledge) -> str:
    """2020-001-03: one more than the highest ever given, a withdrawn share's included. The parent must be locked."""
    given = Pledge.objects.filter(parent=parent).values_list("number", flat=True)
    endings = [number.removeprefix(f"{parent.number}-") for number in given]
    last = max((int(ending) for ending in endings if ending.isdecimal()), default=0)
    return f"{parent.number}-{last + 1:02d}"


def title_of_share(parent: Pledge, target: Target, share: Decimal) -> str:
    ending = f"(分解 {allocation.written(share, unit=target.unit, scale=target.scale)})"
    return f"{parent.title[: LONGEST_TITLE - len(ending)]}{ending}"


def _lay_course(own: Target, target: Target) -> None:
    points = [(point.day, point.value) for point in target.trajectory.all()]
    course = allocation.course_of_share(points, share=own.value, total=target.value, scale=target.scale)
    TrajectoryPoint.objects.filter(target=own).delete()
    TrajectoryPoint.objects.bulk_create(TrajectoryPoint(target=own, day=day, value=value) for day, value in course)
