"""Undoes one kind of converter damage: GBK text that lost a byte and was read on from the wrong one.

The second byte of a full-width mark fell out, a "?" stands for the first, and every character after it is made of the
second byte of one and the first byte of the next until an ASCII letter takes a last second byte: "。基本" is then
shown as "?;" and two unknown characters. Putting the byte back and reading again restores the text.
"""

import re

# A run of damage: the mark, then no ASCII but for a leading "!", ";" or "," that was full-width once.
RUN = re.compile("\\?[!?;:,.()]?[^\\x00-\\x7f\n]{1,60}[A-Za-z]?")
GLOSS = re.compile("[(（]?[a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]{1,6}[)）]")
FULL_WIDTH = {char: chr(ord(char) + 0xFEE0) for char in "!?;:,.()"}
LOST = b"\xa1"  # the row of 。、“”《》 and the ideographic space, where such losses happen


def repairs(text: str) -> list[tuple[int, int, str]]:
    """(start, end, what stood there) for each damaged run that reads well with its byte back; in order, disjoint."""
    found: list[tuple[int, int, str]] = []
    for run in RUN.finditer(text):
        start = run.start()
        body = text[start + 1 : run.end()]
        body = FULL_WIDTH.get(body[0], body[0]) + body[1:]
        after = run.end()
        stop = text[after : after + 1]
        restored = _realign(body)
        if restored is None and body[-1].isascii():  # the letter is a letter
            body, after = body[:-1], after - 1
            stop = text[after]
            restored = _realign(body)
        if restored is None:
            continue
        end = after
        if stop == "?" and (gloss := GLOSS.match(text, after + 1)):
            end = gloss.end()  # the last character is lost for good: its debris goes too
        elif gloss := GLOSS.match(text, after):
            end = gloss.end()
        found.append((start, end, restored))
    return found


def _realign(body: str) -> str | None:
    """The run read one byte earlier, or None when that is no better than what stands there."""
    data = bytearray(LOST)
    for char in body:
        code = _gbk(char)
        if code is None:
            return None
        data += code
    if len(data) % 2:
        data = data[:-1]
    try:
        text = bytes(data).decode("gbk")
    except UnicodeDecodeError:
        return None
    return text if text[0] in "　。、“”《》—…" and _rare(text) < _rare(body) else None


def _rare(text: str) -> int:
    """How many characters stand outside the marks and the commoner half of the Han characters (GB 2312, level one)."""
    count = 0
    for char in text:
        code = _gbk(char) or b"\xff"
        common = 0xB0 <= code[0] <= 0xD7 and code[-1] >= 0xA1
        mark = char in "　。、“”《》（）—…，；：？！"
        count += not (common or mark)
    return count


def _gbk(char: str) -> bytes | None:
    """Its GBK bytes; the private-use characters that GBK decoders show for undefined pairs count too."""
    point = ord(char)
    if 0xE000 <= point <= 0xE4C5:
        row, column = divmod(point - 0xE000, 94)
        return bytes((0xAA + row if row < 6 else 0xF8 + row - 6, 0xA1 + column))
    if 0xE4C6 <= point <= 0xE765:
        row, column = divmod(point - 0xE4C6, 96)
        return bytes((0xA1 + row, 0x40 + column + (column >= 63)))
    code = char.encode("gb18030", errors="ignore")
    return code if len(code) == 2 or char.isascii() else None
