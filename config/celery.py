"""The Celery application and its beat table.

Entry points live in each app's ``jobs.py``. A job is only a hint: whatever must happen stands in a database row, and
the sweeps below find what a lost message left behind (docs/adr/0004-messages-are-hints.md).
"""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pledge-tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")

# A worker that loses its broker gives nothing back through the connection that is gone; a hint need not be given back.
Channel.do_restore = False

# What belongs to a day runs every hour all the same: it does nothing twice, and a machine that slept at the hour
# catches up at the next. ``expires`` keeps hints from piling up while no worker runs.
HOURLY = {"expires": 60 * 60}

app.conf.beat_schedule = {
    "sweep stale roll-ups": {"task": "tracker.rollups.sweep", "schedule": 20.0, "options": {"expires": 20}},
    "recount everything": {"task": "tracker.rollups.recount", "schedule": crontab(hour=2, minute=30)},
    "refresh the lights": {"task": "workflow.standing.refresh", "schedule": crontab(minute=5), "options": HOURLY},
    "open reporting windows": {
        "task": "workflow.periods.open_windows",
        "schedule": crontab(minute=15),
        "options": HOURLY,
    },
    "check and close periods": {
        "task": "workflow.periods.begin_checks",
        "schedule": crontab(minute=18),
        "options": HOURLY,
    },
    "look again at what was closed": {
        "task": "workflow.rechecks.open_due",
        "schedule": crontab(minute=20),
        "options": HOURLY,
    },
    "pass on unanswered requests": {
        "task": "workflow.requests.pass_on",
        "schedule": crontab(minute=25),
        "options": HOURLY,
    },
    "check everybody's tasks": {"task": "workflow.duties.restore", "schedule": crontab(hour=1, minute=30)},
    "propose sheets": {  # Monday morning, or the first hour of the week's first working day that the machine is up
        "task": "workflow.sheets.propose",
        "schedule": crontab(hour="7-18", minute=25),
        "options": HOURLY,
    },
    "claim reminders": {
        "task": "workflow.reminders.claim",
        "schedule": crontab(hour="8-18", minute=0),
        "options": HOURLY,
    },
    "send what was claimed": {"task": "workflow.reminders.send_due", "schedule": 60.0, "options": {"expires": 60}},
    "clear delivered messages": {"task": "workflow.broker.purge", "schedule": crontab(hour=3, minute=0)},
}
