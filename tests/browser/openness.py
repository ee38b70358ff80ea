"""Whether a page is open to all: what axe complains of."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What is well is neither collected nor sent: that took most of the time.
_LOOK = "async (options) => (await axe.run(options)).violations"


def complaints(tab: Page) -> str:
    """What axe finds against WCAG 2.2 AA on the page as it now stands; nothing where all is well."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = tab.evaluate(_LOOK, {"runOnly": _RULES, "resultTypes": ["violations"]})
    return "\n".join(
        f"{one['id']}: {one['help']}: {node['html']}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    )
