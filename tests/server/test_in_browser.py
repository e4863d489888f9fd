"""A page in a real browser: what a person sees when it opens, changes, and is cut off."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from server.serving import Running, fill_in


def test_a_page_opens_hears_changes_and_says_when_it_is_cut_off(
    own_server: Callable[..., Running], browser: Browser
) -> None:
    server = own_server()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(server.url("/student?take=1"))
        fill_in(page)
        expect(page.locator(".widget-label")).to_contain_text("Hello", timeout=30_000)
        expect(page.locator("#pk-skeleton")).to_have_count(0)
        assert page.url == server.url("/student?take=1")

        page.evaluate("addEventListener('practika:changed', (e) => (window.heard = e.detail))")
        mira = server.school.people["mira"].id
        server.practika.services.takes.submit(mira, server.school.draft)
        page.wait_for_function("window.heard", timeout=2000)

        banner = page.locator("#pk-banner")
        expect(banner).to_be_hidden()
        server.kill()
        expect(banner).to_contain_text("Connection lost. Trying again…")
        server.start_again()
        expect(banner).to_contain_text("Practika was restarted.", timeout=15_000)
        expect(page.locator(".widget-label")).to_contain_text("Hello", timeout=30_000)
        assert page.url == server.url("/student?take=1")

        page.locator(".pk-profile summary").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(server.url("/login"))
