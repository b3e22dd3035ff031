"""What stands around every page: the places to go, the year and the day, what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import clock
from pledges.actors import Actor
from pledges.models import Programme, Role
from workflow import reminders
from workflow.models import Task

PROGRAMME_KEY = "programme"
DRAFT_KEY = "draft_done"  # the session names the draft that has been submitted, once
THEMES = ("light", "dark")
OWN_UNIT = (Role.COORDINATOR, Role.HEAD)
OFFICE = (Role.SUPERVISOR, Role.DIRECTOR)


@dataclass(frozen=True)
class Place:
    """One entry of the rail. ``name`` is its page's name and its icon; ``beneath`` the pages that belong to it."""

    name: str
    label: Any
    roles: tuple[Role, ...]
    beneath: tuple[str, ...] = ()


PROGRAMME_PAGES = (
    "programme",
    "programme-new",
    "programme-act",
    "programme-answers",
    "programme-settle",
    "programme-settle-row",
    "programme-sign",
)
REQUEST_PAGES = ("request", "request-ask")
DESK_PAGES = ("inbox", "preferences", "approvals", "approvals-page")
PLEDGE_PAGES = ("pledge", "act", "bulk", "allocate", "plan", *PROGRAMME_PAGES, *REQUEST_PAGES)
SHEET_PAGES = (
    "sheets",
    "sheets-proposed",
    "sheet",
    "sheet-add",
    "sheet-issue",
    "sheet-answer",
    "sheet-judge",
    "requests",
)
ORGANISATION_PAGES = (
    "organisation-unit-add",
    "organisation-unit",
    "organisation-post-add",
    "organisation-post",
    "organisation-accounts",
    "organisation-account-add",
    "organisation-account",
    "organisation-account-password",
    "calendar",
    "robots",
    "robot-add",
    "robot",
    "deliveries",
)
INDICATOR_PAGES = ("indicator", "indicator-add", "figure")
PLACES = (
    Place("desk", gettext_lazy("我的待办"), (*OWN_UNIT, *OFFICE, Role.LEADER), DESK_PAGES),
    Place("ledger", gettext_lazy("任务台账"), (*OWN_UNIT, *OFFICE, Role.LEADER, Role.AUDITOR), PLEDGE_PAGES),
    Place("supervision", gettext_lazy("督办"), (*OFFICE, Role.LEADER), SHEET_PAGES),
    Place("units", gettext_lazy("部门"), (*OWN_UNIT, *OFFICE, Role.LEADER), ("unit",)),
    Place("quarter-latest", gettext_lazy("季度"), (*OWN_UNIT, *OFFICE, Role.LEADER, Role.AUDITOR), ("quarter",)),
    Place(
        "documents",
        gettext_lazy("文件"),
        (*OFFICE, Role.AUDITOR),
        ("document-import", "review", "review-section", "columns", "measure", "measure-add"),
    ),
    Place("indicators", gettext_lazy("指标"), (Role.STATISTICIAN,), INDICATOR_PAGES),
    Place("organisation", gettext_lazy("管理"), (Role.SYSTEM_ADMINISTRATOR,), ORGANISATION_PAGES),
    Place("audit", gettext_lazy("管理"), (Role.AUDITOR,), ("audit-verify",)),
    Place("erasures", gettext_lazy("管理"), (Role.SECURITY_ADMINISTRATOR,), ("erasure",)),
)
HOMES = {
    Role.COORDINATOR: "web:desk",
    Role.HEAD: "web:desk",
    Role.SUPERVISOR: "web:desk",
    Role.DIRECTOR: "web:desk",
    Role.LEADER: "web:units",
    Role.AUDITOR: "web:ledger",
    Role.STATISTICIAN: "web:indicators",
    Role.SYSTEM_ADMINISTRATOR: "web:organisation",
    Role.SECURITY_ADMINISTRATOR: "web:erasures",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Costs a fixed number of queries; an anonymous visitor costs none."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme")
    always = {
        "today": clock.today(),
        "fixed_day": clock.fixed_day(),
        "theme": theme if theme in THEMES else "",
        "language": getattr(request, "LANGUAGE_CODE", "zh-hans"),
    }
    if actor is None:
        return always
    programmes = programmes_of(request)
    return always | {
        "actor": actor,
        "posts": getattr(request, "posts", []),
        "places": _places(request, actor),
        "programmes": programmes,
        "programme": programme_of(request),
        "day_label": day_label(request),
        "draft_done": request.session.pop(DRAFT_KEY, ""),
        "switch_at": _switch_at(request),
        "unread": reminders.unread(actor),
    }


def programmes_of(request: HttpRequest) -> list[Programme]:
    """The programmes this person may see, the newest first; asked once a request."""
    return _once(
        request, "_programmes", lambda: list(Programme.objects.visible_to(_actor(request)).order_by("-year", "pk"))
    )


def programme_of(request: HttpRequest) -> Programme | None:
    """The programme the pages are about: ``?programme=``, else the one chosen before, else today's year, else the
    newest. None when the person sees none."""
    return _once(request, "_programme", lambda: _choose_programme(request))


def _choose_programme(request: HttpRequest) -> Programme | None:
    programmes = programmes_of(request)
    by_id = {str(programme.pk): programme for programme in programmes}
    asked = by_id.get(request.GET.get("programme", ""))
    if asked is not None:
        if request.session.get(PROGRAMME_KEY) != str(asked.pk):
            request.session[PROGRAMME_KEY] = str(asked.pk)
        return asked
    kept = by_id.get(request.session.get(PROGRAMME_KEY, ""))
    if kept is not None:
        return kept
    year = clock.today().year
    return next((one for one in programmes if one.year == year), programmes[0] if programmes else None)


def _places(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    here = request.resolver_match.url_name if request.resolver_match else None
    tasks = Task.objects.open().visible_to(actor).count()
    return [
        {
            "name": place.name,
            "label": place.label,
            "url": _address(place, actor),
            "is_here": here == place.name or here in place.beneath,
            "count": tasks if place.name == "desk" else 0,
        }
        for place in PLACES
        if actor.role in place.roles
    ]


def _address(place: Place, actor: Actor) -> str:
    if place.name == "units" and actor.role in OWN_UNIT and actor.unit is not None:
        return reverse("web:unit", args=[actor.unit.pk])
    return reverse(f"web:{place.name}")


def _switch_at(request: HttpRequest) -> str:
    """Where choosing another programme leads: the same page where it is about the whole programme, else the ledger."""
    here = request.resolver_match.url_name if request.resolver_match else None
    is_about_programme = here in [place.name for place in PLACES if place.name != "desk"]
    return "" if is_about_programme else reverse("web:ledger")


def day_label(request: HttpRequest) -> str:
    """“2020年度 · 9月15日”: the programme's year and the day."""
    today, programme = clock.today(), programme_of(request)
    given = {"year": programme.year if programme else today.year, "month": today.month, "day": today.day}
    return _("%(year)d年度 · %(month)d月%(day)d日") % given


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _once(request: HttpRequest, name: str, find: Callable[[], Any]) -> Any:
    if not hasattr(request, name):
        setattr(request, name, find())
    return getattr(request, name)
