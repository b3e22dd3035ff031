"""Questions asked of the facts, as querysets that chain.

`visible_to` decides who may know that a row exists; everything that people list goes through it.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Length

if TYPE_CHECKING:
    from pledges.actors import Actor
    from pledges.models import Unit, User

# Roles as the models spell them; written out here because the models import this module.
WHOLE_PROGRAMME = ("supervisor", "director", "leader", "auditor")
OWN_UNIT = ("coordinator", "head")
IMPORTING = ("supervisor", "director", "auditor")
INFORMED = (*WHOLE_PROGRAMME, "statistician")  # who sees the published figures
CONSULTED = ("consulting", "approved")  # the states of a programme in which units see their drafts
GOVERNMENTS = ("city", "county")  # the kinds of unit that have programmes of their own
OPEN_STATES = ("assigned", "in_progress", "claimed", "suspended")
REPORTING_STATES = ("in_progress", "claimed")
PUBLISHED = ("targets__indicator__figures", "targets__source_unit")  # what `pledges.published` reads


def shown_as(*lights: str) -> Q:
    """Pledges by the light that counts, `Pledge.shown_light`."""
    return Q(decided_light__in=lights) | Q(decided_light="", light__in=lights)


def shown_for(*reasons: str) -> Q:
    """Pledges by the reason of their light, as long as the light that counts is that of the rules."""
    return Q(decided_light="", light_reason__in=reasons)


def governments_of(actor: Actor) -> list[int]:
    """The ids of the units above and including the actor's own, the topmost first. Units may have a part in the
    programmes of all of them; the whole of a programme is for `own_government` alone."""
    return [int(part) for part in actor.unit.path.split("/") if part] if actor.unit else []


def own_government(actor: Actor) -> Any:
    """As a subquery, the id of the government that the actor serves: the actor's own unit where that is a city or
    county, else the nearest one above. A county's office serves the county, not the city over it."""
    from pledges.models import Unit

    above = Unit.objects.filter(pk__in=governments_of(actor), kind__in=GOVERNMENTS)
    return above.order_by(Length("path").desc()).values("pk")[:1]


def own_government_path(actor: Actor) -> str:
    """The path of `own_government`; that of the unit itself where no government is above it, "" without a unit."""
    from pledges.models import Unit

    if actor.unit is None or actor.unit.kind in GOVERNMENTS:
        return actor.unit.path if actor.unit else ""
    found: str | None = Unit.objects.filter(pk__in=own_government(actor)).values_list("path", flat=True).first()
    return found or actor.unit.path


class UnitQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> UnitQuerySet:
        """Everyone who holds a post sees the units of their own government."""
        if actor.unit is None:
            return self if actor.is_system else self.none()
        return self.filter(path__startswith=f"/{governments_of(actor)[0]}/")

    def below(self, unit: Unit) -> UnitQuerySet:
        """The unit itself and all units under it."""
        return self.filter(path__startswith=unit.path)


class PostQuerySet(models.QuerySet[Any]):
    def held_by(self, user: User, *, today: datetime.date) -> PostQuerySet:
        """Posts whose duties this person has today: held, or done as a deputy."""
        deputising = Q(deputies__user=user, deputies__start_date__lte=today, deputies__end_date__gte=today)
        return self.filter(Q(holder=user) | deputising, is_active=True).distinct()

    def serving(self, government: str) -> PostQuerySet:
        """Posts at and below a government, given by its path, but for those of a government within it: a city's own
        office, and not the counties'."""
        from pledges.models import Unit

        within = Unit.objects.filter(kind__in=GOVERNMENTS, path__startswith=government).exclude(path=government)
        path = models.ExpressionWrapper(OuterRef("unit__path"), output_field=models.CharField())
        theirs = within.annotate(of=path).filter(of__startswith=F("path"))
        return self.filter(~Exists(theirs), unit__path__startswith=government)


class ProgrammeQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> ProgrammeQuerySet:
        if actor.is_system:
            return self
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(government__in=own_government(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            from pledges.models import Pledge

            seen = Pledge.objects.visible_to(actor).filter(programme=OuterRef("pk"))
            return self.filter(Exists(seen), government__in=governments_of(actor))
        return self.none()


class PeriodQuerySet(models.QuerySet[Any]):
    def on(self, day: datetime.date) -> PeriodQuerySet:
        """The period that a day falls into."""
        return self.filter(start_date__lte=day, end_date__gte=day)

    def window_closed_before(self, day: datetime.date) -> PeriodQuerySet:
        return self.filter(closes_date__lt=day)


class DocumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> DocumentQuerySet:
        if actor.is_system:
            return self
        if actor.role not in IMPORTING:
            return self.none()
        return self.filter(programme__government__in=own_government(actor))


class MeasureQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> MeasureQuerySet:
        if actor.is_system:
            return self
        if actor.role not in IMPORTING:
            return self.none()
        return self.filter(document__programme__government__in=own_government(actor))


class PledgeQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> PledgeQuerySet:
        """The whole programme of their own government for the supervision office, leaders and the auditor; for units
        what they lead or support, whose programme it may be.

        A draft is not yet anybody's duty: units see theirs only from the consultation until the programme is issued.
        """
        if actor.is_system:
            return self
        if actor.role in WHOLE_PROGRAMME:
            return self.filter(programme__government__in=own_government(actor))
        if actor.role in OWN_UNIT and actor.unit is not None:
            from pledges.models import Party

            parts = Party.objects.filter(pledge=OuterRef("pk"), unit__path__startswith=actor.unit.path)
            shown = ~Q(state="draft") | Q(programme__state__in=CONSULTED)
            return self.filter(shown, Exists(parts))
        return self.none()

    def top_level(self) -> PledgeQuerySet:
        return self.filter(parent=None)

    def in_force(self) -> PledgeQuerySet:
        return self.exclude(state__in=("draft", "withdrawn"))

    def open(self) -> PledgeQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, today: datetime.date) -> PledgeQuerySet:
        """Open, not claimed, and past the due date in force."""
        return self.filter(state__in=("assigned", "in_progress"), due_date__lt=today)

    def led_by(self, unit: Unit) -> PledgeQuerySet:
        return self.filter(lead_unit=unit)

    def led_below(self, unit: Unit) -> PledgeQuerySet:
        return self.filter(lead_unit__path__startswith=unit.path)

    def attention(self, today: datetime.date) -> PledgeQuerySet:
        """What a supervisor looks at first: red, overdue, unreported or yellow, the worst first."""
        order = models.Case(
            models.When(shown_for("overdue"), then=0),
            models.When(shown_as("red"), then=1),
            models.When(shown_for("unreported"), then=2),
            models.When(shown_as("yellow"), then=3),
            default=4,
            output_field=models.IntegerField(),
        )
        return (
            self.filter(shown_as("red", "yellow") | Q(light_reason="unreported"))
            .annotate(attention_order=order)
            .order_by("attention_order", "due_date", "number")
        )

    def for_list(self) -> PledgeQuerySet:
        """With what a row shows, in a fixed number of queries whatever the number of rows."""
        return self.select_related("programme", "lead_unit", "leader__holder", "leader__unit").prefetch_related(
            "targets", "parties__unit"
        )

    def with_latest_report(self) -> PledgeQuerySet:
        """`for_list` and, as ``newest_reports``, the reports not returned, newest first, with their values; and the
        published figures of targets that an indicator measures."""
        from pledges.models import Report

        newest = Report.objects.standing().select_related("period", "reported_by").prefetch_related("values", "stages")
        reports = Prefetch("reports", queryset=newest, to_attr="newest_reports")
        return self.for_list().prefetch_related(reports, *PUBLISHED)

    def with_facts(self) -> PledgeQuerySet:
        """With everything that `pledges.services.standing_of` reads."""
        return self.with_latest_report().prefetch_related("targets__trajectory", "milestones")


class IndicatorQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> IndicatorQuerySet:
        """The whole list for the office, leaders, the auditor and the statistician; units see on the page of a pledge
        the figure that it uses."""
        if actor.is_system:
            return self
        if actor.role not in INFORMED:
            return self.none()
        return self.filter(government=own_government(actor))


class LightOverrideQuerySet(models.QuerySet[Any]):
    def standing(self) -> LightOverrideQuerySet:
        """Decisions that have not been lifted, of whatever period."""
        return self.filter(withdrawn_at=None)


class ReportQuerySet(models.QuerySet[Any]):
    def standing(self) -> ReportQuerySet:
        """Reports that count: not returned, the newest period's newest revision first."""
        return self.exclude(status="returned").order_by(F("period__start_date").desc(), F("revision").desc())

    def waiting(self, *statuses: str) -> ReportQuerySet:
        """The last revision of each pledge and period, where it stands at one of these steps."""
        later = self.model._default_manager.filter(
            pledge=OuterRef("pledge"), period=OuterRef("period"), revision__gt=OuterRef("revision")
        )
        return self.standing().filter(~Exists(later), status__in=statuses)

    def visible_to(self, actor: Actor) -> ReportQuerySet:
        from pledges.models import Pledge

        return self.filter(pledge__in=Pledge.objects.visible_to(actor))
