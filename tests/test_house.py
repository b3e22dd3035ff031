"""Rules of the house that no tool knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "pledges", "workflow", "tracker")
LONGEST = 400
# The gate writes the state, through the one writer of facts.
STATE_WRITERS = {"pledges/services/pledges.py", "pledges/services/organisation.py", "workflow/services.py"}
CLOCK = "config/clock.py"
CLOCK_CALLS = {
    ("timezone", "now"),
    ("timezone", "localtime"),
    ("timezone", "localdate"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
CLOCK_NAMES = {name for _owner, name in CLOCK_CALLS}
CLOCK_FUNCTIONS = {"Now", "TruncNow", "CurrentTimestamp"}
HTTP = ("django.http", "django.shortcuts", "django.views", "rest_framework")
# A strict Content-Security-Policy forbids these; they would only fail in the browser, and silently.
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on[:-]", re.IGNORECASE),
    "a script without src": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/json)", re.IGNORECASE
    ),
}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def state_writes(tree: ast.AST) -> Iterator[int]:
    """Lines that assign an attribute ``state`` or give ``state=`` to a call that writes rows."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = list(node.targets)
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Attribute) and part.attr == "state" and isinstance(part.ctx, ast.Store):
                    yield node.lineno
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("update", "aupdate") and any(keyword.arg == "state" for keyword in node.keywords):
                yield node.lineno
            if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", None) == "state":
                yield node.lineno


def clock_reads(tree: ast.AST) -> Iterator[int]:
    """Lines that ask for the time, and fields that do so by themselves."""
    for node in ast.walk(tree):
        reads = False
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            reads = (owner, node.attr) in CLOCK_CALLS
        elif isinstance(node, ast.Call):
            reads = getattr(node.func, "id", "") in CLOCK_FUNCTIONS
        elif isinstance(node, ast.keyword):
            reads = node.arg in ("auto_now", "auto_now_add")
        elif isinstance(node, ast.ImportFrom) and node.module in ("django.utils.timezone", "time"):
            reads = bool({alias.name for alias in node.names} & CLOCK_NAMES)
        if reads:
            yield node.lineno


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, and every name from one, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inline(markup: str) -> list[str]:
    """The kinds of inline code in a template; what stands inside template tags is not markup."""
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", markup)
    return [what for what, pattern in INLINE.items() if pattern.search(bare)]


def test_files_stay_short():
    long = {}
    faces = [path for kind in ("css", "js", "html") for path in sorted((ROOT / "tracker").rglob(f"*.{kind}"))]
    for path in [*modules(*PACKAGES, "tests", "benchmarks", "bin"), *faces]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            long[name_of(path)] = lines
    assert not long, f"longer than {LONGEST} lines; split by subject"


def test_only_the_gate_writes_a_state():
    found = [
        f"{name_of(path)}:{line}"
        for path in modules("pledges", "workflow", "tracker")
        if name_of(path) not in STATE_WRITERS
        for line in state_writes(tree_of(path))
    ]
    assert not found, "a state is assigned outside workflow.services.perform"


@pytest.mark.parametrize(
    "source",
    [
        "pledge.state = 'closed'",
        "a, pledge.state = b",
        "pledge.state: str = 'closed'",
        "Pledge.objects.update(state='closed')",
        "setattr(pledge, 'state', 'closed')",
    ],
)
def test_each_way_to_write_a_state_is_seen(source):
    assert list(state_writes(ast.parse(source))) == [1]


def test_reading_a_state_is_free():
    assert not list(state_writes(ast.parse("x = pledge.state; state = x; Pledge.objects.filter(state=x)")))


def test_only_the_clock_reads_the_clock():
    found = [
        f"{name_of(path)}:{line}"
        for path in modules(*PACKAGES)
        if name_of(path) != CLOCK
        for line in clock_reads(tree_of(path))
    ]
    assert not found, "take at= or today= from the caller; the edges read config.clock"


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "datetime.datetime.now(tz)",
        "date.today()",
        "time.time()",
        "DateTimeField(default=timezone.now)",
        "DateField(auto_now=True)",
        "from django.utils.timezone import now",
    ],
)
def test_each_way_to_read_the_clock_is_seen(source):
    assert list(clock_reads(ast.parse(source))) == [1]


def test_the_domain_knows_no_http():
    found = [
        f"{name_of(path)}: {module}"
        for path in modules("pledges", "workflow")
        for module in imported(tree_of(path))
        if module.startswith(tuple(f"{name}." for name in HTTP)) or module in HTTP
    ]
    assert not found, "requests and responses are tracker's"


@pytest.mark.parametrize("source", ["import django.http", "from django.http import Http404", "from django import http"])
def test_each_way_to_import_http_is_seen(source):
    assert set(imported(ast.parse(source))) & {"django.http", "django.http.Http404"}


def test_pages_hold_nothing_inline():
    """Pages are tracker's. Mails, which workflow writes, know no policy and need inline styles."""
    found = [
        f"{name_of(path)}: {what}"
        for path in sorted((ROOT / "tracker").glob("**/templates/**/*.html"))
        for what in inline(path.read_text(encoding="utf-8"))
    ]
    assert not found, "the Content-Security-Policy forbids it"


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ('<p class="x" style="color:red">', "a style attribute"),
        ("<style>p {}</style>", "a style element"),
        ('<button onclick="x()">', "an event attribute"),
        ('<button hx-on:click="x()">', "hx-on"),
        ("<script>x()</script>", "a script without src"),
        ('<script defer src="{% static "x.js" %}"></script><script type="application/json">{}</script>', None),
        ('<p class="style" data-on="x">style = "none"</p>', None),
        ('<a {% if one == two %}class="x"{% endif %}>', None),
    ],
)
def test_each_kind_of_inline_code_is_seen(markup, what):
    assert inline(markup) == ([what] if what else [])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert wanted
    assert [line for line in wanted if not re.match(r"^[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s;]+( ;.*)?$", line)] == []


def test_the_tools_take_the_product_s_versions():
    def pins(name):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return dict(line.split(" ;")[0].split("==") for line in lines if re.match(r"^\w", line))

    product, tools = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tools.get(name) for name in product} == product
