"""The page that shows the API, in a real browser that enforces the content security policy."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.browser
def test_the_page_shows_the_operations_and_nothing_is_blocked(browser: "Browser", live_server: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 12_000})  # it draws what is in view
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector("#operations-pledges-pledges_assign", timeout=30_000)
    assert [one for one in said if "Content Security Policy" in one or "Error" in one] == []
    outside = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert all(address.startswith((live_server.url, "data:")) for address in outside)
    context.close()
