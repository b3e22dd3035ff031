"""签字页: what was signed on paper, put on record byte for byte."""

import datetime
import hashlib

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.actors import Actor
from pledges.errors import BadInput, Forbidden, Invisible
from pledges.extraction import secrecy
from pledges.models import Pledge
from pledges.querysets import WHOLE_PROGRAMME, own_government
from workflow.context import day_of
from workflow.models import Instruction, Request, SignedPage

LARGEST = 10 * 1024 * 1024
TOO_LARGE = _("扫描件超过 10 MB,请压缩后再传。")
# How each kind of file begins.
BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def keep(
    *,
    actor: Actor,
    filename: str,
    content: bytes,
    signer: str,
    signed_date: datetime.date | None,
    at: datetime.datetime,
) -> SignedPage:
    """Put a scan on record, to be named by the act that it bears out. BadInput with every fault."""
    if actor.user is None:
        raise Forbidden(_("签字页由人登记。"))
    faults = {}
    media_type = next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), "")
    name = filename.replace("\\", "/").rpartition("/")[2].strip()[:200] or "signed-page"
    if not content:
        faults["scan"] = _("请上传签字页的扫描件。")
    elif len(content) > LARGEST:
        faults["scan"] = TOO_LARGE
    elif not media_type:
        faults["scan"] = _("扫描件请用 PDF、JPG 或 PNG 格式。")
    elif secrecy.marks(name.rpartition(".")[0]):
        faults["scan"] = _("文件名带有密级标志,涉密内容不能进入本平台。")
    if not signer.strip():
        faults["signer"] = _("请填写在纸上签字的人。")
    elif len(signer.strip()) > 60:
        faults["signer"] = _("签字人最多 60 字。")
    elif "\x00" in signer or secrecy.marks(signer):
        faults["signer"] = _("签字人只写姓名,请重新输入。")
    if signed_date is None:
        faults["signed_date"] = _("请填写签字日期。")
    elif signed_date > day_of(at):
        faults["signed_date"] = _("签字日期不能晚于今天。")
    if faults or signed_date is None:
        raise BadInput(faults)
    return SignedPage.objects.create(
        filename=name,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        signer=signer.strip(),
        signed_date=signed_date,
        recorded_by=actor.user,
        post=actor.duty,
        recorded_at=at,
    )


def visible_to(actor: Actor) -> QuerySet[SignedPage]:
    """The pages that the actor recorded, or that bear out what the actor sees; without their content."""
    if not actor.duty:
        return SignedPage.objects.none()
    about = (
        Q(recorded_by=actor.user)
        | Q(report_reviews__report__pledge__in=Pledge.objects.visible_to(actor))
        | Q(requests__in=Request.objects.visible_to(actor))
        | Q(instructions__in=Instruction.objects.visible_to(actor))
    )
    if actor.role in WHOLE_PROGRAMME:
        about |= Q(reopened__programme__government__in=own_government(actor))
    return SignedPage.objects.filter(pk__in=SignedPage.objects.filter(about).values("pk")).defer("content")


def visible(pk: int, actor: Actor) -> SignedPage:
    """One of them, with its content. Invisible otherwise."""
    found = visible_to(actor).defer(None).filter(pk=pk).first()
    if found is None:
        raise Invisible()
    return found
