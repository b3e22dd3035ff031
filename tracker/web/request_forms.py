"""The forms of requests: asking (a field for each need of the kind), answering a step, deciding."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.models import Outcome, Pledge, Role, Target, Unit
from tracker import words
from tracker.web import signed_page_boxes
from tracker.web.fields import Field, Option
from tracker.web.requests import PageRequest
from workflow import requests, signed_pages
from workflow.models import Request, RequestStep
from workflow.needs import Need
from workflow.requests_table import BY_KIND, RequestKind

WIDGETS = {
    "due_date": "date",
    "until": "date",
    "wanted_by": "date",
    "lead_unit": "select",
    "target": "select",
    "reason": "area",
}
DECIDED = ("words", "document_number", "outcome", "reopen", "due_date")
SAID = ("words", "agrees")
SCAN = signed_page_boxes.NAME


def of_asking(row: RequestKind, pledge: Pledge, typed: Mapping[str, Any], faults: Mapping[str, Any]) -> list[Field]:
    return [_asked(need, pledge, typed, faults) for need in row.needs if _applies(need, pledge)]


def _applies(need: Need, pledge: Pledge) -> bool:
    targets = list(pledge.targets.all())
    if need.name in ("target", "value"):
        return bool(targets)
    return need.name != "value_max" or any(one.comparator == Target.Comparator.RANGE for one in targets)


def _asked(need: Need, pledge: Pledge, typed: Mapping[str, Any], faults: Mapping[str, Any]) -> Field:
    offers = {"lead_unit": _units, "target": _targets}
    return Field(
        name=need.name,
        label=need.label,
        widget=WIDGETS.get(need.name, "text"),
        required=need.required,
        value=typed.get(need.name, ""),
        fault=faults.get(need.name, ""),
        hint=_hint(need, pledge),
        options=offers[need.name](pledge) if need.name in offers else [],
    )


def _hint(need: Need, pledge: Pledge) -> str:
    if need.name == "due_date" and pledge.due_date:
        told = {"day": pledge.due_date.isoformat(), "year": pledge.programme.year}
        return _("现在的时限 %(day)s。延到 %(year)d 年以后的,由政府主要领导或常务会议决定。") % told
    hints = {
        "value": _("按目标的单位填写,例如目标是 7.5万户 的,填 7.5。降低目标的,由政府主要领导或常务会议决定。"),
        "title": _("只调整工作内容、不调整数值的,写明调整后的工作任务。"),
        "wanted_by": _("请上级答复的日期。"),
        "until": _("最长十二个月。"),
        "person": _("现在的责任人:%(person)s。") % {"person": pledge.person or "—"},
    }
    return hints.get(need.name, "")


def _units(pledge: Pledge) -> list[Option]:
    """The units that could lead: somebody there can report."""
    below = Unit.objects.below(pledge.programme.government).filter(
        is_active=True, posts__role__in=(Role.COORDINATOR, Role.HEAD), posts__is_active=True
    )
    found = below.exclude(pk=pledge.lead_unit_id).distinct().order_by("position", "pk")
    return [(str(unit.pk), str(unit)) for unit in found]


def _targets(pledge: Pledge) -> list[Option]:
    return [(str(target.pk), words.goal(target)) for target in pledge.targets.all()]


def of_step(
    request: Request, step: RequestStep, actor: Actor, typed: Mapping[str, Any], faults: Mapping[str, Any]
) -> list[Field]:
    """What whoever's turn it is fills in."""
    if step.name != RequestStep.Name.DECISION:
        return _of_answer(step, typed, faults)
    row, needs_document = BY_KIND[request.kind], requests.needs_document(request)
    fields = [
        Field(
            name="words",
            label=_("答复") if row.row is None else _("决定意见"),
            widget="area",
            required=row.row is None,
            hint="" if row.row is None else _("不同意的,请写明理由。"),
        ),
        Field(
            name="document_number",
            label=_("文号"),
            widget="text",
            required=needs_document,
            hint=_("同意时须有批准文件或会议纪要的文号。") if needs_document else "",
        ),
    ]
    if row.is_review:
        fields += [
            Field(name="outcome", label=_("新的结论"), widget="radios", options=_outcomes(request.pledge)),
            Field(name="reopen", label=_("不改结论,重新交办"), widget="flag"),
            Field(name="due_date", label=_("重新交办后的完成时限"), widget="date"),
        ]
    filled = [_filled(one, typed, faults) for one in fields]
    if requests.records_for_leader(actor):
        parts = tuple(_filled(part, typed, faults) for part in signed_page_boxes.fields())
        fault = faults.get(SCAN, "")
        filled.append(Field(name=SCAN, label=_("领导签字页"), widget=SCAN, fault=fault, parts=list(parts)))
    return filled


def _of_answer(step: RequestStep, typed: Mapping[str, Any], faults: Mapping[str, Any]) -> list[Field]:
    is_consultation = step.name == RequestStep.Name.CONSULTATION
    fields = [Field(name="words", label=_("意见"), widget="area", required=not is_consultation)]
    if is_consultation:
        options: list[Option] = [("true", _("同意")), ("false", _("不同意"))]
        fields.insert(0, Field(name="agrees", label=_("是否同意"), widget="radios", required=True, options=options))
    return [_filled(one, typed, faults) for one in fields]


def _outcomes(pledge: Pledge) -> list[Option]:
    return [(value, label) for value, label in Outcome.choices if value != pledge.outcome]


def _filled(one: Field, typed: Mapping[str, Any], faults: Mapping[str, Any]) -> Field:
    return Field(
        name=one.name,
        label=one.label,
        widget=one.widget,
        required=one.required,
        hint=one.hint,
        options=one.options,
        value=typed.get(one.name, ""),
        fault=faults.get(one.name, ""),
    )


def keep_page(request: PageRequest, at: datetime.datetime) -> int | None:
    """The signed page that came with a decision, put on record; None where none came. Call inside the transaction of
    the decision. BadInput with the faults by box."""
    scan = request.FILES.get(f"{SCAN}.scan")
    signer, signed = (request.POST.get(f"{SCAN}.{name}", "") for name in ("signer", "signed_date"))
    if scan is None and not signer and not signed:
        return None
    try:
        page = signed_pages.keep(
            actor=request.actor,
            filename=getattr(scan, "name", None) or "",
            content=scan.read(signed_pages.LARGEST + 1) if scan is not None else b"",
            signer=signer,
            signed_date=_day(signed),
            at=at,
        )
    except BadInput as refusal:
        raise BadInput({f"{SCAN}.{name}": words for name, words in refusal.fields.items()}) from None
    return page.pk


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None
