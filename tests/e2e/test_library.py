"""The library of the sample course: the first thing a visitor finds there, as either of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import stage
from stage import SignIn, keep

pytestmark = pytest.mark.e2e


def test_a_student_finds_a_question_an_exemplar_and_a_list(
    sign_in: SignIn, place: stage.Place
) -> None:
    page = sign_in("student")
    expect(page.get_by_text("Ada Okafor asks whether the class may see Canon")).to_be_visible()
    page.get_by_role("link", name="Answer in the library").click()
    question = page.get_by_role("heading", name="may the class see your take 2 of Canon")
    expect(question).to_be_visible()
    expect(page.get_by_role("button", name="Yes, the class may see it")).to_be_visible()
    expect(page.get_by_text("A student of the course")).to_be_visible()
    expect(page.get_by_text("Salma")).to_have_count(0)
    expect(page.get_by_role("heading", name="Before the concert")).to_be_visible()
    expect(page.get_by_text("For our meeting")).to_have_count(0)
    keep(page, "library-student")
    page.get_by_text("Compare with mine").click()
    expect(page.locator("video")).to_have_count(2)

    page.goto(f"{place.url}/student?view=exercises")
    expect(page.get_by_text("1 exemplar")).to_be_visible()


def test_a_teacher_finds_both_lists_and_what_was_asked(sign_in: SignIn, place: stage.Place) -> None:
    page = sign_in("teacher")
    page.goto(f"{place.url}/teacher?view=library")
    expect(page.get_by_role("heading", name="Before the concert")).to_be_visible()
    expect(page.get_by_role("heading", name="For our meeting")).to_be_visible()
    expect(page.get_by_text("Mira Lindqvist, Canon, right hand, take 2")).to_be_visible()
    expect(page.get_by_text("Take 5 of Salma Idrissi")).to_be_visible()
    keep(page, "library-teacher")
