"""审签: a unit's waiting reports approved as one batch, by its head online or with the page signed on paper."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale
from pledges.models import Pledge, Programme, Report, Unit
from workflow import bulk, permissions, services, signed_pages
from workflow.models import SignedPage
from workflow.table.reporting import REVIEWED
from workflow.transitions import BY_NAME


@dataclass(frozen=True)
class Item:
    """One pledge of the batch: the reports that wait, the newest first, and the one they follow, if any."""

    pledge: Pledge
    reports: list[Report]
    previous: Report | None

    @property
    def report(self) -> Report:
        return self.reports[0]

    @property
    def seen(self) -> int:
        """What the approving person is asked to name: the newest report that waits."""
        return max(report.pk for report in self.reports)


def waiting(unit: Unit, programme: Programme) -> list[Item]:
    """What waits for the approval of a unit's head, by number, in a fixed number of queries."""
    reports = Report.objects.waiting("submitted").filter(
        pledge__programme=programme, pledge__lead_unit=unit, pledge__state__in=REVIEWED
    )
    ids = set(reports.values_list("pk", flat=True))
    pledges = (
        Pledge.objects.filter(Exists(Report.objects.filter(pledge=OuterRef("pk"), pk__in=ids)))
        .with_facts()
        .prefetch_related("programme__periods")
        .order_by("number")
    )
    return [_item(pledge, ids) for pledge in pledges]


def _item(pledge: Pledge, ids: set[int]) -> Item:
    standing: list[Report] = pledge.newest_reports  # type: ignore[attr-defined]
    found = [report for report in standing if report.pk in ids]
    earlier = standing[standing.index(found[0]) + 1 :]
    return Item(pledge, found, next((report for report in earlier if report.pk not in ids), None))


def approve_all(
    programme_id: int,
    *,
    actor: Actor,
    reports: Mapping[int, int],
    at: datetime.datetime,
    signed_page: SignedPage | None = None,
) -> list[Pledge]:
    """Approve what waits on each pledge of ``reports`` (pledge id: newest waiting report that was seen), or nothing.

    By the head; with ``signed_page`` (just put on record by the same person) also by the coordinator. Raises Stale
    naming the pledges on which something has been reported, returned or approved meanwhile.
    """
    return _approve_all(programme_id, actor, reports, at, (lambda: signed_page) if signed_page else None)


def approve_on_paper(
    programme_id: int,
    *,
    actor: Actor,
    reports: Mapping[int, int],
    at: datetime.datetime,
    filename: str,
    content: bytes,
    signer: str,
    signed_date: datetime.date | None,
) -> list[Pledge]:
    """登记线下审签: put the scan on record and approve with it, both or neither."""

    def keep() -> SignedPage:
        return signed_pages.keep(
            actor=actor, filename=filename, content=content, signer=signer, signed_date=signed_date, at=at
        )

    return _approve_all(programme_id, actor, reports, at, keep)


def _approve_all(
    programme_id: int,
    actor: Actor,
    reports: Mapping[int, int],
    at: datetime.datetime,
    page: Callable[[], SignedPage | None] | None,
) -> list[Pledge]:
    transition = BY_NAME["record_approval" if page else "approve"]
    calendar = calendars.current()
    with transaction.atomic():
        programme = Programme.objects.visible_to(actor).filter(pk=programme_id).first()
        if programme is None:
            raise Invisible()
        if not reports:
            raise BadInput({"reports": _("请至少勾选一项。")})
        pledges = bulk.locked(reports, actor)
        if any(pledge.programme_id != programme.pk for pledge in pledges):
            raise Invisible()
        newest = _newest_waiting(pledges)

        def demand(pledge: Pledge) -> Pledge:
            """Who may, then whether it is still what was seen; the gate asks the rest."""
            reason = permissions.first_refusal(transition.who, actor, pledge)
            if reason is not None:
                raise Forbidden(reason)
            if newest.get(pledge.pk) != reports[pledge.pk]:
                raise Stale([_what_changed(pledge, reports[pledge.pk])])
            return pledge

        bulk.all_or_none(pledges, demand)
        signed = page() if page else None
        payload = {"signed_page": signed.pk} if signed else {}
        return bulk.all_or_none(
            pledges,
            lambda pledge: services.perform(
                transition.name,
                pledge_id=pledge.pk,
                actor=actor,
                payload=payload,
                version=pledge.version,  # reports raise no version; what was seen has just been compared
                at=at,
                calendar=calendar,
            ),
        )


def _newest_waiting(pledges: list[Pledge]) -> dict[int, int]:
    """The newest waiting report of each pledge that has one."""
    rows = Report.objects.waiting("submitted").filter(pledge__in=pledges).order_by("pk").values_list("pledge", "pk")
    return dict(rows)


def _what_changed(pledge: Pledge, seen: int) -> str:
    newest = Report.objects.filter(pledge=pledge).select_related("reported_by", "period").order_by("-pk").first()
    if newest is not None and newest.pk > seen:
        told = {"who": newest.reported_by, "period": newest.period.key, "sentence": newest.sentence}
        return str(_("%(who)s 填报了 %(period)s:%(sentence)s") % told)
    return str(_("这份填报已经审签或退回。"))
