"""批示: a leader's words on an item, a unit or a period. 阅知 is for reading; 请办 becomes a post's task.

A leader gives them; who does a leader's duties as a deputy is the secretary and records them with the signed page
(代录): the instruction names the leader's post, the record both people.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges import calendars
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Period, Pledge, Post, Programme, Role, State, Unit
from pledges.querysets import PostQuerySet, own_government_path
from workflow import assignees, audit, needs, permissions, story
from workflow.context import Context
from workflow.models import Instruction, Task
from workflow.needs import Need, Unreadable, read_all

Subject = Pledge | Unit | Period
Kind = Instruction.Kind
OFFICE = (Role.DIRECTOR, Role.SUPERVISOR)
GIVEN = (
    Need("kind", _("类别"), needs.choice(Kind), required=True),
    Need("words", _("批示内容"), needs.text(1000), required=True),
    Need("given_date", _("批示日期"), needs.past_day, required=True),
    Need("due_date", _("办理期限"), needs.day),
    Need("signed_page", _("签字页"), needs.signed_page),
)
ANSWERED = (Need("words", _("办理情况"), needs.text(1000), required=True),)


def subject_of(kind: str, pk: int, actor: Actor) -> Subject:
    """What is to be instructed about, as far as the actor sees it: ``pledge``, ``unit`` or ``period``. Or Invisible."""
    found: Subject | None = None
    if kind == "pledge":
        found = (
            Pledge.objects.visible_to(actor).select_related("programme__government", "lead_unit").filter(pk=pk).first()
        )
    elif kind == "unit":
        found = Unit.objects.visible_to(actor).filter(path__startswith=own_government_path(actor), pk=pk).first()
    elif kind == "period":
        seen = Programme.objects.visible_to(actor)
        found = Period.objects.filter(programme__in=seen).select_related("programme__government").filter(pk=pk).first()
    if found is None:
        raise Invisible()
    return found


def posts_for(subject: Subject, actor: Actor) -> PostQuerySet:
    """Who may be asked to act: the government's own office, heads and coordinators of the units concerned."""
    government = own_government_path(actor)
    offices = Post.objects.serving(government).filter(role__in=OFFICE)
    of_units = Q(role__in=(Role.HEAD, Role.COORDINATOR))
    if isinstance(subject, Pledge):
        of_units &= Q(unit__in=Unit.objects.filter(pk__in=subject.parties.values("unit")))
    elif isinstance(subject, Unit):
        of_units &= Q(unit=subject)
    else:
        of_units &= Q(role=Role.HEAD)
    found: PostQuerySet = (
        Post.objects.filter(of_units | Q(pk__in=offices), unit__path__startswith=government, is_active=True)
        .select_related("unit", "holder")
        .order_by("unit__position", "unit", "-role", "pk")
    )
    return found


def default_post(subject: Subject) -> Post | None:
    """Who acts unless somebody else is named: the lead unit's head, the unit's head, or the director."""
    try:
        if isinstance(subject, Pledge):
            return assignees.head(subject) if subject.lead_unit is not None else assignees.director(subject)
        if isinstance(subject, Unit):
            return assignees.head_of(subject)
        return assignees.director_of(subject.programme)
    except BadInput:  # nobody holds such a post yet
        return None


def give(kind: str, pk: int, *, actor: Actor, payload: Mapping[str, Any], at: datetime.datetime) -> Instruction:
    """Put a leader's words on record, on the ``pledge``, ``unit`` or ``period`` of that id.

    ``payload``: ``{"kind": note | action, "words", "given_date", "post", "due_date", "signed_page"}``; the last three
    as the kind and the actor demand. Raises Invisible, Forbidden, WrongState or BadInput, having changed nothing.
    """
    with transaction.atomic():
        subject = subject_of(kind, pk, actor)
        refusal = permissions.may_instruct(actor)
        if refusal is not None or actor.duty is None:
            raise Forbidden(refusal)
        if isinstance(subject, Pledge):
            subject = _locked(subject)
        data = _read(payload, subject, actor, at)
        page = data["signed_page"]
        instruction = Instruction.objects.create(
            **{kind: subject},
            leader=actor.duty,
            kind=data["kind"],
            words=data["words"],
            given_date=data["given_date"],
            post=data["post"],
            due_date=data["due_date"],
            recorded_by=actor.user,
            recorded_at=at,
            signed_page=page,
        )
        if instruction.post is not None and instruction.due_date is not None:
            Task.objects.create(
                kind=Task.Kind.ACT_ON_INSTRUCTION,
                instruction=instruction,
                pledge=subject if isinstance(subject, Pledge) else None,
                post=instruction.post,
                due_date=instruction.due_date,
                opened_at=at,
            )
        _record("give_instruction", instruction, actor, at, **{**data, "signed_page": page.pk if page else None})
    return instruction


