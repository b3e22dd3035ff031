"""What can be wrong with a request, in the domain's words. The edges map each to one HTTP status.

========================  ======  =====================================================================
error                     status  meaning
========================  ======  =====================================================================
`Invisible`               404     the actor may not know that this exists
`Forbidden`               403     the actor sees it but may not do this; ``reason`` says why
`WrongState`, `Stale`     409     it moved on since the actor looked; ``changes`` says what changed
`BadInput`                400/422 what was typed cannot be taken; ``fields`` names each field and what to do
========================  ======  =====================================================================

Every text is a lazy translation, so it is read in the language of whoever receives it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """The base of all refusals: ``message`` is one sentence for people, ``code`` one word for programs."""

    code = "refused"

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Invisible(DomainError):
    code = "not_found"

    def __init__(self) -> None:
        super().__init__(_("找不到您要的内容,它可能不存在,或者不在您的查看范围内。"))


class Forbidden(DomainError):
    code = "forbidden"

    @property
    def reason(self) -> Any:
        return self.message


class WrongState(DomainError):
    code = "wrong_state"


class Stale(DomainError):
    """The writer held an old version. ``changes`` lists what happened since, oldest first, as sentences."""

    code = "stale"

    def __init__(self, changes: list[str] | None = None) -> None:
        told = _("您打开之后,别人已经作了修改。请核对下列变化后重新提交,您填写的内容已保留。")
        untold = _("您打开之后,别人已经作了修改。请核对后重新提交,您填写的内容已保留。")
        super().__init__(told if changes else untold)
        self.changes = changes or []


class BadInput(DomainError):
    """``fields`` maps a field's name (or ``""`` for the whole) to a sentence that says what to do."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = dict(fields)
