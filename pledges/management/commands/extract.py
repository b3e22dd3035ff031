"""manage.py extract: a document's zones, targets and pledges as JSON objects, one a line. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from pledges.extraction import measures, outline, reading


class Command(BaseCommand):
    """Prints the row format of the gold annotations; offsets are indices into the text that --text writes."""

    help = "读一份工作报告、任务分解或会议纪要,逐行输出其中的区域、指标和承诺(JSON)。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--plan-year", type=int, dest="plan_year", metavar="YYYY")
        parser.add_argument("--kind", choices=outline.KINDS)
        parser.add_argument("--text", metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = reading.read_file(options["file"])
        except reading.UnreadableDocument as error:
            self.stderr.write(f"{options['file']}: {error.message}", style_func=str)
            sys.exit(2)
        year = options["plan_year"] or outline.guess_year(text)
        if year is None:
            from config import clock

            year = clock.today().year
        if options["text"]:
            with Path(options["text"]).open("w", encoding="utf-8", newline="\n") as out:
                out.write(text)
        for row in measures.rows(measures.extract(text, year, options["kind"])):
            self.stdout.write(json.dumps(row, ensure_ascii=False))
