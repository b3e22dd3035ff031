"""Count every roll-up anew and say what had drifted; what the night's job does, for whoever does not want to wait."""

from typing import Any

from django.core.management.base import BaseCommand

from config import progress
from tracker import rollups


class Command(BaseCommand):
    help = "重新汇总全部数字。 Count every roll-up anew; exit 1 when any had drifted."

    def handle(self, *args: Any, **options: Any) -> None:
        drifts = rollups.recount(watch=progress.bar("rounds"))
        for drift in drifts:
            self.stderr.write(f"{tuple(drift.key)}: {dict(drift.figures)}")
        if drifts:
            raise SystemExit(1)
        self.stdout.write("Every roll-up agrees with the pledges.")
