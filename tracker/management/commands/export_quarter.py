"""manage.py export_quarter: the quarterly ledger as a file, complete or not at all."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import clock
from pledges.actors import SYSTEM
from pledges.models import Period, Programme
from tracker.exports import ledger


class Command(BaseCommand):
    """Exports everything that is in force. What cannot be done is said in one line, with exit status 2."""

    help = "导出一个季度的台账,例如:export_quarter 2020 2020-Q2 --format xlsx --out 台账.xlsx"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", metavar="PROGRAMME", help="计划年度(如 2020)或台账 id")
        parser.add_argument("period", metavar="PERIOD", help="期,如 2020-Q2")
        parser.add_argument("--format", required=True, choices=list(ledger.WRITERS))
        parser.add_argument("--out", required=True, metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        programme = _programme(options["programme"])
        period = _period(programme, options["period"])
        made = ledger.of(programme, period, actor=SYSTEM, today=clock.today())
        try:
            _write(options["out"], ledger.WRITERS[options["format"]](made))
        except OSError as error:
            raise _refusal(f"无法写入 {options['out']}:{error.strerror or error}。") from error


def _refusal(message: str) -> CommandError:
    return CommandError(message, returncode=2)


def _programme(given: str) -> Programme:
    """By year; by id where no programme has that year."""
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise _refusal(f"没有“{given}”这个台账,请填写计划年度或台账 id。")
    found = list(Programme.objects.filter(year=int(given))) or list(Programme.objects.filter(pk=int(given)))
    if len(found) > 1:
        ids = "、".join(f"{programme.pk}({programme.title})" for programme in found)
        raise _refusal(f"{given} 年度有 {len(found)} 个台账,请改用 id:{ids}。")
    if not found:
        known = "、".join(str(year) for year in Programme.objects.values_list("year", flat=True).distinct())
        raise _refusal(f"没有“{given}”这个台账;现有年度:{known or '无'}。")
    return found[0]


def _period(programme: Programme, key: str) -> Period:
    periods = {period.key: period for period in programme.periods.all()}
    if key not in periods:
        raise _refusal(f"{programme.title}没有“{key}”这一期;现有:{'、'.join(periods) or '无'}。")
    return periods[key]


def _write(out: Path, content: bytes) -> None:
    """Under another name first, so that nobody ever finds half a file."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
