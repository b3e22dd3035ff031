"""签字页: the scan itself, for whoever sees what it bears out. Always a download, never shown inside a page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tracker.web.requests import PageRequest
from workflow import signed_pages
from workflow.models import SignedPage


@login_required
@require_safe
def download(request: PageRequest, pk: int) -> HttpResponse:
    return as_download(signed_pages.visible(pk, request.actor))


def as_download(page: SignedPage) -> HttpResponse:
    response = HttpResponse(bytes(page.content), content_type=page.media_type)
    response["Content-Disposition"] = content_disposition_header(True, page.filename) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
