import datetime
import time

import pytest

from config import clock
from tests.support import post_office


@pytest.fixture
def tuesday(set_today):
    """13 October 2020 for this process and every worker started from here, with nothing mailed yet.

    A fixed day goes back to its morning at midnight, and what was to be sent in its evening would wait for ever. So
    no run begins in the day's last minutes.
    """
    while (clock.now() + datetime.timedelta(minutes=4)).date() != clock.today():
        time.sleep(5)
    post_office.empty()
    return set_today("2020-10-13")
