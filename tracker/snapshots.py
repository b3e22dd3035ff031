"""Frozen periods: the snapshot that closing takes, and how it is read.

Whether it is still what was closed says `tracker.snapshot_checks`.

`close` is the one way: the figures are frozen in the transaction that closes the period, and the event on the
programme's stream holds their digest. A snapshot is canonical JSON in the language of the record:

    programme, period, version    what was closed
    pledges     every pledge but drafts: targets, values, light, the sentence printed, and the ledger's row; beside a
                light set by decision that of the rules, and the decision
    rollups     the figures by unit, unit and below, section, leader, tag, and of the programme

Freezing uses the newest approved report of the period or an earlier one, and judges on the first day after the
window, so that it does not matter on which day the director closes.
"""

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import add
from typing import Any, cast

from django.db.models import F, Prefetch
from django.db.models.functions import Length
from django.utils import translation

from pledges import calendars, completion, overrides, published, sentences, standing
from pledges.actors import Actor
from pledges.models import LightOverride, Period, Pledge, Report, State, Target
from pledges.querysets import OPEN_STATES
from pledges.standing import judged_on
from tracker import counting
from tracker.exports import rows
from tracker.models import FIGURES, Rollup, Snapshot
from workflow import audit, period_closing

FORMAT = 1
RECORD_LANGUAGE = "zh-hans"
LIT = (State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED)
NEWEST_FIRST = (F("period__start_date").desc(), F("revision").desc())
Scope = Rollup.Scope


def close(period_id: int, *, actor: Actor, at: datetime.datetime) -> Snapshot:
    """Close a period and freeze its figures, in one transaction; see `workflow.period_closing.close`."""
    made: list[Snapshot] = []

    def freeze(period: Period, by: Actor, moment: datetime.datetime) -> str:
        text = audit.canonical(content_of(period))
        digest = digest_of(text)
        made.append(
            Snapshot.objects.create(
                period=period, version=period.version, text=text, digest=digest, taken_at=moment, taken_by=by.user
            )
        )
        return digest

    period_closing.close(period_id, actor=actor, at=at, freeze=freeze)
    return made[0]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# What is frozen


def frozen_pledges(period: Period, pledges: Any) -> Iterator[Pledge]:
    """Pledges standing as the period's figures have them: ``newest_reports`` are the approved ones up to the period,
    and the fields of the standing say what follows from them; ``override`` is what was decided for the period. Unsaved,
    not to be saved."""
    approved = (
        Report.objects.filter(
            status__in=standing.APPROVED,
            period__programme=period.programme_id,
            period__start_date__lte=period.start_date,
        )
        .select_related("period", "reported_by")
        .prefetch_related("values__target", "stages")
        .order_by(*NEWEST_FIRST)
    )
    calendar, decided = calendars.current(), overrides.of_period(period)
    found = (
        pledges.filter(programme=period.programme_id)
        .exclude(state=State.DRAFT)
        .for_list()
        .prefetch_related(Prefetch("reports", queryset=approved, to_attr="newest_reports"))
        .prefetch_related("targets__trajectory", "milestones", "programme__periods")
        .prefetch_related("targets__indicator__figures", "targets__source_unit")
        .order_by(Length("number"), "number", "pk")
    )
    for pledge in found.iterator(chunk_size=500):
        _stand(pledge, standing.frozen_standing(pledge, period, calendar=calendar), decided.get(pledge.pk))
        yield pledge


def _stand(pledge: Pledge, found: completion.Standing, override: LightOverride | None) -> None:
    pledge.override = override  # type: ignore[attr-defined]
    pledge.decided_light = overrides.decided_light(pledge, override)
    pledge.light, pledge.light_reason = str(found.light or ""), str(found.reason or "")
    pledge.progress_bp, pledge.plan_bp = found.progress_bp, found.plan_bp
    pledge.pace, pledge.data_date, pledge.missed = str(found.pace or ""), found.data_date, found.missed


