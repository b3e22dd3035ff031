"""What each act changes, by subject. Called by the gate after every check has passed; writes through
`pledges.services`.

An effect returns the fields of the pledge that change (the gate writes them, with the state) and refuses with a domain
error where the facts themselves forbid the act. What it takes from elsewhere (a proposal) it puts into ``data``, so
that the event keeps it.
"""

from collections.abc import Callable
from typing import Any

from workflow.context import Context

Data = dict[str, Any]
Effect = Callable[[Context, Data], dict[str, Any]]


def nothing(context: Context, data: Data) -> dict[str, Any]:
    """The act lies in its event and its tasks alone."""
    return {}
