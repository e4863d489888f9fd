"""Presses as people make them."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


def choose(radio: Locator) -> None:
    """Choose one of several, on the words around the button: once they stand still, nothing else.

    The button itself is out of sight, and a press forced upon its place hits something else while
    what stands above is still growing.
    """
    radio.locator("xpath=ancestor::label[1]").click()
    expect(radio).to_be_checked()
