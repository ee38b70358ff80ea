"""What stands in an element of a feed, by usual names."""

from dataclasses import dataclass

from lxml import etree

from lms.media.feed.document import tag_of, usual
from lms.media.feed.values import web


@dataclass(slots=True)
class About:
    """What stands directly in an element, by its usual name such as `itunes:author`."""

    elements: dict[str, etree._Element]
    """The first of each name."""
    more: dict[str, list[etree._Element]]
    """All of each name, where some name stands twice; empty otherwise."""

    def text(self, *names: str) -> str:
        """The first of these that says anything."""
        elements = self.elements
        for name in names:
            if name in elements:
                element = elements[name]
                text = element.text if not len(element) else "".join(element.itertext())
                if text and (text := text.strip()):
                    return text
                for other in self.more.get(name, ()):
                    if text := "".join(other.itertext()).strip():
                        return text
        return ""

    def all(self, name: str) -> list[etree._Element]:
        """Every element of this name."""
        if self.more:
            return self.more.get(name) or []
        return [self.elements[name]] if name in self.elements else []

    def first(self, *names: str) -> etree._Element | None:
        """The first element of the first of these names that there is."""
        return next((self.elements[name] for name in names if name in self.elements), None)


class _Names(dict[object, str]):
    """The usual names of tags as lxml has them; nothing for comments and the like."""

    def __missing__(self, tag: object) -> str:
        if len(self) > 2_000:
            self.clear()  # somebody makes tags up
        self[tag] = found = usual(tag) if isinstance(tag, str) else ""
        return found


_names = _Names()


def about_of(element: etree._Element) -> About:
    """What `element` has to say of itself."""
    elements = {_names[child.tag]: child for child in element}
    more: dict[str, list[etree._Element]] = {}
    if len(elements) != len(element):
        for child in element:
            more.setdefault(_names[child.tag], []).append(child)
        elements = {name: found[0] for name, found in more.items()}
    return About(elements, more)


def attribute(element: etree._Element | None, name: str) -> str:
    """What an attribute says; nothing when there is none."""
    return (element.get(name) or "").strip() if element is not None else ""


def link_of(about: About, source: str) -> str:
    """The page that a show or item names as its own."""
    for element in about.all("atom:link") if "atom:link" in about.elements else ():
        if element.get("rel", "alternate") == "alternate" and element.get("href"):
            found = web(element.get("href") or "", source)
            if found and not about.text("link"):
                return found
    return web(about.text("link"), source)


def image_of(about: About) -> str:
    """The address of the picture of a show or item, as it is written."""
    for element in about.all("itunes:image"):
        if element.get("href"):
            return element.get("href") or ""
    for element in about.all("image"):
        for child in element:
            if tag_of(child) == "url":
                return (child.text or "").strip()
    return about.text("atom:logo", "atom:icon")
