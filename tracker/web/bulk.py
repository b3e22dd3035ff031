"""One act on many: from the ticked rows of the ledger to a page that says what will happen to each, and then the act.

The page works by forms alone: ticked rows and a button lead to it, and it sends back what it showed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config import clock
from pledges import calendars
from pledges.errors import BadInput, Forbidden, Stale, WrongState
from pledges.models import Pledge
from tracker.web import forms, ledger_filters
from tracker.web.context import programme_of
from tracker.web.fields import ActForm, Field
from tracker.web.requests import PageRequest
from workflow import bulk as many
from workflow.context import Context
from workflow.transitions import Transition

CHECK, CONFIRM = "check", "confirm"
COMMON = {"assign": ("basis",)}  # the other acts' forms are the same for all
OF_EACH = {"assign": many.SETTLED}


@dataclass(frozen=True)
class Row:
    """One pledge: whether the act would go as things stand, why not, and the boxes of what it alone lacks.

    ``is_open`` says that only something to fill in is in the way.
    """

    pledge: Pledge
    reasons: list[Any]
    fields: list[Field]
    is_open: bool
    is_ticked: bool


@login_required
@require_POST
def bulk(request: PageRequest) -> HttpResponse:
    """From the ledger: ``pledge`` (several), or ``all`` with the ledger's ``asked``. Then ``step``: check, confirm."""
    transition = _transition(request)
    step = request.POST.get("step", "")
    if step not in (CHECK, CONFIRM):
        chosen, left_out = _chosen(request)
        if not chosen:
            messages.error(request, _("请先勾选事项。"))
            return redirect(_back(request))
        return _page(request, transition, chosen, left_out=left_out)
    listed = _numbers(request.POST.getlist("listed"))
    ticked = [pk for pk in _numbers(request.POST.getlist("pledge")) if pk in set(listed)]
    if step == CHECK:
        return _page(request, transition, listed, ticked=set(ticked), typed=True)
    try:
        done = many.perform(
            transition.name,
            {pk: _version(request, pk) for pk in ticked},
            actor=request.actor,
            payload=_common(request, transition),
            each=_each(request, transition, ticked),
            at=clock.now(),
        )
    except BadInput as refusal:
        return _page(request, transition, listed, ticked=set(ticked), typed=True, faults=refusal.fields, status=422)
    except (Stale, WrongState) as refusal:
        changes = refusal.changes if isinstance(refusal, Stale) else []
        return _page(
            request, transition, listed, ticked=set(ticked), typed=True, status=409, refusal=refusal, changes=changes
        )
    told = ngettext("%(n)d 项的“%(act)s”已记录。", "%(n)d 项的“%(act)s”已记录。", len(done))
    messages.success(request, told % {"n": len(done), "act": transition.label})
    return redirect(_back(request))


def whole(request: PageRequest, asked: QueryDict) -> list[int]:
    """The ids of everything that the ledger's address asks for, in its order."""
    everything = Pledge.objects.visible_to(request.actor).filter(programme=programme_of(request))
    choices = ledger_filters.choices_in(everything)
    filters = ledger_filters.read(asked, choices, actor=request.actor)
    wanted = ledger_filters.apply(everything, filters, choices, today=clock.today())
    return list(ledger_filters.in_order(wanted, filters.sort).values_list("pk", flat=True))


def _transition(request: PageRequest) -> Transition:
    offered = {row.name: row for row in many.offered(request.actor)}
    found = offered.get(request.POST.get("act", ""))
    if found is None:
        raise Forbidden(_("您的岗位不能批量办理这一步。"))
    return found


def _chosen(request: PageRequest) -> tuple[list[int], int]:
    """The ids, at most as many as go at once, and how many were left out."""
    is_whole = request.POST.get("all") == "1"
    found = whole(request, QueryDict(_asked(request))) if is_whole else _numbers(request.POST.getlist("pledge"))
    return found[: many.MOST], max(len(found) - many.MOST, 0)


