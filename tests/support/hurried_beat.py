"""The product's Celery application with its beat table hurried: every job comes every second. For beats alone."""

from config.celery import app

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 1.0
