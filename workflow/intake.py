"""From a file to a document with the measures read in it; what becomes of them is `workflow.measure_decisions`.

The same manners as the gate: one transaction, lock, permission, input, facts, event.
"""

import datetime
import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pledges import calendars, services
from pledges.actors import Actor
from pledges.errors import BadInput
from pledges.extraction import division, secrecy
from pledges.extraction import measures as extraction
from pledges.extraction.reading import Reading, UnreadableDocument, read_document
from pledges.models import Document, Programme, Unit
from pledges.querysets import own_government
from workflow import audit
from workflow import measure_manners as manners

LONGEST_TITLE = 200


def import_document(
    *, actor: Actor, filename: str, content: bytes, plan_year: int, title: str, kind: str | None, at: datetime.datetime
) -> Document:
    """Read a document, find its measures and keep both; makes the year's programme when there is none.

    A task-division table gives its rows, unless ``kind`` says that the document is something else; any other document
    is read clause by clause.

    Raises Forbidden, or BadInput naming the field (``file`` and those of `faults_of`); then nothing is stored.
    """
    manners.demand_importer(actor)
    faults = faults_of(plan_year=plan_year, title=title, kind=kind)
    if faults:
        raise BadInput(faults)
    try:
        reading = read_document(content, filename)
    except UnreadableDocument as refusal:
        raise BadInput({"file": UNREADABLE.get(refusal.code, str(refusal))}) from refusal
    _demand_no_mark(reading, filename, title)
    columns = division.guesses(reading)
    if kind in (None, Document.Kind.ASSIGNMENT) and any(one.is_division for one in columns):
        found = division.extract(reading, columns, plan_year)
    else:
        columns = tuple(one.unread() for one in columns)
        found = extraction.extract(reading.text, plan_year, kind)
    with transaction.atomic():
        programme = programme_for(actor, plan_year)
        digest = hashlib.sha256(content).hexdigest()
        if Document.objects.filter(programme=programme, sha256=digest).exists():
            raise BadInput({"file": _("这份文件已经导入过,请在“文件”中打开它。")})
        document = services.store_document(
            programme=programme,
            title=(title.strip() or filename)[:LONGEST_TITLE],
            filename=filename[:200],
            content=content,
            text=reading.text,
            extraction=found,
            columns=columns,
            user=actor.user,
            at=at,
        )
        manners.open_review(document, actor, at)
        audit.append(
            stream=audit.stream_of(document),
            action="import",
            actor=actor,
            at=at,
            payload={"title": document.title, "sha256": digest, "measures": len(found.measures)},
        )
    return document


def faults_of(*, plan_year: int | None, title: str, kind: str | None) -> dict[str, Any]:
    """What is wrong with all that is said about a document, by field; asked before the file itself is read."""
    faults: dict[str, Any] = {}
    if plan_year is None or not 1990 <= plan_year <= 2200:
        faults["plan_year"] = _("请填写四位数的计划年度,例如 2020。")
    if len(title.strip()) > LONGEST_TITLE:
        faults["title"] = _("标题最多 %(longest)d 字。") % {"longest": LONGEST_TITLE}
    if kind is not None and kind not in Document.Kind.values:
        faults["kind"] = _("请从列表中选择。")
    return faults


# The reader's refusals, by their codes, in the user's language.
UNREADABLE: dict[str, Any] = {
    "too_large": _("文件超过 20 MB,请拆分后再导入。"),
    "empty": _("文件里没有文字,请检查后重新选择。"),
    "format": _("不支持这种格式,请另存为 DOCX、XLSX、PDF 或纯文本(.txt)后再导入。"),
    "encrypted": _("文件有密码,请去掉密码后再导入。"),
    "broken": _("文件已损坏,无法打开,请用办公软件打开并重新保存后再导入。"),
    "not_docx": _("文件是压缩包,不是办公文件,请解压后导入其中的文件。"),
    "bomb": _("文件解压后异常庞大或结构异常,不予读取;请用办公软件打开并另存后再导入。"),
    "too_heavy": _("文件过于庞大或结构异常,在限定的时间和内存内读不完,请拆分或另存后再导入。"),
    "too_long": _("文件的文字、表格或页数超出上限(500 万字、20 万格、PDF 800 页),请拆分后再导入。"),
    "no_text": _("PDF 是扫描图片或没有可取出的文字,请先做文字识别(OCR)后再导入。"),
    "no_chinese": _("文件里没有中文,请检查是不是选错了文件。"),
    "not_text": _("文件不是可识别的中文文本,请另存为 UTF-8 编码的纯文本(.txt)后再导入。"),
    "binary": _("文件不是文本,请另存为纯文本(.txt)后再导入。"),
}


def _demand_no_mark(reading: Reading, filename: str, title: str) -> None:
    """BadInput when the document, its name or its title bears a classification mark. Nothing of it is kept."""
    for words in (reading.text, reading.beside, filename.rpartition(".")[0], title):
        for mark in secrecy.marks(words):
            said = " ".join(mark.quote.split())
            raise BadInput(
                {
                    "file": _("文件疑似标有密级“%(mark)s”。涉密文件和内部文件不得录入本系统,没有保存任何内容。")
                    % {"mark": said}
                }
            )


def programme_for(actor: Actor, plan_year: int) -> Programme:
    """The year's programme of the actor's government; made, with its periods, when a first document arrives."""
    # The lock makes two imports of one file, or of a year's first documents, queue instead of colliding.
    government = Unit.objects.select_for_update().get(pk__in=own_government(actor))
    existing: Programme | None = Programme.objects.filter(government=government, year=plan_year).first()
    if existing is not None:
        return existing
    for year in (plan_year - 1, plan_year, plan_year + 1):
        calendars.ensure_year(year)
    return services.create_programme(government=government, year=plan_year, calendar=calendars.current())
