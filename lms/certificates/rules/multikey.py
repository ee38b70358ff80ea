"""Keys and signatures as text: Ed25519 public keys as Multikey, and base 58 as Bitcoin has it.

https://www.w3.org/TR/cid-1.0/#Multikey
"""

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
#: What stands before the 32 bytes of an Ed25519 public key.
_ED25519 = b"\xed\x01"
#: The longest text that is read: of a signature, with room to spare.
_LONGEST = 128


def base58(data: bytes) -> str:
    """Multibase: `z`, and the bytes in base 58."""
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = _DIGITS[digit] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """The bytes that `base58` was given. Raises ValueError for any other text."""
    if not text.startswith("z") or len(text) > _LONGEST or not set(text) <= _VALUES.keys():
        raise ValueError("this is not multibase in base 58")
    digits = text[1:]
    number = 0
    for digit in digits:
        number = number * 58 + _VALUES[digit]
    return b"\0" * (len(digits) - len(digits.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)


def multikey(public: bytes) -> str:
    """An Ed25519 public key of 32 bytes as Multikey."""
    return base58(_ED25519 + public)


def public_bytes(key: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in Multikey. Raises ValueError for any other text."""
    data = unbase58(key)
    if not data.startswith(_ED25519) or len(data) != 34:
        raise ValueError("this is no Ed25519 public key")
    return data[2:]
