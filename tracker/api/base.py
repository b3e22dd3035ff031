"""What every endpoint has: who acts, in which language, and lists that show nobody more than they may see."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden
from pledges.models import Post, User
from tracker import actors
from tracker.api.authentication import TokenAuthentication
from tracker.api.errors import TooLarge
from tracker.api.parsers import StorableJSONParser
from tracker.api.schema import Schema

POST_HEADER = "X-Post"


class Endpoint(APIView):
    """A view that takes JSON, within the size limit, and answers in the caller's language."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    parser_classes = [StorableJSONParser]
    schema = Schema()
    acts_from_a_post = False
    errors: tuple[int, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _speak(request, None)
        _demand_small_body(request)
        super().initial(request, *args, **kwargs)
        _speak(request, request.user if request.user.is_authenticated else None)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        if not isinstance(self.request.data, Mapping):
            raise BadInput({"": _("请求正文应当是一个 JSON 对象。")})
        return dict(self.request.data)


class ActorEndpoint(Endpoint):
    """A view for people who act from a post.

    ``actor`` is who calls, ``posts`` what they may choose from with the header ``X-Post``. Both are known only after
    the framework has authenticated: a token belongs to no session, so the pages' middleware cannot have seen it.
    """

    acts_from_a_post = True
    actor: Actor
    posts: list[Post]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.posts, self.actor = _who_acts(request)

    def get_serializer_context(self) -> dict[str, Any]:
        return {"request": self.request, "view": self, "actor": self.actor, "today": clock.today()}


class Collection(ActorEndpoint, GenericViewSet):
    """A list and its rows, as far as the actor sees them."""

    def get_queryset(self) -> QuerySet[Any]:
        manager: Any = super().get_queryset()
        visible: QuerySet[Any] = manager.visible_to(self.actor)
        return visible

    def page_of(self, rows: Any, serializer_class: Any) -> Response:
        """One page of rows that are not the view's own list."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            serializer_class(page, many=True, context=self.get_serializer_context()).data
        )


def number_in(body: Mapping[str, Any], name: str) -> int | None:
    """A whole number that the caller gave, as one or as digits; None for anything else."""
    given = body.get(name)
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    return int(given) if isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10 else None


def demand_number(body: Mapping[str, Any], name: str) -> int:
    number = number_in(body, name)
    if number is None:
        raise BadInput({name: _("请填写整数。")})
    return number


def version_of(body: Mapping[str, Any]) -> int | None:
    """The version that the caller saw, or None where none was given: the domain then says so."""
    return number_in(body, "version")


def demand_version(body: Mapping[str, Any], name: str = "version") -> int:
    version = number_in(body, name)
    if version is None:
        raise BadInput({name: _("请求没有带上版本号,请刷新页面后重试。")})
    return version


def _who_acts(request: Request) -> tuple[list[Post], Actor]:
    user, chosen = request.user, request.headers.get(POST_HEADER)
    assert isinstance(user, User)  # noqa: S101  the permission classes have refused everybody else
    known: Actor | None = getattr(request._request, "actor", None)
    if chosen is None and request.auth is None and known is not None and known.user == user:
        return request._request.posts, known  # type: ignore[attr-defined]  # a session: the pages' middleware knows
    posts = actors.posts_of(user, today=clock.today())
    if chosen is not None and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise BadInput({POST_HEADER: _("请填写岗位的 id(数字)。")})
    wanted = None if chosen is None else int(chosen)
    if wanted is not None and wanted not in {post.pk for post in posts}:
        raise Forbidden(_("您现在不在这个岗位上,不能以它的名义办理。"))
    return posts, actors.actor_among(user, posts, chosen_post_id=wanted)


def _speak(request: Request, user: User | None) -> None:
    """The person's choice; the Accept-Language header only for somebody who has made none; else Chinese."""
    wanted = user.language if user is not None else ""
    if wanted not in dict(settings.LANGUAGES):
        wanted = translation.get_language_from_request(request._request)
    translation.activate(wanted)


def _demand_small_body(request: Request) -> None:
    """The framework reads a body as a stream, where Django's own limit does not hold."""
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge(_("请求超过 22 MB,请拆分后再提交。"))
