"""Compare the open tasks with those that the facts demand; exit 1 when they differ."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import clock, progress
from workflow import duties, posts


class Command(BaseCommand):
    help = "核对待办:每个事项应有的待办是否都在。 Check that every open pledge has exactly the tasks its state demands."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="open what is missing, close what is not demanded")

    def handle(self, *args: Any, **options: Any) -> None:
        watched = duties.faults(at=clock.now(), watch=progress.bar("pledges"))
        found = duties.restore(at=clock.now()) if options["repair"] else list(watched)
        for fault in found:
            self.stdout.write(str(fault))
        left = list(duties.faults(at=clock.now())) if options["repair"] and found else found
        wrong = posts.faults(today=clock.today())
        for sentence in wrong:
            self.stdout.write(sentence)
        if left or wrong:
            sys.exit(1)
        self.stdout.write("Every open pledge has the tasks that its state demands.")
