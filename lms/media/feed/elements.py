"""What stands in an element of a feed, by usual names."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from lms.media.feed.document import usual


@dataclass(slots=True)
class About:
    """What stands directly in an element, by its usual name such as `itunes:author`."""

    texts: dict[str, str]
    """The first words under each name."""
    elements: dict[str, list[etree._Element]]

    def text(self, *names: str) -> str:
        """The first of these that says anything."""
        for name in names:
            if name in self.texts:
                return self.texts[name]
        return ""

    def all(self, name: str) -> list[etree._Element]:
        """Every element of this name, of those that are asked for more than their words."""
        return self.elements.get(name) or []

    def first(self, *names: str) -> etree._Element | None:
        """The first element of the first of these names that there is."""
        return next((self.elements[name][0] for name in names if name in self.elements), None)


#: What is asked for more than its words.
_WHOLE = frozenset(
    ["enclosure", "link", "atom:link", "atom:author", "media:group", "media:content", "image", "itunes:image"]
    + ["itunes:category", "psc:chapters"]
    + [f"podcast:{name}" for name in "person transcript chapters season episode soundbite".split()]
    + [f"podcast:{name}" for name in "trailer funding license licence".split()]
)


def about_of(element: Iterable[etree._Element]) -> About:
    """What `element` has to say of itself."""
    texts: dict[str, str] = {}
    elements: dict[str, list[etree._Element]] = {}
    for child in element:
        tag = child.tag
        if tag.__class__ is not str:
            continue  # a comment
        name = usual(tag)
        if name in _WHOLE:
            if name in elements:
                elements[name].append(child)
            else:
                elements[name] = [child]
        if name not in texts:
            text = child.text if not len(child) else "".join(child.itertext())
            if text and (text := text.strip()):
                texts[name] = text
    return About(texts, elements)


def attribute(element: etree._Element | None, name: str) -> str:
    """What an attribute says; nothing when there is none."""
    return (element.get(name) or "").strip() if element is not None else ""
