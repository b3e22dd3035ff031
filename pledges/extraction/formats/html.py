"""HTML: the article, not the page around it.

What only serves the page (scripts, menus, headers, footers) is dropped by element and by name; of the rest the
smallest block that still holds nearly all of the Chinese text outside links is the article.
"""

import re
from collections.abc import Iterator

from lxml import etree

from pledges.extraction import reading
from pledges.extraction.formats.document import Composer, Merge, Reading, UnreadableDocument
from pledges.extraction.formats.zips import broken

DROPPED = re.compile(
    "script|style|noscript|template|iframe|object|svg|math|head|nav|header|footer|aside|button|select|option|"
    "input|textarea|dialog|video|audio|canvas"
)
FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|submenu|footer|foot|header|sidebar|side|breadcrumbs?|crumbs?|share|toolbar|"
    r"copyright|related|recommend|comments?|"
    r"pagination|pager|banner|login|search|qrcode|print|position|location)(?:$|[-_ ])",
    re.IGNORECASE,
)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
CONTAINER = re.compile("div|section|article|main|td|center|body")
BLOCK = re.compile(
    "p|h[1-6]|li|ul|ol|dl|dt|dd|blockquote|pre|table|tr|th|tbody|thead|tfoot|figure|figcaption|hr|address|caption|"
    + CONTAINER.pattern
)
HAN = re.compile("[\u4e00-\u9fff]")
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
NEARLY_ALL = 0.8
TITLES = ("ArticleTitle", "articletitle", "title")
CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "utf8": "utf-8"}


def read(data: bytes) -> Reading:
    """UnreadableDocument for a page without text."""
    root = _root(decode(data))
    title = _title(root)
    body = root.find("body")
    if body is None:
        body = root
    _drop_furniture(body)
    composer = Composer()
    _write(_article(body), composer)
    found = composer.reading("html")
    if title and title not in SPACES.sub("", found.text)[:2000]:
        composer = Composer()
        composer.line(title)
        _write(_article(body), composer)
        found = composer.reading("html")
    return found


def decode(data: bytes) -> str:
    """As plain text is decoded; a page with a few broken bytes by the charset that it names."""
    try:
        return reading.decode(data)
    except UnreadableDocument:
        named = CHARSET.search(data[:4096])
        if named is None:
            raise
    name = named[1].decode("ascii").lower()
    try:
        return data.decode(CHINESE.get(name, name), "replace")
    except LookupError as error:
        raise UnreadableDocument("not_text", "网页的编码无法识别,请另存为 UTF-8 编码后再上传。") from error


def _root(markup: str) -> etree._Element:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    markup = re.sub(r"^\s*<\?xml[^>]*>", "", markup.lstrip("\ufeff"))
    root = etree.fromstring(markup.replace("\x00", ""), parser)
    if root is None:
        raise broken()
    return root


def _title(root: etree._Element) -> str:
    """The article's own title: that of its metadata or the page's first heading."""
    for meta in root.iter("meta"):
        if meta.get("name") in TITLES[:2] and HAN.search(meta.get("content", "")):
            return SPACES.sub("", meta.get("content", ""))
    for heading in root.iter("h1"):
        words = SPACES.sub("", "".join(heading.itertext()))
        if HAN.search(words) and len(words) <= 100:
            return words
    return ""


def _drop_furniture(body: etree._Element) -> None:
    dropped = [
        node
        for node in body.iter(etree.Element)
        if DROPPED.fullmatch(node.tag) or (node is not body and BLOCK.fullmatch(node.tag) and _serves_the_page(node))
    ]
    for node in dropped:
        if node.getparent() is not None:
            _drop(node)


def _serves_the_page(node: etree._Element) -> bool:
    named = f"{node.get('class', '')} {node.get('id', '')} {node.get('role', '')}"
    return bool(FURNITURE.search(named) or HIDDEN.search(node.get("style", ""))) or node.get("hidden") is not None


def _drop(node: etree._Element) -> None:
    """Take a node out and keep the words that follow it."""
    parent, tail = node.getparent(), node.tail or ""
    before = node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def _article(body: etree._Element) -> etree._Element:
    """The smallest block with nearly all of the Chinese text that is in no link."""
    weights: dict[etree._Element, int] = {}
    links = 0
    for event, node in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            links += node.tag == "a"
            weights[node] = 0 if links else len(HAN.findall(node.text or ""))
        else:
            links -= node.tag == "a"
            parent = node.getparent()
            if node is not body and parent is not None:
                weights[parent] += weights[node] + (0 if links else len(HAN.findall(node.tail or "")))
    chosen = block = body
    while True:
        inner = [
            child for child in block if BLOCK.fullmatch(child.tag) and weights[child] >= NEARLY_ALL * weights[body]
        ]
        if not inner:
            return chosen
        block = inner[0]
        if CONTAINER.fullmatch(block.tag):
            chosen = block


def _write(article: etree._Element, composer: Composer) -> None:
    """Blocks as lines, tables of data as tables; a table that only lays out the page is walked through."""
    line: list[str] = []
    skipped: etree._Element | None = None

    def end_line() -> None:
        for words in "".join(line).split("\n"):
            composer.line(SPACES.sub(" ", words))
        line.clear()

    for event, node in etree.iterwalk(article, events=("start", "end")):
        if skipped is None and event == "start":
            if node.tag == "table" and _holds_data(node):
                end_line()
                composer.table(*_table(node))
                skipped = node
                continue
            if BLOCK.fullmatch(node.tag):
                end_line()
            line.append("\n" if node.tag == "br" else SPACES.sub(" ", node.text or ""))
        elif event == "end" and (skipped is None or skipped is node):
            skipped = None
            if BLOCK.fullmatch(node.tag):
                end_line()
            if node is not article:
                line.append(SPACES.sub(" ", node.tail or ""))
    end_line()


def _holds_data(table: etree._Element) -> bool:
    """Two rows and two columns at least, and no table inside."""
    rows = list(table.iter("tr"))
    is_innermost = sum(1 for _one in table.iter("table")) == 1
    return is_innermost and len(rows) >= 2 and max(len(list(_cells(row))) for row in rows) >= 2


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _table(table: etree._Element) -> tuple[list[list[str]], list[Merge]]:
    grid: list[list[str]] = []
    merges: list[Merge] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.iter("tr")):
        line: list[str] = []
        for cell in _cells(row):
            while (number, len(line)) in taken:
                line.append("")
            down, across = (_span(cell.get(name)) for name in ("rowspan", "colspan"))
            at = len(line)
            if down > 1 or across > 1:
                merges.append((number, at, number + down - 1, at + across - 1))
                taken |= {(number + below, at + beside) for below in range(1, down) for beside in range(across)}
            line += [_cell_words(cell)] + [""] * (across - 1)
        grid.append(line)
    return grid, merges


def _span(written: str | None) -> int:
    return min(max(int(written), 1), 200) if written and written.isdecimal() and len(written) < 6 else 1


def _cell_words(cell: etree._Element) -> str:
    inner = Composer()
    _write(cell, inner)
    return inner.reading("html").text.strip()
