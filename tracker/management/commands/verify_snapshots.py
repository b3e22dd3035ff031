"""Check every frozen period: exit 1 and what is wrong where a snapshot is not what its event says was closed."""

from typing import Any

from django.core.management.base import BaseCommand

from config import progress
from tracker import snapshot_checks, snapshot_triggers
from tracker.models import Snapshot


class Command(BaseCommand):
    help = "检查各期快照与操作记录是否一致。 Check that snapshots are what was closed."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(snapshot_checks.verify(watch=progress.bar("snapshots")))
        if not snapshot_triggers.installed():
            self.stderr.write("the triggers that protect snapshots are missing: run manage.py migrate")
        for found in faults:
            self.stderr.write(str(found))
        if faults or not snapshot_triggers.installed():
            raise SystemExit(1)
        self.stdout.write(f"{Snapshot.objects.count()} snapshots: whole")
