"""JSON as the API takes it: only what can be kept in a database."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20


class StorableJSONParser(JSONParser):
    """Refuses as malformed what no field could take anyway: NUL, half a surrogate pair, bottomless nesting."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("JSON 嵌套层数太多。")) from None
        _demand_storable(parsed, DEEPEST)
        return parsed


def _demand_storable(value: Any, levels: int) -> None:
    if levels == 0:
        raise ParseError(_("JSON 嵌套层数太多。"))
    if isinstance(value, dict):
        for key, inner in value.items():
            _demand_storable(key, levels - 1)
            _demand_storable(inner, levels - 1)
    elif isinstance(value, list):
        for inner in value:
            _demand_storable(inner, levels - 1)
    elif isinstance(value, str) and ("\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)):
        raise ParseError(_("文字中有无法保存的字符,请重新输入。"))
