"""Short ways to say what a sentence should yield."""

from pledges.extraction import measures
from pledges.extraction.measures import Extraction, Measure, Target

PLAN = "二、2024年工作安排\n"


def plan(text: str, year: int = 2024) -> list[Measure]:
    """The measures of a text that stands in a report's plan."""
    return list(extract(PLAN + text, year).measures)


def spoken(text: str, year: int = 2024) -> list[Measure]:
    """The measures of a text from minutes or a speech."""
    return list(extract(text, year, "minutes").measures)


def assigned(text: str, year: int = 2024) -> list[Measure]:
    """The measures of a text from a division of tasks."""
    return list(extract(text, year, "assignment").measures)


def extract(text: str, year: int = 2024, kind: str | None = "report") -> Extraction:
    return measures.extract(text, year, kind)


def targets(text: str, year: int = 2024) -> list[Target]:
    return [target for measure in plan(text, year) for target in measure.targets]


def figures(text: str) -> list[tuple[str, float, str, str]]:
    """(quote, value, unit, comparator) of each target."""
    return [(target.quote, float(target.value), target.unit, target.comparator) for target in targets(text)]
