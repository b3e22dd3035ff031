"""提醒: what a person was told, at once and day by day. Opening the page is reading it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from config import clock
from tracker.web.requests import PageRequest
from workflow import reminders
from workflow.models import Alert, Digest, Reminder

PAGE_SIZE = 50
NEWEST_ALERTS = 50


@login_required
@require_safe
def inbox(request: PageRequest) -> HttpResponse:
    """What the person was told at once, then their digests, the newest first, with what each reminded of; those not
    read before are marked."""
    about = ("task__pledge", "task__document", "task__programme", "task__period", "pledge")
    lines = Reminder.objects.select_related(*about).order_by("day", "pk")
    mine = Digest.objects.visible_to(request.actor)
    page = Paginator(
        mine.order_by("-day", "-pk").prefetch_related(Prefetch("reminders", queryset=lines)), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    shown = list(page)  # read before they are marked
    told = _alerts(request) if page.number == 1 else []
    unread = reminders.unread(request.actor)
    if request.method == "GET":
        reminders.mark_read(actor=request.actor, at=clock.now())
    why = _why(page.paginator.count + len(told), unread)
    return render(request, "tracker/inbox/page.html", {"page": page, "digests": shown, "alerts": told, "why": why})


def _alerts(request: PageRequest) -> list[Alert]:
    about = ("task__pledge", "task__sheet", "task__instruction__pledge")
    return list(Alert.objects.visible_to(request.actor).select_related(*about)[:NEWEST_ALERTS])


def _why(total: int, unread: int) -> str:
    if not total:
        return _("每个工作日最多一份,没有事就不发;催办、督办单和批示即时发送。")
    if not unread:
        return _("都已读过。")
    return ngettext("%(count)d 份未读。", "%(count)d 份未读。", unread) % {"count": unread}