def answer(
    instruction_id: int, *, actor: Actor, version: int | None, payload: Mapping[str, Any], at: datetime.datetime
) -> Instruction:
    """Say what was done: ``{"words"}``. Closes the task."""
    with transaction.atomic():
        instruction: Instruction | None = (
            Instruction.objects.visible_to(actor)
            .select_for_update(of=("self",))
            .select_related("post__unit", "leader", "pledge", "unit", "period__programme")
            .filter(pk=instruction_id)
            .first()
        )
        if instruction is None:
            raise Invisible()
        _demand_answerable(instruction, actor, version)
        context = Context(actor=actor, pledge=Pledge(), at=at, calendar=calendars.current())
        instruction.answer = read_all(ANSWERED, payload, context)["words"]
        instruction.answered_by, instruction.answered_at = actor.user, at
        instruction.version += 1
        instruction.save()
        Task.objects.open().filter(instruction=instruction).update(closed_at=at)
        _record("answer_instruction", instruction, actor, at, words=instruction.answer)
    return instruction


def _locked(pledge: Pledge) -> Pledge:
    locked: Pledge = (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("programme__government", "lead_unit")
        .get(pk=pledge.pk)
    )
    if locked.state == State.DRAFT:
        raise WrongState(_("事项还没有交办,请交办以后再批示。"))
    return locked


def _read(payload: Mapping[str, Any], subject: Subject, actor: Actor, at: datetime.datetime) -> dict[str, Any]:
    """What was given, with the post to act for 请办 alone."""
    context = Context(actor=actor, pledge=Pledge(), at=at, calendar=calendars.current())
    faults: dict[str, Any] = {}
    data: dict[str, Any] = {}
    try:
        data = read_all(GIVEN, payload, context)
    except BadInput as refusal:
        faults |= refusal.fields
    post = None
    try:
        post = _post(payload.get("post"), subject, actor) if payload.get("kind") == Kind.ACTION else None
    except Unreadable as refusal:
        faults["post"] = refusal.fields[""]
    if data:
        faults |= _faults_of(data, actor)
    if faults:
        raise BadInput(faults)
    return {**data, "post": post}


def _faults_of(data: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if data["kind"] == Kind.NOTE and data["due_date"] is not None:
        faults["due_date"] = _("阅知不设期限;需要办理的,类别请选“请办”。")
    elif data["kind"] == Kind.ACTION and data["due_date"] is None:
        faults["due_date"] = _("请办的批示请填写办理期限。")
    elif data["due_date"] is not None and data["due_date"] < data["given_date"]:
        faults["due_date"] = _("办理期限不能早于批示日期。")
    if is_secretary(actor) and data["signed_page"] is None:
        faults["signed_page"] = _("代录批示请上传领导签字页,并填写签字人和日期。")
    return faults


def is_secretary(actor: Actor) -> bool:
    """Whether the actor records a leader's words instead of giving their own."""
    return actor.acting_for is not None and actor.acting_for.role == Role.LEADER


def _post(raw: Any, subject: Subject, actor: Actor) -> Post:
    if raw in (None, ""):
        found = default_post(subject)
        if found is None:
            raise Unreadable(_("请选择由谁承办。"))
        return found
    wanted = str(raw)
    is_id = not isinstance(raw, bool) and isinstance(raw, int | str) and wanted.isdecimal() and len(wanted) < 19
    post: Post | None = posts_for(subject, actor).filter(pk=int(wanted)).first() if is_id else None
    if post is None:
        raise Unreadable(_("不能由这个岗位承办,请从列表中选择。"))
    return post


def _demand_answerable(instruction: Instruction, actor: Actor, version: int | None) -> None:
    if instruction.post is None:
        raise Forbidden(_("阅知的批示不需要回复。"))
    refusal = permissions.may_answer_instruction(actor, instruction.post)
    if refusal is not None:
        raise Forbidden(refusal)
    if version is None:
        raise BadInput({"version": _("请求没有带上版本号,请刷新页面后重试。")})
    if version != instruction.version:
        said = {"who": instruction.answered_by or "", "words": instruction.answer}
        raise Stale([_("%(who)s 已回复:%(words)s") % said])
    if instruction.answered_at is not None:
        raise WrongState(_("这件批示已经回复。"))


def _record(action: str, instruction: Instruction, actor: Actor, at: datetime.datetime, **given: Any) -> None:
    """On the stream of what the words are about: the item, the unit, or the period's programme."""
    if instruction.pledge is not None:
        stream = audit.stream_of(instruction.pledge)
    elif instruction.unit is not None:
        stream = audit.stream_of(instruction.unit)
    else:
        stream = audit.stream_of(instruction.period.programme)  # type: ignore[union-attr]
    recorded = story.recorded({"instruction": instruction, "leader": instruction.leader, **given})
    audit.append(
        stream=stream,
        action=action,
        actor=actor,
        at=at,
        payload={
            "input": {name: value for name, value in recorded.items() if value is not None},
            "version": instruction.pledge.version if instruction.pledge is not None else 0,
        },
    )
