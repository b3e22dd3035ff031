"""What the tests of posts and deputies share: the day, and appointing as the system administrator does."""

import datetime
from typing import Any

from pledges.actors import Actor
from pledges.models import Deputy, Post, Role, Unit, User
from tests.factories import Government, actor, day, moment
from workflow import organisation

TODAY = datetime.date(2020, 3, 10)
NOW = moment("2020-03-10")


def appoint(
    at: Government, role: str, holder: User | None, *, unit: Unit | None = None, title: str = "新岗", **more: Any
) -> Post:
    given = {"actor": actor(at.system_admin), "at": NOW, "unit": unit or at.city, "title": title, **more}
    return organisation.appoint(role=Role(role), holder=holder, **given)


def holder(post: Post) -> User:
    assert post.holder is not None
    return post.holder


def deputise(
    at: Government, post: Post, user: User | None, start: str | None = "2020-03-10", end: str | None = "2020-03-20",
    by: Actor | None = None,
) -> Deputy:  # fmt: skip
    return organisation.appoint_deputy(
        post,
        user,
        start and day(start),
        end and day(end),
        actor=by or actor(at.system_admin),
        at=NOW,  # type: ignore[arg-type]
    )
