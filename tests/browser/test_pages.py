import pytest

from tests.browser.conftest import PageAs, Site
from tests.browser.walking import AXE, faults_of, pages_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(1200),  # some fifty pages, each examined
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: run tests/setup.sh"),
]
ROLES = ("trainer", "participant", "hr", None)  # a planner sees what a trainer sees


@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_every_page_is_fit_for_everyone(
    live: Site, page_as: PageAs, role: str | None, width: int
) -> None:
    page = page_as(role, width=width)

    faults = [fault for address in pages_of(live, role) for fault in faults_of(page, address)]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("role", "fewest"), [("trainer", 10), ("participant", 3), ("hr", 3)])
def test_each_role_has_pages_to_walk(live: Site, role: str, fewest: int) -> None:
    assert len(pages_of(live, role)) >= fewest


@pytest.mark.parametrize("role", [role for role in ROLES if role])
def test_the_keyboard_reaches_the_content_first(page_as: PageAs, role: str) -> None:
    page = page_as(role)
    page.goto("/privacy")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/privacy#content")

    assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_of_the_account_closes_with_escape(page_as: PageAs) -> None:
    page = page_as("trainer")
    page.goto("/privacy")
    menu = page.locator("details.account")

    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")

    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_without_scripts_one_can_still_switch_language_and_sign_out(page_as: PageAs) -> None:
    page = page_as("participant", scripts=False)
    page.goto("/privacy")

    page.locator("details.account summary").click()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()

    assert page.url.endswith("/sign-in")
    assert page.get_by_role("status").inner_text().strip() == "You are signed out."
