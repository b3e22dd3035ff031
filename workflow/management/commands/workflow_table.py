"""docs/workflow.md: manage.py workflow_table > docs/workflow.md"""

from typing import Any

from django.core.management.base import BaseCommand

from workflow import handbook


class Command(BaseCommand):
    help = "按流程表生成 docs/workflow.md。 Print docs/workflow.md from the tables."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(handbook.render(), ending="")
