"""The one mapping from refusals to HTTP: every error body of the API has the same shape.

``{"code": one word for programs, "message": one sentence for people}``, with ``changes`` (409: what happened since) or
``fields`` (400: a list of sentences by field; ``""`` is the request as a whole) where there are any.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState

STATUS: dict[type[DomainError], int] = {
    Invisible: status.HTTP_404_NOT_FOUND,
    Forbidden: status.HTTP_403_FORBIDDEN,
    WrongState: status.HTTP_409_CONFLICT,
    Stale: status.HTTP_409_CONFLICT,
    BadInput: status.HTTP_400_BAD_REQUEST,
}
# The framework's own refusals, by status.
CODES = {
    status.HTTP_400_BAD_REQUEST: "malformed",
    status.HTTP_401_UNAUTHORIZED: "unauthenticated",
    status.HTTP_403_FORBIDDEN: "forbidden",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: "too_large",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_429_TOO_MANY_REQUESTS: "locked",
}


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class Locked(exceptions.APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None (and so a 500) for what is no refusal but a fault."""
    if isinstance(exc, DomainError):
        return Response(body_of(exc), status=status_of(exc))
    if isinstance(exc, Http404):
        return handle(Invisible(), context)
    if isinstance(exc, PermissionDenied) and not exc.args:
        exc = exceptions.PermissionDenied()
    response = exception_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, exceptions.ValidationError):
        fields = dict(_flat(exc.detail))
        response.data = {"code": BadInput.code, "message": next(iter(fields.values()))[0], "fields": fields}
    else:
        detail = getattr(exc, "detail", None)
        response.data = {
            "code": CODES.get(response.status_code, "refused"),
            "message": detail if isinstance(detail, str) else _("请求没有被接受。"),
        }
    return response


def status_of(error: DomainError) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), status.HTTP_409_CONFLICT)


def body_of(error: DomainError) -> dict[str, Any]:
    """A refusal as the API writes it, in the language that is active now."""
    body: dict[str, Any] = {"code": error.code, "message": str(error.message)}
    if isinstance(error, Stale | WrongState):
        body["changes"] = [str(change) for change in getattr(error, "changes", [])]
    if isinstance(error, BadInput):
        body["fields"] = {name: [str(sentence)] for name, sentence in error.fields.items()}
    return body


def _flat(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """DRF's nested lists and dicts as sentences by dotted name, as the domain names sub-fields (``targets.0.unit``)."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            part = "" if key == "non_field_errors" else str(key)
            yield from _flat(inner, ".".join(filter(None, (name, part))))
        return
    many = detail if isinstance(detail, list) else [detail]
    sentences = [str(one) for one in many if not isinstance(one, Mapping | list)]
    if sentences:
        yield name, sentences
    for index, inner in enumerate(many):
        if isinstance(inner, Mapping | list) and inner:
            yield from _flat(inner, ".".join(filter(None, (name, str(index)))))
