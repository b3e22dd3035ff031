"""What a page's view may expect of its request, once the middleware has seen it."""

from django.http import HttpRequest

from pledges.actors import Actor
from pledges.models import Post, User


class PageRequest(HttpRequest):
    """A signed-in person's request. Views behind ``login_required`` are given one.

    ``posts`` are those the person may act from today; ``actor`` acts from the chosen one.
    """

    user: User
    actor: Actor
    posts: list[Post]
