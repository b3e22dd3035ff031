"""Make the demo city where there is nothing yet, and bring every figure up to today."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from config import clock, progress
from pledges import calendars
from pledges.models import Unit
from tracker import rollups
from tracker.demo import city, history
from workflow import periods, rechecks, reminders, sheet_proposals, standing


class Command(BaseCommand):
    help = "建立演示城市。 Make the demo city in an empty database; --accounts prints who can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the demo accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts()
            return
        if not Unit.objects.exists():
            self.stdout.write("正在建立演示城市(约一分钟) … Making the demo city (about a minute) …")
            with transaction.atomic():  # a demo interrupted half-way leaves nothing behind
                self._make()
        at = clock.now()
        periods.open_windows(at=at)
        rechecks.open_due(at=at)
        standing.refresh(at=at)
        sheet_proposals.propose(at=at)
        reminders.claim(at=at)
        reminders.send_due(at=at)
        rollups.recount()

    def _make(self) -> None:
        today = clock.today()
        year = _months_before(today, 9).year
        for each in range(year - 1, max(year, today.year) + 2):
            calendars.ensure_year(each)
        made = city.establish(at=history.moment(year, "01-04", 0))
        count = history.replay(made, year=year, today=today, watch=progress.bar("acts"))
        self.stdout.write(f"{year}: {count} 项任务 pledges")

    def _print_accounts(self) -> None:
        self.stdout.write(f"演示账号,密码均为 {city.PASSWORD} — demo accounts, one password for all:")
        for username, what in city.SHOWN:
            self.stdout.write(f"  {username:<12} {what}")


def _months_before(day: datetime.date, months: int) -> datetime.date:
    """The first of the month that lies so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return datetime.date(count // 12, count % 12 + 1, 1)
