"""Questions asked of the process, as querysets that chain."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pledges.querysets import OWN_UNIT, WHOLE_PROGRAMME, own_government, own_government_path

if TYPE_CHECKING:
    from pledges.actors import Actor


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> TaskQuerySet:
        """A person's desk is the tasks of the post they act from."""
        return self.filter(post=actor.duty) if actor.duty else self.none()

    def open(self) -> TaskQuerySet:
        return self.filter(closed_at__isnull=True)

    def overdue(self, today: datetime.date) -> TaskQuerySet:
        return self.open().filter(due_date__lt=today)

    def reminding_nobody(self, today: datetime.date) -> TaskQuerySet:
        """Tasks of a post that nobody active holds or does as a deputy today."""
        from pledges.models import Post

        deputised = Q(deputies__start_date__lte=today, deputies__end_date__gte=today, deputies__user__is_active=True)
        heard = Post.objects.filter(Q(holder__is_active=True) | deputised, is_active=True)
        return self.exclude(post__in=heard)

    def for_list(self) -> TaskQuerySet:
        return self.select_related(
            "post__unit",
            "period__programme",
            "document__programme",
            "programme",
            "request",
            "sheet__unit",
            "instruction__leader",
            "pledge__programme",
            "pledge__lead_unit",
        ).prefetch_related("pledge__targets")


class _AboutPledges(models.QuerySet[Any]):
    """Rows that whoever sees their pledge may see."""

    def visible_to(self, actor: Actor) -> Any:
        from pledges.models import Pledge

        return self.filter(pledge__in=Pledge.objects.visible_to(actor))


class RequestQuerySet(_AboutPledges):
    def visible_to(self, actor: Actor) -> RequestQuerySet:
        """Who sees the pledge, and whoever was asked at one of the steps: a unit that is to take a pledge over."""
        from pledges.models import Pledge
        from workflow.models import RequestStep

        on_pledges = Q(pledge__in=Pledge.objects.visible_to(actor))
        if actor.duty is None:
            return self.filter(on_pledges)
        asked = RequestStep.objects.filter(request=OuterRef("pk"), post=actor.duty)
        return self.filter(on_pledges | Exists(asked))

    def open(self) -> RequestQuerySet:
        return self.filter(status="open")


class InstructionQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> InstructionQuerySet:
        """On a pledge: who sees the pledge. On a unit or a period: the office, leaders, the auditor and the unit."""
        from pledges.models import Pledge

        if actor.is_system:
            return self
        on_pledges = Q(pledge__in=Pledge.objects.visible_to(actor))
        if actor.role in WHOLE_PROGRAMME:
            on_units = Q(unit__path__startswith=own_government_path(actor))
            return self.filter(on_pledges | on_units | Q(period__programme__government__in=own_government(actor)))
        if actor.role in OWN_UNIT and actor.unit is not None:
            own = Q(unit__path__startswith=actor.unit.path) | Q(post__unit__path__startswith=actor.unit.path)
            return self.filter(on_pledges | own)
        return self.none()


class SheetQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SheetQuerySet:
        """The whole programme for the office, leaders and the auditor; for a unit what was issued to it or below."""
        if actor.is_system:
            return self
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(programme__government__in=own_government(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            return self.filter(unit__path__startswith=actor.unit.path).exclude(status__in=("proposed", "dropped"))
        return self.none()

    def issued(self) -> SheetQuerySet:
        return self.exclude(status__in=("proposed", "dropped"))
