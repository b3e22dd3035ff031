"""The ruled tables of a PDF's pages: where their cells are."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Grid:
    """A table's box and its cells: (box, first row, first column, last row, last column)."""

    box: Box
    cells: tuple[tuple[Box, int, int, int, int], ...]
    height: int
    width: int


class Tables:
    """Opened when the first page asks, since many files have none."""

    def __init__(self, file: BytesIO) -> None:
        self._file = file
        self._opened: Any = None

    def of(self, number: int) -> list[Grid]:
        """The tables of a page with two rows and two columns at least; none where the page cannot be taken apart."""
        import pdfplumber
        from pdfminer.pdfexceptions import PDFException

        try:
            if self._opened is None:
                self._opened = pdfplumber.open(self._file)
            page = self._opened.pages[number]
            found = [_grid(table, page) for table in page.find_tables()]
            page.close()
        except (PDFException, ValueError, KeyError, TypeError, IndexError, AssertionError, OSError):
            return []  # the text is still read, in lines
        return [grid for grid in found if grid.height > 1 and grid.width > 1]

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


def _grid(table: Any, page: Any) -> Grid:
    left, top = page.bbox[0], page.bbox[1]
    boxes: list[Box] = [(x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in table.cells]
    rows, columns = _edges([box[1] for box in boxes]), _edges([box[0] for box in boxes])
    cells = tuple(
        (
            box,
            _place(rows, box[1]),
            _place(columns, box[0]),
            _last(rows, box[3]),
            _last(columns, box[2]),
        )
        for box in boxes
    )
    whole = tuple(side(box[at] for box in boxes) for at, side in enumerate((min, min, max, max)))
    return Grid((whole[0], whole[1], whole[2], whole[3]), cells, len(rows), len(columns))


def _edges(starts: list[float]) -> list[float]:
    """Where rows or columns begin; edges closer than two points are one."""
    edges: list[float] = []
    for start in sorted(starts):
        if not edges or start - edges[-1] > 2:
            edges.append(start)
    return edges


def _place(edges: list[float], start: float) -> int:
    return max(at for at, edge in enumerate(edges) if edge <= start + 2)


def _last(edges: list[float], end: float) -> int:
    return max(at for at, edge in enumerate(edges) if edge < end - 2)
