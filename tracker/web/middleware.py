"""Before and around every page: the language, who is acting, and what a refusal looks like."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from config import clock
from pledges.errors import DomainError
from tracker import actors
from tracker.web import errors

GetResponse = Callable[[HttpRequest], HttpResponseBase]
LANGUAGE_COOKIE = "language"
POST_KEY = "post"


class ChosenLanguageMiddleware:
    """The person's stored choice, else the cookie of the language switch, else Chinese whatever the browser says."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = chosen_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def chosen_language(request: HttpRequest) -> str:
    user = get_user(request)
    wanted = user.language if user.is_authenticated else request.COOKIES.get(LANGUAGE_COOKIE)
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class ActorMiddleware:
    """Sets ``request.actor`` and ``request.posts``. An anonymous visitor is nobody: None, and no posts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.actor, request.posts = None, []
        if request.user.is_authenticated:
            request.posts = actors.posts_of(request.user, today=clock.today())
            request.actor = actors.actor_among(
                request.user, request.posts, chosen_post_id=request.session.get(POST_KEY)
            )
        return self.get_response(request)


class DomainErrorMiddleware:
    """A refusal of the domain becomes a page with the right status; the API answers for itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError) and not request.path.startswith("/api/"):
            return errors.page(request, exception)
        return None
