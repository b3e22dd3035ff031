"""Questions asked of the process, as querysets that chain."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

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

    def for_list(self) -> TaskQuerySet:
        return self.select_related(
            "post__unit", "period", "document__programme", "pledge__programme", "pledge__lead_unit"
        ).prefetch_related("pledge__targets")


class ReminderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> ReminderQuerySet:
        """Claimed, and neither sent nor dropped."""
        return self.filter(digest__isnull=True, dropped_at__isnull=True)


class DigestQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> DigestQuerySet:
        return self.filter(recipient=actor.user) if actor.user else self.none()

    def unread(self) -> DigestQuerySet:
        return self.filter(Q(read_at__isnull=True))
