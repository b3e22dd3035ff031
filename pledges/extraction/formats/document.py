"""What reading a document yields: its text, its tables inside that text, or the reason why there is neither."""

from collections.abc import Sequence
from dataclasses import dataclass

LIMIT = 20 * 1024 * 1024  # bytes of a file
LONGEST_TEXT = 5_000_000  # characters; a work report has 20,000
MOST_CELLS = 200_000


class UnreadableDocument(Exception):
    """A document that no measures can be read from. `code` is stable; the message is for people, in Chinese."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def too_long() -> UnreadableDocument:
    return UnreadableDocument("too_long", "文件的文字超过 500 万字,或表格超过 20 万格,请拆分后再上传。")


@dataclass(frozen=True)
class Cell:
    """text == reading.text[start:end]. `is_first` is False where a merged cell is repeated beside or below itself."""

    text: str
    start: int
    end: int
    is_first: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of equal length, merged cells filled down and across. The title is a sheet's name."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Reading:
    """`text` is what every offset counts in, newlines as "\\n"; `beside` holds what the text leaves out but a reader
    of the paper sees: headers, footers, notes, hidden sheets."""

    text: str
    tables: tuple[Table, ...]
    format: str
    beside: str = ""


Merge = tuple[int, int, int, int]  # first row, first column, last row, last column


class Composer:
    """Writes a reading from the top downwards: lines and tables as they come."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._cells = 0
        self._tables: list[Table] = []

    def line(self, words: str) -> None:
        """A paragraph, with a newline after it; the blank ones are left out."""
        if words.strip():
            self._write(words.strip() + "\n")

    def table(self, grid: Sequence[Sequence[str]], merges: Sequence[Merge] = (), title: str = "") -> None:
        """A table: in the text, cells stand between tabs and rows on lines; a merged cell is written once.

        A grid without words is left out. Rows are padded to the longest.
        """
        width = max((len(row) for row in grid), default=0)
        self._cells += width * len(grid)
        if self._cells > MOST_CELLS:
            raise too_long()
        if not any(words.strip() for row in grid for words in row):
            return
        origins = _origins(len(grid), width, merges)
        written: dict[tuple[int, int], Cell] = {}
        rows: list[tuple[Cell, ...]] = []
        for number, row in enumerate(grid):
            cells: list[Cell] = []
            for column in range(width):
                origin = origins.get((number, column), (number, column))
                if origin not in written:
                    written[origin] = self._cell(row[column] if column < len(row) else "", column)
                    cells.append(written[origin])
                else:
                    first = written[origin]
                    cells.append(Cell(first.text, first.start, first.end, is_first=False))
            self._write("\n")
            rows.append(tuple(cells))
        self._tables.append(Table(tuple(rows), title))

    def reading(self, form: str, beside: str = "") -> Reading:
        return Reading("".join(self._pieces), tuple(self._tables), form, beside[:LONGEST_TEXT])

    def _cell(self, words: str, column: int) -> Cell:
        if column:
            self._write("\t")
        words = words.strip()
        start = self._length
        self._write(words)
        return Cell(words, start, self._length)

    def _write(self, words: str) -> None:
        self._length += len(words)
        if self._length > LONGEST_TEXT:
            raise too_long()
        self._pieces.append(words)


def _origins(height: int, width: int, merges: Sequence[Merge]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each covered place → the first cell of its merge. Overlapping merges: the earlier wins."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in merges:
        for row in range(max(top, 0), min(bottom + 1, height)):
            for column in range(max(left, 0), min(right + 1, width)):
                found.setdefault((row, column), (top, left))
    return found
