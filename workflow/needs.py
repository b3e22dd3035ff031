"""What an action needs to be told, and how each answer is read.

A reader turns what was typed (text from a form, JSON from the API) into a value or raises `Unreadable` with a sentence
that says what to do. The gate collects all of them, so a person sees every fault at once.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from pledges.errors import BadInput
from pledges.extraction import secrecy
from pledges.models import Period, Post, Role, Target, Unit
from workflow.context import Context
from workflow.models import SignedPage

Reader = Callable[[Any, Context], Any]
LARGEST = Decimal(10) ** 16
SMALLEST_STEP = Decimal("0.0001")
LONGEST_NUMBER = 40
LONGEST_ID = 18
CUMULATIVE = (Target.QuantityKind.AMOUNT, Target.QuantityKind.REDUCTION)


class Unreadable(ValueError):
    """``fields`` maps sub-fields (such as ``values.12``) to sentences; ``""`` is the field itself."""

    def __init__(self, message: Any = "", fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {"": message})


@dataclass(frozen=True)
class Need:
    """One field: its name in forms and the API, its label, its reader, and whether it may be left out.

    ``always``: the reader is asked even when nothing was given (None or an empty value), because what that means
    depends on the pledge; what it returns stands as it is.
    """

    name: str
    label: Any
    read: Reader
    required: bool = False
    always: bool = False


def read_all(needs: tuple[Need, ...], given: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Every need's value, None where an optional one was left out. BadInput with all faults otherwise."""
    values: dict[str, Any] = {}
    faults: dict[str, Any] = {}
    for need in needs:
        raw = given.get(need.name)
        value = None
        if need.always or not (raw is None or raw in ("", [], {})):
            try:
                value = need.read(raw, context)
            except Unreadable as refusal:
                for part, message in refusal.fields.items():
                    faults[f"{need.name}.{part}" if part else need.name] = message
                continue
        if value == "" and not need.always:  # blanks alone are nothing
            value = None
        if value is None and need.required:
            faults[need.name] = _("请填写“%(field)s”。") % {"field": need.label}
        values[need.name] = value
    if faults:
        raise BadInput(faults)
    return values


def text(longest: int) -> Reader:
    def read(raw: Any, context: Context) -> str:
        if not isinstance(raw, str):
            raise Unreadable(_("请填写文字。"))
        words = raw.replace("\r\n", "\n").strip()
        if "\x00" in words or any("\ud800" <= char <= "\udfff" for char in words):
            raise Unreadable(_("文字中有无法保存的字符,请重新输入。"))
        if len(words) > longest:
            raise Unreadable(
                _("最多 %(longest)d 字,现有 %(length)d 字,请精简。") % {"longest": longest, "length": len(words)}
            )
        if secrecy.marks(words):
            raise Unreadable(_("文字带有密级标志。涉密内容不能进入本平台,请删去后再提交。"))
        return words

    return read


def or_emptied(read: Reader) -> Reader:
    """For a need that is always asked: None where the field was left out, "" where it was emptied on purpose."""

    def reading(raw: Any, context: Context) -> Any:
        if raw is None:
            return None
        return "" if isinstance(raw, str) and not raw.strip() else read(raw, context)

    return reading


def whole_number(least: int, most: int) -> Reader:
    def read(raw: Any, context: Context) -> int:
        typed = unicodedata.normalize("NFKC", str(raw)).strip()
        if isinstance(raw, bool) or not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most))):
            raise Unreadable(_("请填写 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": most})
        if not least <= int(typed) <= most:
            raise Unreadable(_("请填写 %(least)d 到 %(most)d 的整数。") % {"least": least, "most": most})
        return int(typed)

    return read


def words(raw: Any, context: Context) -> list[str]:
    """A few short words, such as tags; given as a list or as text set apart by 、 or commas."""
    parts = re.split("[、,，;；]", raw) if isinstance(raw, str) else raw
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Unreadable(_("请用顿号隔开各个标签。"))
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > 20 or any(len(part) > 20 for part in found):
        raise Unreadable(_("标签最多 20 个,每个最多 20 字。"))
    return found


def day(raw: Any, context: Context) -> datetime.date:
    if isinstance(raw, datetime.date):
        return raw
    try:
        return datetime.date.fromisoformat(str(raw))
    except ValueError:
        raise Unreadable(_("请按“2020-09-15”的样式填写日期。")) from None


def past_day(raw: Any, context: Context) -> datetime.date:
    value = day(raw, context)
    if value > context.today:
        raise Unreadable(_("日期不能晚于今天。"))
    return value


def choice(choices: type[TextChoices], *, only: tuple[str, ...] = ()) -> Reader:
    allowed = only or tuple(choices.values)

    def read(raw: Any, context: Context) -> str:
        if raw not in allowed:
            labels = "、".join(str(choices(value).label) for value in allowed)
            raise Unreadable(_("请从下列各项中选择:%(labels)s。") % {"labels": labels})
        return str(raw)

    return read


def flag(raw: Any, context: Context) -> bool:
    return raw in (True, "true", "on", "1", 1)


def unit(raw: Any, context: Context) -> Unit:
    found = units([raw], context)
    return found[0]


def units_if_given(raw: Any, context: Context) -> list[Unit] | None:
    """None when the field was left out; an empty list says that there are none."""
    return None if raw is None else units(raw or [], context)


