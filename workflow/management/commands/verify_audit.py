"""Check every event stream: exit 1 and the first broken event of each when the record does not hold."""

from typing import Any

from django.core.management.base import BaseCommand

from config import progress
from workflow import audit
from workflow.models import Event, Stream


class Command(BaseCommand):
    help = "检查全部操作记录是否完整。 Check that the record of events is whole."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(audit.verify(watch=progress.bar("streams")))
        if not audit.installed():
            self.stderr.write("the triggers that protect events are missing: run manage.py migrate")
        for found in broken:
            self.stderr.write(str(found))
        if broken or not audit.installed():
            raise SystemExit(1)
        self.stdout.write(f"{Stream.objects.count()} streams, {Event.objects.count()} events: whole")
