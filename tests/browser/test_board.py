import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageAs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_cell_opens_its_form_in_the_dialog_and_escape_leads_back(page_as: PageAs) -> None:
    page = page_as("trainer")
    page.goto("/cohorts/1/board")
    cell = page.locator("#board a.cell").nth(1)

    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-title")).to_be_focused()
    expect(page.locator("#dialog-body").get_by_label("Datum")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#dialog")).not_to_be_visible()
    expect(cell).to_be_focused()


def test_what_is_wrong_is_said_in_the_dialog(page_as: PageAs) -> None:
    page = page_as("trainer")
    page.goto("/cohorts/1/board")
    page.locator("#board a.cell").nth(1).click()
    form = page.locator("#dialog-body")

    form.get_by_label("Datum").fill("2027-03-28")
    form.get_by_label("Begint om").fill("02:30")  # the clocks go forward: there is no such time
    form.get_by_role("button", name="Opslaan").click()

    expect(form.locator('[aria-invalid="true"]').first).to_be_focused()
    expect(page.locator("#dialog")).to_be_visible()


def test_one_press_in_the_dialog_reminds_and_says_whom(page_as: PageAs) -> None:
    page = page_as("planner")
    page.goto("/cohorts/1/board")
    page.locator("#board a.cell", has_text="?").last.click()
    body = page.locator("#dialog-body")

    body.get_by_role("button", name="die nog niet antwoordden").click()

    expect(body.locator("#remind")).to_contain_text("4 mensen krijgen een herinnering.")
    expect(body.locator("#remind")).to_be_focused()
    expect(body.locator("#remind")).to_contain_text("Vandaag herinnerd")
    expect(body.get_by_role("button", name="die nog niet antwoordden")).to_have_count(0)
    expect(body.get_by_label("Datum")).to_be_visible()
    assert page.url.endswith("/board")
