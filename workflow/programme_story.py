"""A programme's events told in plain sentences: its page's history, and what a stale form is shown."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pledges.models import Programme, ProgrammeState
from workflow import audit, story, story_words
from workflow.models import Event
from workflow.programme_table import BY_NAME

LABELS: Mapping[str, Any] = {
    "create_programme": gettext_lazy("建立台账"),
    **{name: act.label for name, act in BY_NAME.items()},
    # What the units answered stands on the page of the period, for those who may read all of it.
    **{name: story_words.OTHER_ACTS[name] for name in ("begin_check", audit.CLOSE_PERIOD, "reopen_period")},
}


def of(programme: Programme) -> list[story.Line]:
    """The acts of this table on a programme and its periods, oldest first."""
    events = Event.objects.filter(stream__name=f"programme:{programme.pk}", action__in=LABELS).order_by("sequence")
    return [_tell(event) for event in story.with_actors(events)]


def _tell(event: Event) -> story.Line:
    payload = story.payload_of(event)
    before, after = (payload.get(side, {}).get("state") for side in ("before", "after"))
    label = str(LABELS[event.action])
    if before and after:
        moved = {"act": label, "before": ProgrammeState(before).label, "after": ProgrammeState(after).label}
        label = _("%(act)s(%(before)s → %(after)s)") % moved
    return story.Line(
        at=event.at,
        who=story.who(event),
        act=label,
        words="; ".join(_words(payload)),
        version=payload.get("version", 0),
    )


def _words(payload: Mapping[str, Any]) -> list[str]:
    """Of which period, what was given, then the numbers that the act itself found."""
    given, told = payload.get("input", {}), payload.get("told", {})
    names = ("approved_by", "approval_document", "approved_date", "words", "document_number", "issued_date", "reason")
    found = [payload.get("period", ""), " ".join(str(given[name]) for name in names if given.get(name))]
    if given.get("check_due_date"):
        found.append(_("核对至 %(day)s") % {"day": given["check_due_date"]})
    if given.get("snapshot"):
        found.append(_("版本 %(version)d") % {"version": given["snapshot"]})
    if "pledges" in told:
        found.append(ngettext("%(count)d 项", "%(count)d 项", told["pledges"]) % {"count": told["pledges"]})
    if "units" in told:
        found.append(ngettext("%(count)d 个单位", "%(count)d 个单位", told["units"]) % {"count": told["units"]})
    if told.get("unanswered"):
        left = told["unanswered"]
        said = ngettext("%(count)d 项逾期未答复,视为同意", "%(count)d 项逾期未答复,视为同意", left)
        found.append(said % {"count": left})
    return [one for one in found if one]
