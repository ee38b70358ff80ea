"""Credentials in pictures: put in, and taken out again, as Open Badges 3.0 says of PNG and SVG.

https://www.imsglobal.org/spec/ob/v3p0/#baked-badge
"""

import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

_NAME = b"openbadgecredential"
_SPACE = "https://purl.imsglobal.org/ob/v3p0"
_ELEMENT = f"{{{_SPACE}}}credential"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: The largest credential that is taken out of a picture, in bytes.
LARGEST = 1_000_000
#: The largest picture that is looked into.
LARGEST_PICTURE = 20_000_000


class NotBaked(ValueError):
    """There is no credential to be had from a picture; the message says why."""


def bake_png(picture: bytes, credential: str) -> bytes:
    """The PNG with a credential in it, instead of any that was there. Raises NotBaked for what is no PNG."""
    chunks = [chunk for chunk in _chunks(picture) if not _ours(*chunk)]
    # Neither compressed, nor with a language, nor with a translated name.
    baked = (b"iTXt", _NAME + b"\0\0\0\0\0" + credential.encode())
    return _SIGNATURE + b"".join(_written(*chunk) for chunk in [chunks[0], baked, *chunks[1:]])


def bake_svg(picture: bytes, credential: str) -> bytes:
    """The SVG with a credential in it, instead of any that was there. Raises NotBaked for what is no SVG."""
    old = _svg(picture)
    for there in old.findall(f".//{_ELEMENT}"):
        there.getparent().remove(there)
    # A namespace cannot be added to an element that is there.
    root = etree.Element(old.tag, attrib=dict(old.attrib), nsmap={**old.nsmap, "openbadges": _SPACE})
    root.text, root[:] = old.text, old[:]
    held = etree.Element(_ELEMENT)
    # The same JSON, without what would end the section.
    held.text = etree.CDATA(credential.replace("]]>", "]]\\u003e"))
    root.insert(0, held)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def unbaked(picture: bytes) -> str:
    """The credential in a PNG or SVG. Raises NotBaked where there is none, or not one alone, or it is damaged."""
    if len(picture) > LARGEST_PICTURE:
        raise NotBaked("the picture is too large")
    found = _in_png(picture) if picture.startswith(_SIGNATURE) else _in_svg(picture)
    if len(found) != 1:
        raise NotBaked("the picture has more than one credential" if found else "the picture has no credential")
    return found[0]


def _in_png(picture: bytes) -> list[str]:
    return [_text(content) for kind, content in _chunks(picture) if _ours(kind, content)]


def _in_svg(picture: bytes) -> list[str]:
    return ["".join(one.itertext()).strip() for one in _svg(picture).iter(_ELEMENT)]


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and content of each chunk of a PNG, from IHDR to IEND. Raises NotBaked for what is no whole PNG."""
    if not picture.startswith(_SIGNATURE):
        raise NotBaked("this is no PNG")
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        length, kind = int.from_bytes(picture[at : at + 4]), picture[at + 4 : at + 8]
        content, check = picture[at + 8 : at + 8 + length], picture[at + 8 + length : at + 12 + length]
        if len(check) != 4 or int.from_bytes(check) != zlib.crc32(kind + content):
            raise NotBaked("the PNG is damaged")
        yield kind, content
        at += 12 + length


def _written(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _ours(kind: bytes, content: bytes) -> bool:
    return kind == b"iTXt" and content.startswith(_NAME + b"\0")


def _text(content: bytes) -> str:
    rest = content[len(_NAME) + 1 :]
    parts = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(parts) != 3:
        raise NotBaked("the credential in the PNG is damaged")
    try:
        # Others may compress it.
        packed = zlib.decompressobj().decompress(parts[2], LARGEST + 1) if rest[0] else parts[2]
        if len(packed) > LARGEST:
            raise NotBaked("the credential in the picture is too large")
        return packed.decode()
    except (zlib.error, UnicodeDecodeError):
        raise NotBaked("the credential in the PNG is damaged") from None


def _svg(picture: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(picture, parser)
    except etree.XMLSyntaxError:
        raise NotBaked("this is neither a PNG nor an SVG") from None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise NotBaked("this is no SVG")
    return root
