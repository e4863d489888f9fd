"""axe-core in a page of Playwright's: WCAG 2.2 AA and its best practice, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[1] / "widgets/js/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size"]
RUN = """async ([where, runOnly]) => {
  const told = { runOnly, resultTypes: ['violations'], preload: false, iframes: false };
  const found = await axe.run(where ?? document, told);
  return found.violations.map(v => ({ id: v.id, impact: v.impact, html: v.nodes[0].html,
    why: v.nodes[0].failureSummary, times: v.nodes.length }));
}"""


def problems(page: Page, within: str | None = None, *, looks: bool = False) -> list[str]:
    """What axe-core finds: rule, how bad, and the first element of each kind.

    ``within`` is a selector: a dialog, or a widget in somebody else's page; with ``looks`` only
    contrast and sizes count: what another theme or width changes where the elements stay.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SOURCE.read_text(encoding="utf-8") + ";0")
    only = {"type": "rule", "values": LOOKS} if looks else {"type": "tag", "values": RULES}
    found: list[dict[str, Any]] = page.evaluate(RUN, [within, only])
    return [f"{f['id']} ({f['impact']}, {f['times']}x): {f['html'][:200]}" for f in found]
