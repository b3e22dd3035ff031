"""Who acts: always (user, post, acting for), or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pledges.models.organisation import Role

if TYPE_CHECKING:
    from pledges.models import Post, Unit, User


@dataclass(frozen=True)
class Actor:
    """A person acting from a post.

    ``acting_for`` is the post whose duties are done by a deputy (AB岗代办); then ``post`` is the deputy's own. The
    rights are those of `duty`.
    """

    user: User | None
    post: Post | None
    acting_for: Post | None = None

    @property
    def duty(self) -> Post | None:
        """The post whose rights and tasks this actor has now."""
        return self.acting_for or self.post

    @property
    def unit(self) -> Unit | None:
        return self.duty.unit if self.duty else None

    @property
    def role(self) -> str | None:
        return self.duty.role if self.duty else None

    def has_role(self, *roles: Role) -> bool:
        return self.role in roles

    @property
    def is_system(self) -> bool:
        return self.user is None and self.post is None


SYSTEM = Actor(user=None, post=None)
