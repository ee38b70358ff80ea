"""SVG pictures: how large they are, and that they do nothing but show."""

import re
from math import isfinite
from typing import Any

from lxml import etree

LARGEST = 2_000_000

#: Of a side, in CSS pixels: no page shows more, and a ratio that large is a slip or a trap.
MOST_ACROSS = 100_000

_NEVER = {"script", "foreignobject", "iframe", "embed", "object", "handler", "listener", "audio", "video"}
_LINKS = {"href", "src"}
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_STYLE_LEADS_OUT = re.compile(r"@import|url\(\s*['\"]?(?!#|data:image/(?:png|jpeg|gif|webp)[;,])|expression\(", re.I)
_LENGTH = re.compile(r"\s*([0-9]{0,400}\.?[0-9]{1,400})\s*(px|pt|pc|mm|cm|in|em|rem|)\s*$", re.IGNORECASE)
_UNITS = {
    "": 1,
    "px": 1,
    "pt": 4 / 3,
    "pc": 16,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96,
    "em": 16,
    "rem": 16,
}


class UnsafeSvg(Exception):
    """An SVG that is not to be published; the message has the mend after a semicolon."""

    def __init__(self, message: str, rule: str, line: int = 1) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line


def svg_size(data: bytes) -> tuple[int, int]:
    """Width and height in CSS pixels. Raises UnsafeSvg for one that runs or fetches anything."""
    if len(data) > LARGEST:
        raise UnsafeSvg("the SVG has more than 2 MB; simplify it, or save it as PNG", "broken-picture")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None) or 1
        raise UnsafeSvg("this is not well-formed SVG; save it again as plain SVG", "broken-picture", line) from fault
    if etree.QName(root).localname != "svg":
        raise UnsafeSvg("this is XML, but not SVG; save it again as plain SVG", "broken-picture", 1)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise UnsafeSvg("the SVG declares entities; save it again as plain SVG", "svg-script", 1)
    _verify_instructions(root)
    for element in root.iter():
        _verify(element)
    return _size(root)


def _verify_instructions(root: Any) -> None:
    before = root.getprevious()
    while before is not None:
        if before.tag is etree.PI:
            raise UnsafeSvg(
                "the SVG asks for a stylesheet; save it again as plain SVG", "svg-script", before.sourceline
            )
        before = before.getprevious()


def _verify(element: Any) -> None:
    line = element.sourceline or 1
    if element.tag is etree.Entity or element.tag is etree.PI:
        raise UnsafeSvg("the SVG holds an entity or instruction; save it again as plain SVG", "svg-script", line)
    if not isinstance(element.tag, str):
        return  # a comment
    name = etree.QName(element).localname.lower()
    if name in _NEVER:
        raise UnsafeSvg(f"the SVG holds <{name}>; delete it, or save the picture as PNG", "svg-script", line)
    if name == "style" and _STYLE_LEADS_OUT.search("".join(element.itertext())):
        raise UnsafeSvg("the SVG's style leads outside; keep all of it in the file", "svg-script", line)
    for key, value in element.attrib.items():
        attribute = etree.QName(key).localname.lower()
        text = re.sub(r"[\s\x00-\x20]+", "", value)
        animated = name in ("set", "animate") and attribute == "attributename"
        if attribute.startswith("on") or "javascript:" in text.lower():
            raise UnsafeSvg(f"the SVG runs a script by `{attribute}`; delete it", "svg-script", line)
        if (
            animated
            and text.lower().rpartition(":")[2] in ("href", "src")
            or animated
            and text.lower().startswith("on")
        ):
            raise UnsafeSvg("the SVG changes where a link leads; delete that", "svg-script", line)
        if attribute in _LINKS and text and not _INSIDE.match(text):
            raise UnsafeSvg(f"the SVG refers to `{value[:60]}` outside; keep all of it in the file", "svg-script", line)
        if _STYLE_LEADS_OUT.search(value):
            raise UnsafeSvg(f"the SVG's `{attribute}` leads outside; keep all of it in the file", "svg-script", line)


def _size(root: Any) -> tuple[int, int]:
    wide, high = (_pixels(root.get(name)) for name in ("width", "height"))
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    try:
        across, down = (float(box[2]), float(box[3])) if len(box) == 4 else (0.0, 0.0)
    except ValueError:
        across, down = 0.0, 0.0
    if across > 0 and down > 0:
        wide, high = (
            wide or (high * across / down if high else across),
            high or (wide or across) * down / across,
        )
    if not wide or not high:
        raise UnsafeSvg("the SVG does not say its size; add a `viewBox`", "svg-size", 1)
    if not (isfinite(wide) and isfinite(high) and max(wide, high) <= MOST_ACROSS):
        what = f"the SVG is more than {MOST_ACROSS} pixels wide or high"
        raise UnsafeSvg(f"{what}; mend its `viewBox`, `width` and `height`", "broken-picture", 1)
    return max(1, round(wide)), max(1, round(high))


def _pixels(length: str | None) -> float:
    found = _LENGTH.match(length or "")
    return float(found[1]) * _UNITS[found[2].lower()] if found else 0.0
