"""A form as its templates draw it."""

from dataclasses import dataclass, field
from typing import Any

Option = tuple[str, Any]


@dataclass(frozen=True)
class Field:
    """One field as its template draws it. ``parts`` are the boxes of a field with several (one a target or stage)."""

    name: str
    label: Any
    widget: str
    required: bool = False
    value: Any = ""
    fault: Any = ""
    hint: Any = ""
    unit: str = ""
    last: str = ""
    plan: str = ""
    questions: tuple[str, ...] = ()
    options: list[Option] = field(default_factory=list)
    parts: "list[Field]" = field(default_factory=list)

    @property
    def has_fault(self) -> bool:
        return bool(self.fault) or any(part.fault for part in self.parts)

    @property
    def has_question(self) -> bool:
        return bool(self.questions) or any(part.questions for part in self.parts)

    @property
    def is_empty(self) -> bool:
        return not self.value and not any(part.value for part in self.parts)


@dataclass(frozen=True)
class ActForm:
    """``shown`` and ``folded`` are the fields in their order, ``hidden`` what the form only carries back; ``general``
    are faults that belong to no field."""

    shown: list[Field]
    folded: list[Field]
    hidden: list[Field]
    is_open: bool
    general: list[Any]
    summary: list[tuple[str, Any]]

    @property
    def takes_files(self) -> bool:
        return any(one.widget == "signed_page" for one in self.shown)
