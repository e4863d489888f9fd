"""An upgrade under open pages: they live on, and are built anew when nobody uses them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from forking import ForkServer
from practika_kernel.forks.wire import NEW_CODE
from server.serving import fill_in, finish, run

STUDENT = [
    "import ipywidgets as w\nsaid = w.Label('old')\nbutton = w.Button(description='Ask')",
    "button.on_click(lambda _: setattr(said, 'value', 'answered'))\nw.VBox([button, said])",
]


@pytest.fixture
def short() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pf-") as folder:
        yield Path(folder)


def test_a_page_lives_through_an_upgrade_and_is_renewed_at_rest(
    tmp_path: Path, short: Path, browser: Browser
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "page.py").write_text("version = 1")
    forks = ForkServer(short, watched=code).wait_until_warm()
    server = run(tmp_path, lean={"student": STUDENT}, forks=forks.place, limits={"renew": 3})
    try:
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(server.url("/student?view=stacks"))
            fill_in(page)
            expect(page.get_by_text("old", exact=True)).to_be_visible(timeout=30_000)
            kernel = page.evaluate("document.documentElement.dataset.kernel")

            (code / "page.py").write_text("version = 2, and longer")
            assert forks.process.wait(30) == NEW_CODE
            page.get_by_role("button", name="Ask").evaluate("(button) => button.click()")
            expect(page.get_by_text("answered")).to_be_visible()

            forks = ForkServer(short, watched=code).wait_until_warm()
            banner = page.locator("#pk-banner")
            expect(banner).to_contain_text("Practika was updated.", timeout=30_000)
            expect(page.get_by_text("old", exact=True)).to_be_visible(timeout=30_000)
            assert page.evaluate("document.documentElement.dataset.kernel") != kernel
            assert page.url == server.url("/student?view=stacks")
    finally:
        finish(server)
        forks.end()