def content_of(period: Period) -> dict[str, Any]:
    """Everything that a snapshot holds, as plain values."""
    programme = period.programme
    with translation.override(RECORD_LANGUAGE):
        told, counted = [], _Counted(period)
        for pledge in frozen_pledges(period, Pledge.objects.all()):
            told.append(_told(pledge, period))
            counted.add(pledge)
        return {
            "format": FORMAT,
            "version": period.version,
            "rules_version": completion.RULES_VERSION,
            "programme": {
                "id": programme.pk,
                "year": programme.year,
                "title": programme.title,
                "government": programme.government.name,
                "document_number": programme.document_number,
            },
            "period": {
                "id": period.pk,
                "key": period.key,
                "start_date": period.start_date,
                "end_date": period.end_date,
                "opens_date": period.opens_date,
                "closes_date": period.closes_date,
                "judged_on": judged_on(period),
            },
            "pledges": told,
            "rollups": counted.told(),
        }


def _told(pledge: Pledge, period: Period) -> dict[str, Any]:
    report: Report | None = pledge.newest_reports[0] if pledge.newest_reports else None  # type: ignore[attr-defined]
    values = {value.target_id: value.value for value in report.values.all()} if report else {}
    override: LightOverride | None = pledge.override  # type: ignore[attr-defined]
    row = rows.row_of(pledge, period, judged_on(period), override)
    return {
        "id": pledge.pk,
        "parent": pledge.parent_id,
        "number": pledge.number,
        "title": pledge.title,
        "section": pledge.section,
        "unit": {"id": pledge.lead_unit_id, "name": str(pledge.lead_unit or "")},
        "leader": {"id": pledge.leader_id, "name": str(pledge.leader or "")},
        "tags": pledge.tags,
        "form": pledge.form,
        "firmness": pledge.firmness,
        "state": pledge.state,
        "outcome": pledge.outcome,
        "due_date": pledge.due_date,
        "original_due_date": pledge.original_due_date,
        "is_late": pledge.is_late,
        "was_red": pledge.was_red,
        "targets": [
            {
                "id": target.pk,
                "name": target.name,
                "comparator": target.comparator,
                "quantity_kind": target.quantity_kind,
                "value": target.value,
                "value_max": target.value_max,
                "baseline": target.baseline,
                "unit": target.unit,
                "scale": target.scale,
                "reported": values.get(target.pk),
                "published": known.number if known else None,
            }
            for target, known in ((one, _published(one, pledge, period)) for one in pledge.targets.all())
        ],
        "report": {
            "period": report.period.key,
            "revision": report.revision,
            "status": report.status,
            "late": report.late,
            "data_date": report.data_date,
            "sentence": report.sentence,
        }
        if report
        else None,
        "light": pledge.shown_light,
        "rule_light": pledge.light,
        "reason": pledge.light_reason,
        "override": _decided(override) if override and pledge.decided_light else None,
        "why": sentences.of(pledge, today=judged_on(period)),
        "progress_bp": pledge.progress_bp,
        "plan_bp": pledge.plan_bp,
        "pace": pledge.pace,
        "missed": pledge.missed,
        "in_ledger": pledge.parent_id is None and pledge.state != State.WITHDRAWN,
        "row": row.texts,
    }


def _decided(override: LightOverride) -> dict[str, Any]:
    return {
        "light": override.light,
        "reason": override.reason,
        "basis": override.basis,
        "by": override.decided_by.name,
        "post": str(override.post),
        "at": override.decided_at,
        "rule_light": override.rule_light,
        "rule_reason": override.rule_reason,
        "rules_version": override.rules_version,
    }


def _published(target: Target, pledge: Pledge, period: Period) -> Any:
    """What an indicator had published by then; it stands before what the unit reported."""
    return published.of_target(
        target, year=pledge.programme.year, due=pledge.due_date, today=judged_on(period), until=period.end_date
    )


