"""The demo city's units, posts and people, from samples/city.json."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from pledges.actors import SYSTEM, Actor
from pledges.models import Post, Role, Unit
from workflow import organisation

SAMPLES = Path(settings.BASE_DIR) / "samples"
PASSWORD = "river-lantern-42"  # noqa: S105  printed by bin/demo for everybody to use
SHOWN = (
    ("supervisor", "督查专员:导入文件、核定条目、审核填报"),
    ("director", "督查室主任:交办、核验"),
    ("nyncj", "市农业农村局联络员:签收、填报"),
    ("nyncj-head", "市农业农村局负责人"),
    ("mayor", "市领导:部门与季度总览"),
    ("auditor", "审计管理员"),
)


@dataclass(frozen=True)
class City:
    """The organisation by the codes that the sample files use."""

    units: dict[str, Unit]
    leaders: dict[str, Post]
    posts: dict[str, Post]

    def actor(self, username: str) -> Actor:
        post = self.posts[username]
        return Actor(user=post.holder, post=post)


def read(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def establish(*, at: datetime.datetime) -> City:
    """Set up the whole organisation; call inside a transaction."""
    given = read("city.json")
    units: dict[str, Unit] = {}
    root = given["government"]
    for position, unit in enumerate(sorted(given["units"], key=lambda unit: unit["code"] != root)):
        units[unit["code"]] = organisation.add_unit(
            actor=SYSTEM,
            at=at,
            name=unit["name"],
            name_en=unit["name_en"],
            kind=Unit.Kind(unit["kind"]),
            aliases=unit["aliases"],
            parent=units.get(root),
            position=position,
        )
    encoded = make_password(PASSWORD)
    posts = {
        person["username"]: _seat(person, units[person["unit"]], Role(person["role"]), encoded, at)
        for person in given["people"]
    }
    leaders = {}
    for leader in given["leaders"]:
        leaders[leader["code"]] = _seat(leader, units[leader["unit"]], Role.LEADER, encoded, at)
        posts[leader["username"]] = leaders[leader["code"]]
    return City(units=units, leaders=leaders, posts=posts)


def _seat(person: dict[str, Any], unit: Unit, role: Role, encoded: str, at: datetime.datetime) -> Post:
    user = organisation.add_user(
        actor=SYSTEM,
        at=at,
        username=person["username"],
        name=person["name"],
        password=PASSWORD,
        encoded=encoded,
        email=f"{person['username']}@zechuan.example",
    )
    return organisation.appoint(actor=SYSTEM, at=at, unit=unit, role=role, title=person["title"], holder=user)
