"""A real server with the sample course and a real browser; every picture of it is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import stage


@pytest.fixture(scope="session")
def place(sample_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[stage.Place]:
    """One running Practika for the browser tests of a session."""
    folder = tmp_path_factory.mktemp("e2e")
    shutil.copytree(sample_course, folder / "data")
    with stage.running(folder) as running:
        yield running


@pytest.fixture
def sign_in(browser: Browser, place: stage.Place) -> Iterator[stage.SignIn]:
    """``sign_in(role, width=1280, dark=False, number=0)`` gives that person's own page."""
    opened: list[BrowserContext] = []

    def signed_in(role: str, width: int = 1280, dark: bool = False, number: int = 0) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844},
            color_scheme="dark" if dark else "light",
            permissions=["camera", "microphone"],
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        person = [each for each in place.people if each["role"] == role][number]
        page.goto(f"{place.url}/login")
        page.get_by_label("E-mail").fill(person["email"])
        page.get_by_label("Password", exact=True).fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**/{role}*")
        return page

    yield signed_in
    for context in opened:
        context.close()
