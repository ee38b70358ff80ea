"""Ids of certificates: 105 random bits in Crockford's base 32, and a check symbol, to be typed from paper.

https://www.crockford.com/base32.html: the number modulo 37 is the check symbol. Five of the 37 are no digits or letters
of the alphabet (`*~$=U`); ids that would have one of them are drawn again, which costs a fifth of a bit.
"""

import re
from secrets import randbits

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 22

_BITS, _MODULUS = 105, 37
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_MEANT = str.maketrans("OIL", "011")
#: Spaces, hyphens and dashes, as people and programs put them between groups.
_BETWEEN = re.compile("[\\s\u00ad\u200b\u2060\ufeff\u2010-\u2015\u2212-]+")


def fresh() -> str:
    """An id that nobody can guess."""
    while True:
        number = randbits(_BITS)
        if number % _MODULUS < len(SYMBOLS):
            return _written(number)


def parse(text: str) -> str | None:
    """The id that `text` was meant to be, whatever its case and spaces; None when it is none, or was mistyped."""
    if len(text) > 200:
        return None
    bare = _BETWEEN.sub("", text)
    if len(bare) != LENGTH or not bare.isascii():
        return None
    found = bare.upper().translate(_MEANT)
    if not all(symbol in _VALUES for symbol in found):
        return None
    number = 0
    for symbol in found[:-1]:
        number = number * len(SYMBOLS) + _VALUES[symbol]
    return found if number % _MODULUS == _VALUES[found[-1]] else None


def shown(id: str) -> str:
    """An id in groups of four, as it is printed and typed."""
    return "-".join(id[at : at + 4] for at in range(0, len(id), 4))


def _written(number: int) -> str:
    check = SYMBOLS[number % _MODULUS]
    digits = ""
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(SYMBOLS))
        digits = SYMBOLS[value] + digits
    return digits + check
