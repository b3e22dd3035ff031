"""What was decided about a document's measures, told to whoever is deciding about the same document."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pledges.models import Document, User
from workflow import audit, story
from workflow.models import Event, Stream
from workflow.story_words import OF_MEASURES as ACTS

TOLD = 20  # the newest of them; nobody reads more in a message
LISTED = 3


def latest(document: Document) -> int:
    """The number of the last event in a document's stream; what a page that is shown now has seen."""
    count: int | None = Stream.objects.filter(name=audit.stream_of(document)).values_list("count", flat=True).first()
    return count or 0


def since(document: Document, seen: int, *, but: User | None, titles: Mapping[int, str]) -> list[str]:
    """One sentence for each other person who decided something after the event ``seen``."""
    events = (
        Event.objects.filter(stream__name=audit.stream_of(document), sequence__gt=seen, action__in=ACTS)
        .exclude(user=but)
        .select_related("user", "post__unit", "acting_for__unit", "payload")
        .order_by("-sequence")[:TOLD]
    )
    done: dict[str, list[str]] = {}
    for event in reversed(events):
        title = titles.get(story.payload_of(event).get("measure", 0), "")
        done.setdefault(story.who(event), []).append(f"{ACTS[event.action]}“{_short(title)}”")
    return [_told(who, acts) for who, acts in done.items()]


def _told(who: str, acts: list[str]) -> str:
    listed = "、".join(acts[-LISTED:])
    if len(acts) > LISTED:
        return _("您打开之后,%(who)s处理了 %(count)d 次,最近是:%(listed)s") % {
            "who": who,
            "count": len(acts),
            "listed": listed,
        }
    return _("您打开之后,%(who)s:%(listed)s") % {"who": who, "listed": listed}


def _short(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"
