"""The demo city's organisation, from samples/city.json, and who can sign in."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from workflow import organisation
from workflow.organisation import Organisation

SAMPLES = Path(settings.BASE_DIR) / "samples"
PASSWORD = "river-lantern-42"  # noqa: S105  printed by bin/demo for everybody to use
SHOWN = (
    ("supervisor", "督查专员:导入文件、核定条目、审核填报 (supervisor)"),
    ("director", "督查室主任:交办、核验 (director)"),
    ("nyncj", "市农业农村局联络员:签收、填报 (coordinator)"),
    ("nyncj-head", "市农业农村局负责人 (head)"),
    ("mayor", "市长:部门与季度总览 (leader)"),
    ("statistician", "统计数据员:录入发布数据 (statistician)"),
    ("auditor", "审计管理员 (auditor)"),
)


def read(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def establish(*, at: datetime.datetime) -> Organisation:
    """Set the city up; call inside a transaction."""
    given = read("city.json")
    for person in (*given["people"], *given["leaders"]):
        person["email"] = f"{person['username']}@zechuan.example"
    return organisation.establish(given, password_for=lambda username: PASSWORD, at=at)
