"""From a signed-in person to the `Actor` they are: pages and API ask the same question here."""

import datetime

from pledges.actors import Actor
from pledges.models import Post, User


def posts_of(user: User, *, today: datetime.date) -> list[Post]:
    """The posts a person may act from today: their own first, then those they do as a deputy."""
    held = Post.objects.held_by(user, today=today).select_related("unit", "holder")
    return sorted(held, key=lambda post: post.holder_id != user.pk)  # sorted() keeps the posts' own order


def actor_among(user: User, posts: list[Post], *, chosen_post_id: int | None = None) -> Actor:
    """The actor in the chosen one of the person's posts, as `posts_of` lists them.

    A choice that is not (or no longer) theirs falls back to the first; without any post the actor sees nothing. When
    the duty is a deputy's, ``post`` is the deputy's own post and ``acting_for`` the one whose duties are done.
    """
    if not user.is_authenticated:
        raise ValueError("An anonymous visitor is nobody, and above all not the system.")
    duty = next((post for post in posts if post.pk == chosen_post_id), posts[0] if posts else None)
    if duty is None or duty.holder_id == user.pk:
        return Actor(user=user, post=duty)
    own = next((post for post in posts if post.holder_id == user.pk), None)
    return Actor(user=user, post=own, acting_for=duty)


def actor_of(user: User, *, chosen_post_id: int | None = None, today: datetime.date) -> Actor:
    """Who a signed-in person is today (see `actor_among`)."""
    return actor_among(user, posts_of(user, today=today), chosen_post_id=chosen_post_id)
