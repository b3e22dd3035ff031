"""Office files are zips: opened with every size counted, so that a small file cannot unfold into a large one."""

import zipfile
import zlib
from io import BytesIO

from pledges.extraction.formats.document import UnreadableDocument

MOST_MEMBERS = 5_000
MOST_BYTES = 60 * 1024 * 1024  # of all the parts that are read together; pictures are never unfolded
CHUNK = 256 * 1024


def broken() -> UnreadableDocument:
    return UnreadableDocument("broken", "文件已损坏,无法打开,请用办公软件打开并重新保存后再上传。")


def bomb() -> UnreadableDocument:
    return UnreadableDocument("bomb", "文件解压后异常庞大或结构异常,不予读取;请用办公软件打开并另存后再上传。")


class Package:
    """The parts of an office file. UnreadableDocument for a broken, an encrypted or a swollen one."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise broken() from error
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            raise bomb()
        self._members = {member.filename: member for member in members}
        self._left = MOST_BYTES

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str) -> bytes:
        """A part, unfolded chunk by chunk under the limit of the whole package; b"" when there is none."""
        member = self._members.get(name)
        if member is None:
            return b""
        if member.flag_bits & 1:
            raise UnreadableDocument("encrypted", "文件有密码,请去掉密码后再上传。")
        if member.file_size > self._left:
            raise bomb()
        pieces: list[bytes] = []
        try:
            with self._zip.open(member) as part:
                while piece := part.read(CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise bomb()
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise broken() from error
        return b"".join(pieces)

    def plain(self, names: list[str]) -> bytes:
        """The named parts as a zip without compression, for a reader that would unfold them without counting."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for name in names:
                copy.writestr(name, self.read(name))
        return out.getvalue()


def kind_of(data: bytes) -> str:
    """ "docx", "xlsx", "other" for another office file, "" for a zip that is none. Raises when the zip is broken."""
    names = set(Package(data).names)
    if "word/document.xml" in names:
        return "docx"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "xlsx"
    return "other" if names & {"[Content_Types].xml", "mimetype"} else ""
