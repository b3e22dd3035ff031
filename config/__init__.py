"""How the three apps are put together: settings, clock, addresses, jobs."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
