"""Setting up the organisation: units, posts, people. Each act writes its event in the ``organisation`` stream.

Editing by the system administrator through pages comes later; this is what an installation is set up with.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pledges import services
from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import Post, Role, Unit, User
from workflow import audit

STREAM = "organisation"


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
