"""Who may ask for a view: said beside each, and refused to everyone where nothing is said."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from lms.people.models import Role

V = TypeVar("V", bound=Callable[..., Any])
Who = Literal["everyone", "readers"] | Role


def opens_to(who: Who) -> Callable[[V], V]:
    """Say who may ask for a view: everyone, readers (whom site.yaml lets read), or those with a role."""

    def marked(view: V) -> V:
        view.opens_to = who  # type: ignore[attr-defined]
        return view

    return marked
