"""Chinese and Arabic numerals → exact Decimals: 355, 3,000, 7.5, 二十一, 三千六百, 二〇三五, 三点五."""

from decimal import Decimal

DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}

MULTIPLIERS: dict[str, Decimal] = {
    "": Decimal(1),
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10_000),
    "十万": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "百亿": Decimal(10_000_000_000),
    "千亿": Decimal(100_000_000_000),
    "万亿": Decimal(1_000_000_000_000),
}


def arabic(text: str) -> Decimal | None:
    """ "3,000" or "7.5" as a Decimal; None when the separators do not stand where thousands end."""
    whole, _, fraction = text.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    digits = "".join(groups)
    if not digits.isascii() or not digits.isdigit() or (fraction and not (fraction.isascii() and fraction.isdigit())):
        return None
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def chinese(text: str) -> Decimal | None:
    """A Chinese numeral as a Decimal, None when it is not one. A bare multiplier counts once: 百 is 100."""
    whole, point, fraction = text.partition("点")
    value = _positional(whole) if all(char in DIGITS for char in whole) else _composed(whole)
    if value is None or (point and (not fraction or any(char not in DIGITS for char in fraction))):
        return None
    if not point:
        return Decimal(value)
    return Decimal(f"{value}.{''.join(str(DIGITS[char]) for char in fraction)}")


def _positional(text: str) -> int | None:
    """二〇三五 → 2035; a single digit is itself."""
    return int("".join(str(DIGITS[char]) for char in text)) if text else None


def _composed(text: str) -> int | None:
    """三千六百 → 3600, 一百二十万 → 1200000, 十二 → 12."""
    if not text:
        return None
    total = section = digit = 0
    pending = False  # a digit was read that no multiplier has taken yet
    for char in text:
        if char in DIGITS:
            if pending and digit:
                return None
            digit, pending = DIGITS[char], True
        elif char in SMALL:
            section += (digit if pending and digit else 1) * SMALL[char]
            digit, pending = 0, False
        elif char in LARGE:
            section += digit
            if char == "亿":
                total = (total + section or 1) * LARGE[char]
            else:
                total += (section or 1) * LARGE[char]
            section, digit, pending = 0, 0, False
        else:
            return None
    return total + section + digit


def value_of(text: str) -> Decimal | None:
    """A numeral of either kind; "7.5万" and "一百二十万" alike, None when it is no number."""
    if not text:
        return None
    if text[0].isascii():
        body = text.rstrip("十百千万亿")
        multiplier = MULTIPLIERS.get(text[len(body) :])
        number = arabic(body)
        return None if number is None or multiplier is None else number * multiplier
    return chinese(text)
