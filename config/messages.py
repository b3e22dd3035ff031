"""The English catalogue: collected from the source, merged, compiled and checked without gettext's programs.

The source speaks Chinese: a msgid is the Chinese text itself. Used by `bin/messages`; needs Babel, a development
requirement, and is never imported by the running product.
"""

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGES = ("config", "pledges", "workflow", "tracker")
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
TEMPLATES = (".html", ".txt", ".xml", ".svg", ".typ")
# Which arguments of each function are context, singular and plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
# The same for Babel, and for the names that Django's templatize() writes.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
NAMED = re.compile(r"%\((\w+)\)|%[-#0 +]*\d*(?:\.\d+)?([sdifr])|\{(\w*)[^{}]*\}")


@dataclass(frozen=True)
class Text:
    """One thing to translate."""

    singular: str
    plural: str | None = None
    context: str | None = None

    @property
    def id(self) -> str | tuple[str, str]:
        return self.singular if self.plural is None else (self.singular, self.plural)

    def __str__(self) -> str:
        return f"“{self.singular}”" + (f" ({self.context})" if self.context else "")


class Mistake(ValueError):
    """A call in the source that no catalogue can serve; the text names file and line."""


class _Catalogue(Catalog):
    """A catalogue whose header holds nothing that changes by itself: no dates, no versions, no names."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "en"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ]


def collect(root: Path) -> set[Text]:
    """Every text that the product's Python files and templates mark. Raises Mistake."""
    found: set[Text] = set()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                found.update(in_python(path.read_text(encoding="utf-8"), str(path.relative_to(root))))
        for path in sorted((root / package).glob("**/templates/**/*")):
            if path.suffix in TEMPLATES:
                found.update(in_template(path.read_text(encoding="utf-8"), str(path.relative_to(root))))
    # gettext("x") is served by the entry of ngettext("x", …).
    plurals = {(text.singular, text.context) for text in found if text.plural is not None}
    return {text for text in found if text.plural is not None or (text.singular, text.context) not in plurals}


def in_python(source: str, name: str = "<text>") -> Iterator[Text]:
    """The marked texts of a module. A call with something put together at run time (an f-string, ``%``, ``+``,
    ``.format``) is a Mistake; a call with a plain name is not, since that text is marked where it is written."""
    tree = ast.parse(source, name)
    functions = dict(FUNCTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            functions.update({a.asname: FUNCTIONS[a.name] for a in node.names if a.asname and a.name in FUNCTIONS})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in functions:
                context, singular, plural = (
                    None if place is None else _literal(node, place, name) for place in functions[called]
                )
                if singular:
                    yield Text(singular, plural, context)


def _literal(call: ast.Call, place: int, name: str) -> str | None:
    argument = call.args[place] if place < len(call.args) else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Attribute)
        and isinstance(argument.func.value, ast.Constant)
    ):
        raise Mistake(f"{name}:{call.lineno}: translate first and fill in afterwards; this text is put together")
    return None


def in_template(source: str, name: str = "<text>") -> Iterator[Text]:
    """The marked texts of a Django template."""
    try:
        python = templatize(source, origin=name)
    except SyntaxError as error:
        raise Mistake(f"{name}: {error}") from error
    # A template's indentation means nothing to Python's tokenizer but an error; no text runs over several lines here.
    lines = io.BytesIO("\n".join(line.strip() for line in python.splitlines()).encode())
    for _line, message, _comments, context in extract("python", lines, KEYWORDS, options={"encoding": "utf-8"}):
        singular, plural = message if isinstance(message, tuple) else (message, None)
        yield Text(singular, plural, context)


def merge(texts: set[Text], old: Catalog) -> Catalog:
    """A catalogue of exactly these texts with the translations that ``old`` has for them."""
    new = _Catalogue(
        locale="en", fuzzy=False, header_comment="# English. bin/messages keeps the list; write msgstr here."
    )
    for text in sorted(texts, key=lambda text: (text.singular, text.context or "")):
        known = old.get(text.singular, text.context)
        string: Any = ("", "") if text.plural is not None else ""
        if known is not None and isinstance(known.string, tuple) == isinstance(string, tuple):
            string = known.string
        new.add(text.id, string, context=text.context, flags=known.flags & {"fuzzy"} if known is not None else ())
    return new


def read(path: Path) -> Catalog:
    """The catalogue in a .po file; an empty one when there is none."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def as_po(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def refresh(root: Path) -> Catalog:
    """Write both files anew and return the catalogue. Raises Mistake."""
    path = root / CATALOGUE
    catalogue = merge(collect(root), read(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalogue))
    path.with_suffix(".mo").write_bytes(as_mo(catalogue))
    return catalogue


def problems(root: Path) -> Iterator[str]:
    """Everything that keeps the catalogue from being complete and fresh, one line each."""
    try:
        texts = collect(root)
    except Mistake as mistake:
        yield str(mistake)
        return
    path = root / CATALOGUE
    old = read(path)
    for text in sorted(texts, key=str):
        entry = old.get(text.singular, text.context)
        if entry is None or (text.plural is not None and not entry.pluralizable):
            yield f"missing: {text}"
        else:
            yield from _faults(text, entry)
    wanted = {(text.singular, text.context) for text in texts}
    entries = [entry for entry in old if entry.id] + list(old.obsolete.values())
    for entry in entries:
        singular = entry.id if isinstance(entry.id, str) else entry.id[0]
        if (singular, entry.context) not in wanted:
            yield f"obsolete: {Text(singular, context=entry.context)}"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != as_mo(merge(texts, old)):
        yield f"stale: {compiled.relative_to(root)}"


def _faults(text: Text, entry: Message) -> Iterator[str]:
    strings = [entry.string or ""] if isinstance(entry.string, str | None) else list(entry.string)
    if not all(strings):
        yield f"untranslated: {text}"
        return
    if entry.fuzzy:
        yield f"fuzzy: {text}"
    wanted = placeholders(text.plural or text.singular)
    for number, string in enumerate(strings):
        used = placeholders(string)
        one = text.plural is not None and number == 0  # "one pledge" may leave the number out
        if used != wanted and not (one and used <= wanted):
            yield f"placeholders differ: {text} → “{string}”"


def placeholders(text: str) -> set[str]:
    """``%(name)s`` and ``{name}`` by name, the rest as written: ``%s``, ``{}``."""
    return {match[1] or match[3] or match[0] for match in NAMED.finditer(text.replace("%%", ""))}
