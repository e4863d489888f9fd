"""What a page has already is shown at the click, whatever its kernel is doing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import stage
from faults import kernel, process_of
from stage import SignIn

pytestmark = pytest.mark.e2e


def test_a_kernel_that_sleeps_holds_back_no_view(sign_in: SignIn, place: stage.Place) -> None:
    student = sign_in("student")
    expect(student.get_by_role("heading", name="New for you")).to_be_visible()
    sleeper = process_of(place, kernel(student))
    menu = student.get_by_role("navigation").first
    sleeper.suspend()
    try:
        menu.get_by_role("link", name="My stacks").click()
        expect(student.get_by_role("heading", level=1, name="My stacks")).to_be_focused()
        expect(student.locator("a.stk").first).to_be_visible()
        student.go_back()
        expect(student.get_by_role("heading", name="New for you")).to_be_visible()
        menu.get_by_role("link", name="Progress").click()
        expect(student.get_by_role("heading", level=1)).to_have_text("Progress")
        assert "Progress" not in student.title(), "this only Python says"
    finally:
        sleeper.resume()
    expect(student).to_have_title(re.compile("^Progress"))
    expect(student.get_by_role("heading", level=1)).to_have_text("Progress")
