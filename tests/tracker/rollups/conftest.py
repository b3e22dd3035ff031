"""The small world of the roll-up tests, with hints flowing."""

import pytest

from tests import factories
from workflow import hints


@pytest.fixture
def world():
    return factories.government()


@pytest.fixture(autouse=True)
def _hints_flow(monkeypatch):
    monkeypatch.setattr(hints, "_quiet_until", {})
