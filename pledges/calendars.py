"""The working-day calendar as the editable table holds it."""

from pledges.models import WorkingDay
from pledges.working_days import Calendar, defaults_for, is_published


def current() -> Calendar:
    """The calendar for all years that the table knows; a year it does not know is plain Monday to Friday."""
    rows = list(WorkingDay.objects.values_list("day", "is_working", "provisional"))
    return Calendar(
        exceptions={day: is_working for day, is_working, _ in rows},
        published_years=frozenset({day.year for day, _, _ in rows} - {day.year for day, _, prov in rows if prov}),
    )


def ensure_year(year: int) -> None:
    """Fill a year that the table does not know yet from the published calendar; never touches edited rows."""
    if WorkingDay.objects.filter(day__year=year).exists():
        return
    provisional = not is_published(year)
    WorkingDay.objects.bulk_create(
        [
            WorkingDay(day=day, is_working=is_working, provisional=provisional)
            for day, is_working in defaults_for(year).items()
        ],
        ignore_conflicts=True,
    )
