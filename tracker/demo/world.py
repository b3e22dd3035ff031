"""The demo city as its occasions see it: its people, its programme, and acts through the gate."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from pledges.actors import Actor
from pledges.models import Pledge, Programme
from workflow import services
from workflow.organisation import Organisation

Happen = Callable[[datetime.datetime], None]


@dataclass(frozen=True)
class World:
    """The demo's people, its programme and its pledges by what their titles say."""

    city: Organisation
    programme: Programme

    def actor(self, username: str) -> Actor:
        post = self.city.posts[username]
        return Actor(user=post.holder, post=post)

    def pledge(self, words: str) -> Pledge | None:
        found: Pledge | None = Pledge.objects.filter(
            programme=self.programme, parent=None, title__contains=words
        ).first()
        return found

    def act(self, name: str, pledge: Pledge, username: str, at: datetime.datetime, **payload: object) -> Pledge:
        pledge.refresh_from_db(fields=["version"])
        return services.perform(
            name, pledge_id=pledge.pk, actor=self.actor(username), payload=payload, version=pledge.version, at=at
        )