def _page(
    request: PageRequest,
    transition: Transition,
    listed: list[int],
    *,
    ticked: set[int] | None = None,
    typed: bool = False,
    faults: Mapping[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """``ticked`` None ticks all but those that nothing on this page could help."""
    common = _common(request, transition) if typed else {}
    each = _each(request, transition, listed) if typed else {}
    forecasts = many.preview(transition.name, listed, actor=request.actor, payload=common, each=each, at=clock.now())
    context = Context(actor=request.actor, pledge=_with_facts(listed[0]), at=clock.now(), calendar=calendars.current())
    offers = {name: forms.OFFERS[name](context) for name in OF_EACH.get(transition.name, ()) if name in forms.OFFERS}
    rows = [
        _row(transition, forecast, offers, each.get(forecast.pledge.pk, {}), faults or {}, ticked, typed)
        for forecast in forecasts
    ]
    form = _form(transition, context, common, faults or {}, [row.pledge for row in rows])
    page = {
        "transition": transition,
        "rows": rows,
        "form": form,
        "own": [one for one in form.general if one],
        "going": sum(not row.reasons for row in rows),
        "blocked": sum(bool(row.reasons) and not row.is_open for row in rows),
        "to_fill": sum(bool(row.reasons) and row.is_open for row in rows),
        "is_checked": typed,
        "asked": _asked(request),
        "back": _back(request),
        "left_out": 0,
        **more,
    }
    return render(request, "tracker/bulk/page.html", page, status=status)


def _row(
    transition: Transition,
    forecast: many.Forecast,
    offers: dict[str, list[Any]],
    given: Mapping[str, Any],
    faults: Mapping[str, Any],
    ticked: set[int] | None,
    typed: bool,
) -> Row:
    pledge = forecast.pledge
    is_open = forecast.refusal is None or isinstance(forecast.refusal, BadInput)
    needs = {need.name: need for need in transition.needs}
    boxes = [
        Field(
            name=(name_ := f"each.{pledge.pk}.{name}"),
            label=needs[name].label,
            widget=forms.WIDGETS.get(name, "text"),
            required=True,
            value=given.get(name, ""),
            fault=faults.get(name_, ""),
            options=offers.get(name, []),
        )
        for name in OF_EACH.get(transition.name, ())
        if not getattr(pledge, name)
    ]
    shown_at_boxes = {str(box.fault) for box in boxes if box.fault}
    own = [words for name, words in faults.items() if name.startswith(f"each.{pledge.pk}.")]
    reasons = [words for words in own if str(words) not in shown_at_boxes] if own else forecast.reasons
    if not typed and is_open:
        reasons = [_("请补填牵头单位和完成时限中所缺的。")] if boxes else []
    return Row(pledge, reasons, boxes, is_open, is_open if ticked is None else pledge.pk in ticked)


def _form(
    transition: Transition,
    context: Context,
    values: Mapping[str, Any],
    faults: Mapping[str, Any],
    pledges: Iterable[Pledge],
) -> ActForm:
    """The boxes that hold for all."""
    names = COMMON.get(transition.name)
    needs = tuple(need for need in transition.needs if names is None or need.name in names)
    common = {name: words for name, words in faults.items() if not name.startswith("each.")}
    form = forms.build(replace(transition, needs=needs), context, values, common)
    if transition.name == "assign" and all(pledge.basis for pledge in pledges):
        hint = _("不填则沿用各事项已有的依据。")
        form = replace(form, shown=[replace(one, required=False, hint=hint) for one in form.shown])
    return form


def _common(request: PageRequest, transition: Transition) -> dict[str, Any]:
    typed = forms.typed_in(request.POST, transition)
    names = COMMON.get(transition.name)
    return {name: value for name, value in typed.items() if names is None or name in names}


def _each(request: PageRequest, transition: Transition, pledges: Iterable[int]) -> dict[int, dict[str, Any]]:
    names = OF_EACH.get(transition.name, ())
    return {pk: {name: request.POST.get(f"each.{pk}.{name}", "") for name in names} for pk in pledges} if names else {}


def _with_facts(pk: int) -> Pledge:
    """Any of the listed pledges stands for all: units and the like are the same to them."""
    found: Pledge = (
        Pledge.objects.with_facts()
        .select_related("programme__government", "parent")
        .prefetch_related("programme__periods")
        .get(pk=pk)
    )
    return found


def _version(request: PageRequest, pk: int) -> int:
    typed = request.POST.get(f"version.{pk}", "")
    return int(typed) if _is_number(typed) else 0


def _numbers(typed: list[str]) -> list[int]:
    return list(dict.fromkeys(int(one) for one in typed if _is_number(one)))


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 16


def _asked(request: PageRequest) -> str:
    return request.POST.get("asked", "")[:1000]


def _back(request: PageRequest) -> str:
    """The ledger as it was filtered."""
    asked = QueryDict(_asked(request)).urlencode()
    return f"{reverse('web:ledger')}?{asked}" if asked else reverse("web:ledger")
