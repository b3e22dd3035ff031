"""What a pledge goes on from, what goes on from it, and where else the same undertaking was found."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.models import Measure, Pledge, PledgeLink

ORDER = ("continues", "continued_by", "same")


@dataclass(frozen=True)
class Linked:
    """``relation`` is one of `ORDER`; ``pledge`` is None for a measure that became none because it is the same."""

    relation: str
    words: str
    pledge: Pledge | None
    measure: Measure | None = None


def of_pledge(pledge: Pledge, actor: Actor) -> list[Linked]:
    """As far as the actor may know of both sides, the earlier first. One query."""
    seen = Pledge.objects.visible_to(actor)
    measures = Measure.objects.visible_to(actor)
    is_earlier = Q(measure=pledge.measure_id, pledge__in=seen, kind=PledgeLink.Kind.CONTINUES)
    is_later = Q(pledge=pledge, measure__pledge__in=seen, kind=PledgeLink.Kind.CONTINUES)
    is_same = Q(pledge=pledge, measure__in=measures, kind=PledgeLink.Kind.SAME)
    links = (
        PledgeLink.objects.filter((is_earlier if pledge.measure_id else Q(pk=None)) | is_later | is_same)
        .select_related("pledge", "measure__pledge", "measure__document")
        .defer("measure__document__content", "measure__document__text")
    )
    found = [_linked(link, pledge) for link in links]
    return sorted(found, key=lambda one: (ORDER.index(one.relation), one.pledge.number if one.pledge else ""))


def _linked(link: PledgeLink, pledge: Pledge) -> Linked:
    if link.kind == PledgeLink.Kind.SAME:
        words = _("同一事项另见《%(document)s》") % {"document": link.measure.document.title}
        return Linked("same", words, None, link.measure)
    if link.pledge_id == pledge.pk:
        later = link.measure.pledge
        return Linked("continued_by", _("延续为 %(number)s") % {"number": later.number}, later)
    return Linked("continues", _("延续自 %(number)s") % {"number": link.pledge.number}, link.pledge)
