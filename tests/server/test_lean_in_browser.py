"""The lean front end in a real browser: a page lives on through reloads, cuts and endings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cable import cable
from server.serving import Running, fill_in, finish, run

STUDENT = [
    "import ipywidgets as w\n"
    "slider = w.IntSlider(3, description='Level')\n"
    "told = w.Label('not yet')\n"
    "button = w.Button(description='Ask')\n"
    "field = w.Text(placeholder='Your words', continuous_update=True)",
    "def answer(_):\n"
    "    told.value = f'level {slider.value}, {field.value}'\n"
    "    box.children = [*box.children, w.HTML('<i class=\"new\">made later</i>')]\n"
    "button.on_click(answer)",
    "box = w.VBox([slider, w.HBox([button, told]), field])\nbox",
    "import asyncio, os\nasync def later():\n    told.value = 'a moment later'\n"
    "if 'later' in os.environ['QUERY_STRING']:\n"
    "    asyncio.get_running_loop().create_task(later())",
]


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("lean-browser")
    running = run(folder, lean={"student": STUDENT}, kernels_per_person=6)
    yield running
    finish(running)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as made:
        yield made


def opened(context: BrowserContext, address: str, query: str = "") -> Page:
    """A tab with the student's page; the first of a context signs in."""
    page = context.new_page()
    page.goto(f"{address.rstrip('/')}/student{query}")
    if "/login" in page.url:
        fill_in(page)
    expect(page.get_by_role("button", name="Ask")).to_be_visible(timeout=30_000)
    return page


def write(page: Page, words: str) -> None:
    """Type, ask, and wait for the kernel's answer."""
    field = page.get_by_placeholder("Your words")
    field.fill(words)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(f"level 3, {words}")).to_be_visible()


def kernel_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.kernel"))


def session_of(server: Running, context: BrowserContext) -> requests.Session:
    """The browser's own sign-in, to ask the server with."""
    session = requests.Session()
    for cookie in context.cookies():
        session.cookies.set(cookie["name"], cookie["value"])
    session.headers["X-XSRFToken"] = session.cookies["_xsrf"]
    return session


def test_a_click_is_answered_and_new_widgets_appear(lean: Running, context: BrowserContext) -> None:
    page = opened(context, lean.address)
    write(page, "hello")
    expect(page.locator("i.new")).to_have_count(1)
    expect(page.locator("#pk-skeleton")).to_have_count(0)


def test_a_reload_keeps_kernel_and_values_and_the_address_clean(
    lean: Running, context: BrowserContext
) -> None:
    page = opened(context, lean.address, "?take=5")
    write(page, "before")
    kernel = kernel_of(page)
    page.reload()
    expect(page.get_by_text("level 3, before")).to_be_visible()
    expect(page.get_by_placeholder("Your words")).to_have_value("before")
    expect(page.locator("i.new")).to_have_count(1)
    assert kernel_of(page) == kernel
    assert page.url == lean.url("/student?take=5")
    write(page, "after")


def test_back_returns_to_the_same_kernel(lean: Running, context: BrowserContext) -> None:
    page = opened(context, lean.address)
    write(page, "I was here")
    kernel = kernel_of(page)
    page.goto(lean.url("/nothing"))
    page.go_back()
    expect(page.get_by_text("level 3, I was here")).to_be_visible()
    assert kernel_of(page) == kernel
    write(page, "and still am")


def test_two_tabs_do_not_disturb_each_other(lean: Running, context: BrowserContext) -> None:
    one, two = opened(context, lean.address), opened(context, lean.address)
    write(one, "one")
    write(two, "two")
    assert kernel_of(one) != kernel_of(two)
    for page, words in ((one, "one"), (two, "two")):
        page.reload()
        expect(page.get_by_text(f"level 3, {words}")).to_be_visible()


def test_a_cut_line_is_mended_with_everything_in_place(
    lean: Running, context: BrowserContext
) -> None:
    with cable(lean.address) as line:
        page = opened(context, line.url)
        write(page, "before the cut")
        kernel = kernel_of(page)
        line.cut()
        expect(page.locator("#pk-banner")).to_contain_text("Connection lost. Trying again…")
        page.get_by_placeholder("Your words").fill("typed meanwhile")
        line.mend()
        expect(page.locator("#pk-banner")).to_contain_text("Connected again.", timeout=15_000)
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_text("level 3, typed meanwhile")).to_be_visible()
        assert kernel_of(page) == kernel


def test_a_proxy_that_buffers_only_makes_it_later(lean: Running, context: BrowserContext) -> None:
    with cable(lean.address, holds=True) as line:
        page = opened(context, line.url)
        write(page, "through the proxy")
        page.reload()
        expect(page.get_by_text("level 3, through the proxy")).to_be_visible()


def test_a_page_that_was_ended_builds_itself_again_and_says_so(
    lean: Running, context: BrowserContext
) -> None:
    opened(context, lean.address).close()  # signs in; its clicks are another page's
    page = opened(context, lean.address, "?view=stacks")
    first = kernel_of(page)
    ended = session_of(lean, context).delete(lean.url(f"/api/kernels/{first}"))
    assert ended.status_code == 204
    page.wait_for_function("(old) => document.documentElement.dataset.kernel !== old", arg=first)
    expect(page.locator("#pk-banner")).to_contain_text("What you saved is safe.")
    write(page, "again")
    assert page.url == lean.url("/student?view=stacks")


def test_nobody_is_taken_out_of_what_they_are_doing(lean: Running, context: BrowserContext) -> None:
    page = opened(context, lean.address)
    write(page, "busy")
    first = kernel_of(page)
    session_of(lean, context).delete(lean.url(f"/api/kernels/{first}"))
    banner = page.locator("#pk-banner")
    expect(banner).to_contain_text("What you saved is safe.")
    expect(page.get_by_placeholder("Your words")).to_have_value("busy")
    assert kernel_of(page) == first
    banner.get_by_role("button", name="Reload").click()
    expect(page.get_by_text("not yet")).to_be_visible()


def test_what_changes_while_the_page_connects_is_caught_up(
    lean: Running, context: BrowserContext
) -> None:
    """The kernel says it in the moment between the page's text and its open line."""
    page = opened(context, lean.address, "?later=1")
    expect(page.get_by_text("a moment later", exact=True)).to_be_visible()
