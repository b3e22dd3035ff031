"""manage.py extract: a document's zones, targets and pledges as JSON objects, one a line. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from pledges.extraction import division, measures, outline, reading, secrecy


class Command(BaseCommand):
    """Prints the row format of the gold annotations; offsets are indices into the text that --text writes."""

    help = (
        "读一份工作报告、任务分解(表)或会议纪要(txt、docx、pdf、html、xlsx、csv),逐行输出其中的区域、指标和承诺(JSON)。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--plan-year", type=int, dest="plan_year", metavar="YYYY")
        parser.add_argument("--kind", choices=outline.KINDS)
        parser.add_argument("--text", metavar="OUT")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read = reading.read_document_file(options["file"])
        except reading.UnreadableDocument as error:
            self._refuse(options["file"], error.message)
        text = read.text
        for mark in (*secrecy.marks(text), *secrecy.marks(read.beside)):
            self._refuse(options["file"], f"文件疑似标有密级“{' '.join(mark.quote.split())}”,不得录入,没有读取。")
        year = options["plan_year"] or outline.guess_year(text)
        if year is None:
            from config import clock

            year = clock.today().year
        if options["text"]:
            with Path(options["text"]).open("w", encoding="utf-8", newline="\n") as out:
                out.write(text)
        columns = division.guesses(read)
        if options["kind"] in (None, "assignment") and any(one.is_division for one in columns):
            found = division.extract(read, columns, year)
        else:
            found = measures.extract(text, year, options["kind"])
        for row in measures.rows(found):
            self.stdout.write(json.dumps(row, ensure_ascii=False))

    def _refuse(self, name: str, why: str) -> NoReturn:
        self.stderr.write(f"{name}: {why}", style_func=str)
        sys.exit(2)
