"""A pytest plugin, named before the settings are read: each process of a run in several has a database of the broker's
own, as pytest-django gives it one of PostgreSQL's."""

import os
from urllib.parse import urlsplit

number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
