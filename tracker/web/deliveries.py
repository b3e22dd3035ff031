"""消息发送: which messages did not get through, to whom and why, and sending them again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import clock
from tracker.web import organisation_forms as forms
from tracker.web.requests import PageRequest
from workflow import deliveries as sending
from workflow.models import Delivery
from workflow.notifications import ABOUT, TRIES

PAGE = 50


@login_required
@require_safe
def deliveries(request: PageRequest) -> HttpResponse:
    forms.demand_administrator(request.actor)
    failed = Delivery.objects.visible_to(request.actor).failed(tries=TRIES)
    page = Paginator(failed.select_related(*ABOUT, "robot__unit").order_by("-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    counts = sending.counts(request.actor)
    why = _("%(failed)d 条试过 %(tries)d 次仍未送达,%(waiting)d 条待发,%(sent)d 条已发。") % {**counts, "tries": TRIES}
    return render(request, "tracker/organisation/deliveries.html", {"page": page, "why": why})


@login_required
@require_POST
def send_again(request: PageRequest, pk: int) -> HttpResponse:
    forms.demand_administrator(request.actor)
    sending.send_again(pk, actor=request.actor, at=clock.now())
    messages.success(request, _("已重新列入发送,一分钟内再试。"))
    return redirect("web:deliveries")