class _Counted:
    """Roll-ups of every dimension from pledges as they are frozen; the rules are those of `counting.COUNTED`."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.cells: dict[counting.Key, counting.Figures] = defaultdict(lambda: counting.ZEROS)
        self.names: dict[int, str] = {}
        self.leaders: dict[int, str] = {}

    def add(self, pledge: Pledge) -> None:
        if pledge.parent_id is not None or pledge.state == State.WITHDRAWN or pledge.lead_unit_id is None:
            return
        programme, unit, figures = pledge.programme_id, pledge.lead_unit_id, figures_of(pledge)
        self.names[unit], self.leaders[pledge.leader_id or 0] = str(pledge.lead_unit), str(pledge.leader or "")
        cell = counting.Key(programme, Scope.CELL, unit, pledge.section, pledge.leader_id or 0)
        for key in (cell, *(counting.Key(programme, Scope.TAG, unit, tag=tag) for tag in set(pledge.tags))):
            self.cells[key] = tuple(map(add, self.cells[key], figures))

    def told(self) -> list[dict[str, Any]]:
        sums = counting.sums_of(self.cells)
        units = counting.names_of({key.unit_id for key in sums} - set(self.names)) | self.names
        return [
            {
                "scope": str(key.scope),
                "unit": {"id": key.unit_id, "name": units.get(key.unit_id, "")} if key.unit_id else None,
                "section": key.section,
                "leader": {"id": key.leader_id, "name": self.leaders[key.leader_id]} if key.leader_id else None,
                "tag": key.tag,
                **dict(zip(FIGURES, figures, strict=True)),
            }
            for key, figures in sorted(sums.items())
            if key.scope != Scope.CELL
        ]


def figures_of(pledge: Pledge) -> counting.Figures:
    """What one pledge in force adds to each figure, in the order of `FIGURES`."""
    reports: list[Report] = pledge.newest_reports  # type: ignore[attr-defined]
    lit = pledge.state in LIT
    due, first = pledge.due_date, pledge.original_due_date
    counted = {
        "in_force": True,
        "open_count": pledge.state in OPEN_STATES,
        "claimed": pledge.state == State.CLAIMED,
        "met": pledge.outcome == "met",
        "met_with_change": pledge.outcome == "met_with_change",
        "not_met": pledge.outcome == "not_met",
        "late": pledge.is_late,
        "overdue": lit and pledge.light_reason == "overdue",
        **{light: lit and pledge.shown_light == light for light in ("red", "yellow", "green", "grey")},
        "unreported": lit and pledge.light_reason == "unreported",
        "with_pace": bool(pledge.pace and reports),
        "on_pace": bool(pledge.pace in ("on", "ahead") and reports),
        "was_red": pledge.was_red > 0,
        "reported": bool(reports),
        "on_time": bool(reports)
        and pledge.missed == 0
        and not any(report.late and report.revision == 1 for report in reports),
        "extended": bool(due and first and due > first),
    }
    return tuple(int(counted[name]) for name in FIGURES)


# Reading


@dataclass(frozen=True)
class Frozen:
    """A snapshot as pages and exports read it."""

    snapshot: Snapshot
    content: Mapping[str, Any]

    @property
    def pledges(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.content["pledges"])

    def rollup(self, scope: str, *, unit: int | None = None) -> Rollup:
        """The figures of the programme, or of a unit; all zeros where there were none. Unsaved."""
        for told in self.content["rollups"]:
            if told["scope"] == scope and (told["unit"] or {}).get("id") == unit:
                return self._rollup(told)
        return Rollup(programme_id=self.content["programme"]["id"], scope=scope)

    def rollups(self, *scopes: str) -> list[tuple[dict[str, Any], Rollup]]:
        return [(told, self._rollup(told)) for told in self.content["rollups"] if told["scope"] in scopes]

    def _rollup(self, told: Mapping[str, Any]) -> Rollup:
        return Rollup(
            programme_id=self.content["programme"]["id"],
            scope=told["scope"],
            **{name: told.get(name, 0) for name in FIGURES},
        )


def of(period: Period) -> Frozen | None:
    """The newest snapshot of a period, as long as it is closed. A reopened one is live again."""
    if period.state != "closed":
        return None
    found = period.snapshots.order_by("-version").first()
    return Frozen(found, json.loads(found.text)) if found else None


def before(period: Period) -> Frozen | None:
    """The frozen figures of the closed period before this one."""
    earlier = Period.objects.filter(
        programme=period.programme_id, start_date__lt=period.start_date, state="closed"
    ).order_by("-start_date")
    last = earlier.first()
    return of(last) if last else None
