"""An erasure in the live roll-ups: a section or a tag that no pledge bears any more names no figure."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.models import Pledge
from tracker import holding
from tracker.models import Rollup, StaleScope
from workflow.erasure_scope import ERASED, Copy, Scope
from workflow.models import Erasure

NAMING = ("section", "tags")


def copies(*, scope: Scope, actor: Actor, **kwargs: Any) -> list[Copy]:
    """`workflow.signals.erasing_copies`: one where a section or a tag goes."""
    bare = {pk for pk, fields in scope.fields_of(Pledge).items() if fields.intersection(NAMING)}
    borne = list(Pledge.objects.filter(pk__in=bare).values_list("programme", *NAMING))
    programmes = {programme for programme, _section, _tags in borne}
    sections = {section for _programme, section, _tags in borne} - {"", ERASED}
    tags = {tag for _programme, _section, own in borne for tag in own} - {ERASED}
    if not sections | tags:
        return []
    return [
        Copy(
            name=_("实时汇总"),
            places=(_("汇总中的章节、标签名称"),),
            erase=partial(_take, programmes, sections, tags),
        )
    ]


def _take(programmes: set[int], sections: set[str], tags: set[str], erasure: Erasure) -> None:
    """Nothing to record: the figures are counted anew from the pledges, which have lost the words already."""
    holding.hold_programmes(programmes)
    for programme in programmes:
        left = list(Pledge.objects.filter(programme=programme).order_by().values_list(*NAMING).distinct())
        gone = sections - {section for section, _tags in left}
        loose = tags - {tag for _section, own in left for tag in own}
        Rollup.objects.filter(Q(section__in=gone) | Q(tag__in=loose), programme=programme).delete()
        stale = StaleScope.objects.filter(programme=programme)
        bearing = [row.pk for row in stale if row.section in gone or loose.intersection(row.tags)]
        stale.filter(pk__in=bearing).delete()