def units(raw: Any, context: Context) -> list[Unit]:
    """Units of the programme's government by id; a unit that exists twice in the list counts once."""
    wanted = _ids(raw)
    found = {
        unit.pk: unit
        for unit in Unit.objects.below(context.pledge.programme.government).filter(pk__in=wanted, is_active=True)
    }
    if set(wanted) - set(found):
        raise Unreadable(_("没有这个单位,请从列表中选择。"))
    return [found[pk] for pk in dict.fromkeys(wanted)]


def leader(raw: Any, context: Context) -> Post:
    government = context.pledge.programme.government
    post: Post | None = Post.objects.filter(pk__in=_ids([raw]), role=Role.LEADER, unit=government).first()
    if post is None:
        raise Unreadable(_("没有这位市领导,请从列表中选择。"))
    return post


def period(raw: Any, context: Context) -> Period:
    """A period of the programme by its key, already begun."""
    found = next((one for one in context.pledge.programme.periods.all() if one.key == raw), None)
    if found is None:
        raise Unreadable(_("没有这一期,请从列表中选择。"))
    if found.start_date > context.today:
        raise Unreadable(_("这一期还没有开始,不能提前填报。"))
    return found


def values(raw: Any, context: Context) -> dict[Target, Decimal]:
    """Cumulative values by target id, typed in the unit the target is shown in, returned in base units.

    Amounts and reductions must be there, 0 included; a growth or a share may be unknown until it is published, and
    what an indicator measures may be left to it.
    """
    raw = raw or {}
    if not isinstance(raw, Mapping):
        raise Unreadable(_("请按目标逐项填写数值。"))
    targets = {str(target.pk): target for target in context.pledge.targets.all()}
    found: dict[Target, Decimal] = {}
    faults: dict[str, Any] = {}
    for key, typed in raw.items():
        target = targets.get(str(key))
        if target is None:
            faults[str(key)] = _("这一事项没有这个目标。")
        elif typed not in (None, ""):
            try:
                found[target] = number(typed, target)
            except Unreadable as refusal:
                faults[str(key)] = refusal.fields[""]
    for key, target in targets.items():
        is_asked = target.quantity_kind in CUMULATIVE and target.indicator_id is None  # else it is 预计
        if is_asked and target not in found and key not in faults:
            faults[key] = _("请填写累计完成数,没有进展填 0。")
    if faults:
        raise Unreadable(fields=faults)
    return found


def number(typed: Any, target: Target) -> Decimal:
    """One number as typed: full-width digits and thousands separators are understood. Exact, or refused."""
    plain = unicodedata.normalize("NFKC", str(typed)).strip().replace("\u2212", "-").replace(",", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_nan() or "_" in plain or len(plain) > LONGEST_NUMBER:
        raise Unreadable(_("“%(typed)s”不是数字,请只填数字,例如 120。") % {"typed": str(typed)[:20]})
    if value.is_infinite() or value.adjusted() > LARGEST.adjusted() or abs(value) * target.scale >= LARGEST:
        raise Unreadable(_("这个数太大,请核对数值和单位。"))
    with localcontext(prec=2 * LONGEST_NUMBER):
        value *= target.scale
        if value != value.quantize(SMALLEST_STEP):
            raise Unreadable(_("小数位数太多,请保留四位以内。"))
    if value < 0 and target.quantity_kind in (Target.QuantityKind.AMOUNT, Target.QuantityKind.SHARE):
        raise Unreadable(_("累计数不能是负数。"))
    return value


def stages(raw: Any, context: Context) -> dict[int, datetime.date]:
    """The stages done so far as ``{milestone id: day}``; each day not after today."""
    if not isinstance(raw, Mapping):
        raise Unreadable(_("请按节点逐项填写完成日期。"))
    known = {str(stage.pk): stage for stage in context.pledge.milestones.all()}
    found: dict[int, datetime.date] = {}
    faults: dict[str, Any] = {}
    for key, typed in raw.items():
        stage = known.get(str(key))
        if stage is None:
            faults[str(key)] = _("这一事项没有这个节点。")
        elif typed not in (None, ""):
            try:
                found[stage.pk] = past_day(typed, context)
            except Unreadable as refusal:
                faults[str(key)] = refusal.fields[""]
    if faults:
        raise Unreadable(fields=faults)
    return found


def link(raw: Any, context: Context) -> str:
    address = text(1000)(raw, context)
    try:
        parts = urlsplit(address)
    except ValueError:  # such as half an IPv6 address
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unreadable(_("请填写以 http:// 或 https:// 开头的链接。"))
    return str(address)


def row_id(raw: Any, context: Context) -> int:
    """The id of some row, or 0 for none."""
    return _ids([raw])[0]


def signed_page(raw: Any, context: Context) -> SignedPage:
    """A signed page that this person has just put on record (`workflow.signed_pages.keep`)."""
    page = SignedPage.objects.filter(pk=row_id(raw, context), recorded_by=context.actor.user).defer("content").first()
    if page is None:
        raise Unreadable(_("请上传签字页的扫描件,并填写签字人和日期。"))
    return page


def _ids(raw: Any) -> list[int]:
    if not isinstance(raw, list | tuple):
        raise Unreadable(_("请从列表中选择。"))
    if not all(isinstance(one, int | str) and not isinstance(one, bool) for one in raw):
        raise Unreadable(_("请从列表中选择。"))
    written = [str(one) for one in raw]
    if not all(one.isdecimal() and len(one) <= LONGEST_ID for one in written):
        raise Unreadable(_("请从列表中选择。"))
    return [int(one) for one in written]
