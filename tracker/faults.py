"""What is answered when the product itself fails: a page, or from the API its own shape; neither asks the database.

A database that is away for a moment is told apart, because then there is something to do: wait, look, try again.
"""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from tracker.web.middleware import LANGUAGE_COOKIE

RETRY_AFTER = 10  # seconds; a database that is restarted needs about as long


def answer(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: 503 with ``Retry-After`` while the database is away, else 500."""
    _speak(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _database_is_away(request)
        response.headers["Retry-After"] = str(RETRY_AFTER)
    else:
        response = server_error(request)
    response.headers["Content-Language"] = translation.get_language()
    return response


def _database_is_away(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        sentence = _("数据库暂时没有回应。请过一会儿再试;提交了内容的,请先查询是否已经保存,没有保存的再提交一次。")
        return JsonResponse({"code": "unavailable", "message": sentence}, status=503)
    return render(None, "503.html", status=503)


def _speak(request: HttpRequest) -> None:
    """The language that was found before the fault; what this thread spoke for somebody else does not count."""
    if not hasattr(request, "LANGUAGE_CODE"):
        wanted = request.COOKIES.get(LANGUAGE_COOKIE)
        translation.activate(wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
