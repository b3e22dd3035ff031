"""The one mapping from a refusal of the domain to a page and its HTTP status."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput, DomainError, Forbidden, Invisible, Stale, WrongState

STATUS: dict[type[DomainError], int] = {Invisible: 404, Forbidden: 403, WrongState: 409, Stale: 409, BadInput: 422}
TITLES = {
    404: _("没有找到这一页"),
    403: _("您不能这样做"),
    409: _("情况已有变化"),
    422: _("填写的内容需要修改"),
}


def status_of(error: DomainError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 409)


def page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What happened, what changed, what to correct, and where to go from here."""
    status = status_of(error)
    context = {
        "title": TITLES[status],
        "message": error.message,
        "changes": getattr(error, "changes", []),
        "faults": list(error.fields.values()) if isinstance(error, BadInput) else [],
    }
    return render(request, "tracker/errors/refusal.html", context, status=status)
