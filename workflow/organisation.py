"""Setting up the organisation: units, posts, people. Each act writes its event in the ``organisation`` stream.

Editing by the system administrator through pages comes later; this is what an installation is set up with.
"""

import datetime
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pledges import services
from pledges.actors import SYSTEM, Actor
from pledges.errors import BadInput
from pledges.models import Post, Role, Unit, User
from workflow import audit

STREAM = "organisation"


@dataclass(frozen=True)
class Organisation:
    """What was set up, by the codes of the file: units, leaders' posts, and every post by its holder's username."""

    units: dict[str, Unit]
    leaders: dict[str, Post]
    posts: dict[str, Post]


def establish(given: Mapping[str, Any], *, password_for: Callable[[str], str], at: datetime.datetime) -> Organisation:
    """Set up a whole organisation from a description in the form of samples/city.json (samples/README.md).

    ``password_for`` gives each username its first password; alike passwords are hashed once. Call inside a
    transaction. Raises KeyError for a code that no unit has, BadInput for a weak password.
    """
    root = given["government"]
    units: dict[str, Unit] = {}
    for position, unit in enumerate(sorted(given["units"], key=lambda unit: bool(unit["code"] != root))):
        units[unit["code"]] = add_unit(
            actor=SYSTEM,
            at=at,
            name=unit["name"],
            name_en=unit.get("name_en", ""),
            kind=Unit.Kind(unit["kind"]),
            aliases=unit.get("aliases", []),
            parent=units[unit.get("parent", root)] if unit["code"] != root else None,
            position=position,
        )
    encode = functools.cache(make_password)

    def seat(person: Mapping[str, Any], role: Role) -> Post:
        password = password_for(person["username"])
        user = add_user(
            actor=SYSTEM,
            at=at,
            username=person["username"],
            name=person["name"],
            password=password,
            email=person.get("email", ""),
            encoded=encode(password),
        )
        return appoint(actor=SYSTEM, at=at, unit=units[person["unit"]], role=role, title=person["title"], holder=user)

    posts = {person["username"]: seat(person, Role(person["role"])) for person in given["people"]}
    leaders = {leader["code"]: seat(leader, Role.LEADER) for leader in given["leaders"]}
    posts |= {leader["username"]: leaders[leader["code"]] for leader in given["leaders"]}
    return Organisation(units=units, leaders=leaders, posts=posts)


def add_unit(
    *,
    actor: Actor,
    at: datetime.datetime,
    name: str,
    kind: Unit.Kind,
    parent: Unit | None,
    name_en: str = "",
    aliases: Iterable[str] = (),
    position: int = 0,
) -> Unit:
    with transaction.atomic():
        unit = services.create_unit(
            name=name, kind=kind, parent=parent, name_en=name_en, aliases=list(aliases), position=position
        )
        _record("add_unit", actor, at, {"unit": unit.pk, "name": name, "parent": parent})
    return unit


def add_user(
    *,
    actor: Actor,
    at: datetime.datetime,
    username: str,
    name: str,
    password: str,
    email: str = "",
    encoded: str = "",
) -> User:
    """A new account. BadInput when the password is too weak for the rules in the settings.

    ``encoded`` spares hashing a password again that many accounts share, as in a demonstration.
    """
    try:
        validate_password(password, User(username=username, name=name, email=email))
    except ValidationError as error:
        raise BadInput({"password": " ".join(error.messages)}) from error
    with transaction.atomic():
        user = services.create_user(
            username=username, name=name, email=email, encoded=encoded or make_password(password)
        )
        _record("add_user", actor, at, {"user": user.pk, "username": username})
    return user


def appoint(*, actor: Actor, at: datetime.datetime, unit: Unit, role: Role, title: str, holder: User | None) -> Post:
    """Set up a post, or give an existing one to a successor, who inherits its open tasks."""
    with transaction.atomic():
        post = services.fill_post(unit=unit, role=role, title=title, holder=holder)
        _record("appoint", actor, at, {"post": post.pk, "holder": holder})
    return post


def _record(action: str, actor: Actor, at: datetime.datetime, payload: dict[str, Any]) -> None:
    audit.append(stream=STREAM, action=action, actor=actor, at=at, payload=payload)
