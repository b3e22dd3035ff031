"""批示: giving one (or recording one from the signed page), reading it, and answering it."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible, Stale, WrongState
from pledges.models import Period, Pledge, Post, Unit
from tracker.web.requests import PageRequest
from tracker.web.sheets import version_in
from workflow import instructions as service
from workflow import permissions, signed_pages
from workflow.models import Instruction, SignedPage

FIELDS = ("kind", "words", "given_date", "post", "due_date", "signer", "signed_date")


def block(kind: str, pk: int, actor: Actor) -> dict[str, Any]:
    """What `tracker/instructions/block.html` shows on the page of a ``pledge``, ``unit`` or ``period``."""
    found = Instruction.objects.visible_to(actor).filter(**{kind: pk})
    return {
        "list": list(found.select_related("leader__unit", "leader__holder", "post__unit", "answered_by")),
        "give_at": reverse("web:instruct", args=[kind, pk]) if permissions.may_instruct(actor) is None else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: PageRequest, kind: str, pk: int) -> HttpResponse:
    """A leader's form; a secretary uploads the signed page with it."""
    subject = service.subject_of(kind, pk, request.actor)
    refusal = permissions.may_instruct(request.actor)
    if refusal is not None:
        raise Forbidden(refusal)
    if request.method != "POST":
        default = service.default_post(subject)
        typed = dict.fromkeys(FIELDS, "") | {
            "given_date": clock.today().isoformat(),
            "post": str(default.pk) if default else "",
        }
        return _form(request, kind, subject, typed)
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        with transaction.atomic():
            page = _keep_page(request, typed)
            given = service.give(
                kind,
                pk,
                actor=request.actor,
                payload={**typed, "signed_page": page.pk if page else None},
                at=clock.now(),
            )
    except BadInput as fault:
        return _form(request, kind, subject, typed, faults=fault.fields, status=422)
    except WrongState as wrong:
        return _form(request, kind, subject, typed, refusal=wrong, status=409)
    messages.success(request, _("批示已记录。"))
    return redirect("web:instruction", pk=given.pk)


def _keep_page(request: PageRequest, typed: Mapping[str, str]) -> SignedPage | None:
    """The signed page, where the person is a secretary or brings one."""
    upload = request.FILES.get("scan")
    if upload is None and not service.is_secretary(request.actor):
        return None
    if upload is not None and (upload.size or 0) > signed_pages.LARGEST:
        raise BadInput({"scan": _("扫描件超过 10 MB,请压缩后再传。")})
    return signed_pages.keep(
        actor=request.actor,
        filename=(upload.name or "") if upload else "",
        content=upload.read() if upload else b"",
        signer=typed["signer"],
        signed_date=_day(typed["signed_date"]),
        at=clock.now(),
    )


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None


def _form(
    request: PageRequest,
    kind: str,
    subject: service.Subject,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Any] | None = None,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {
        "kind": kind,
        "subject": name_of(subject),
        "back": address_of(subject),
        "typed": typed,
        "faults": faults or {},
        "refusal": refusal,
        "kinds": Instruction.Kind.choices,
        "posts": [(str(post.pk), _person(post)) for post in service.posts_for(subject, request.actor)],
        "is_secretary": service.is_secretary(request.actor),
        "leader": request.actor.duty,
    }
    return render(request, "tracker/instructions/form.html", page, status=status)


def _person(post: Post) -> str:
    return f"{post} {post.holder or ''}".strip()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instruction(request: PageRequest, pk: int) -> HttpResponse:
    """One instruction; on POST its answer."""
    if request.method != "POST":
        return _page(request, _visible(pk, request.actor))
    typed = request.POST.get("words", "")
    try:
        service.answer(
            pk,
            actor=request.actor,
            version=version_in(request.POST),
            payload={"words": typed},
            at=clock.now(),
        )
    except BadInput as fault:
        return _page(request, _visible(pk, request.actor), typed=typed, faults=fault.fields, status=422)
    except (Stale, WrongState) as refusal:
        return _page(request, _visible(pk, request.actor), typed=typed, refusal=refusal, status=409)
    messages.success(request, _("办理情况已回复。"))
    return redirect("web:instruction", pk=pk)


def _visible(pk: int, actor: Actor) -> Instruction:
    found: Instruction | None = (
        Instruction.objects.visible_to(actor)
        .select_related(
            "leader__unit", "leader__holder", "post__unit", "post__holder", "recorded_by", "answered_by", "signed_page"
        )
        .select_related("pledge", "unit", "period__programme")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Invisible()
    return found


def _page(
    request: PageRequest,
    found: Instruction,
    *,
    typed: str = "",
    faults: Mapping[str, Any] | None = None,
    refusal: Stale | WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    subject = found.pledge or found.unit or found.period
    sees_subject = found.pledge is None or Pledge.objects.visible_to(request.actor).filter(pk=found.pledge_id).exists()
    may_answer = (
        found.post is not None
        and found.answered_at is None
        and permissions.may_answer_instruction(request.actor, found.post) is None
    )
    page = {
        "instruction": found,
        "subject": name_of(subject),
        "back": address_of(subject) if sees_subject else "",
        "may_answer": may_answer,
        "is_recorded": found.recorded_by is not None and found.signed_page is not None,
        "typed": typed,
        "faults": faults or {},
        "refusal": refusal,
        "changes": refusal.changes if isinstance(refusal, Stale) else [],
    }
    return render(request, "tracker/instructions/page.html", page, status=status)


def name_of(subject: Any) -> str:
    """What the words are about, as a line."""
    if isinstance(subject, Pledge):
        return f"{subject.number} {subject.title}"
    return f"{subject.programme.title} {subject.key}" if isinstance(subject, Period) else str(subject)


def address_of(subject: Any) -> str:
    if isinstance(subject, Pledge):
        return reverse("web:pledge", args=[subject.pk])
    if isinstance(subject, Unit):
        return reverse("web:unit", args=[subject.pk])
    return reverse("web:quarter", args=[subject.programme_id, subject.key])
