from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from program.core.db import db
from program.planning.models import PlanRun, RunKind
from tests.browser.conftest import PageAs, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def as_it_was(live: Site) -> Iterator[None]:
    """The proposal is put back after each test."""
    with live.app.app_context():
        run = db.session.query(PlanRun).filter_by(kind=RunKind.GROUPS).one()
        number, before = run.id, dict(run.proposal or {})
        db.session.remove()
    yield
    with live.app.app_context():
        db.session.get_one(PlanRun, number).proposal = before
        db.session.commit()
        db.session.remove()


def mixing(page: Page) -> tuple[Locator, Locator]:
    """The two groups."""
    page.goto("/cohorts/1/mix")
    cards = page.locator(".mixcard")
    return cards.nth(0), cards.nth(1)


def first_of(group: Locator) -> tuple[Locator, str]:
    box = group.get_by_role("checkbox").first
    return box, f"#{box.get_attribute('id')}"


def test_an_arrow_key_moves_who_has_the_focus_and_says_what_happened(page_as: PageAs) -> None:
    page = page_as("planner")
    one, other = mixing(page)
    box, who = first_of(one)

    box.focus()
    page.keyboard.press("ArrowRight")

    expect(other.locator(who)).to_be_focused()
    expect(one.locator(who)).to_have_count(0)
    expect(page.locator("#mix-said")).to_contain_text("Verplaatst.")


def test_somebody_is_dragged_to_another_group(page_as: PageAs) -> None:
    page = page_as("planner")
    one, other = mixing(page)
    box, who = first_of(one)

    box.locator("xpath=ancestor::li").drag_to(other.locator("legend"))

    expect(other.locator(who)).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_people_are_selected_and_moved_by_a_button(page_as: PageAs, scripts: bool) -> None:
    page = page_as("planner", width=390, scripts=scripts)
    one, other = mixing(page)
    box, who = first_of(one)

    box.check()
    page.get_by_label("Gekozen mensen naar").select_option(index=1)
    page.get_by_role("button", name="Verplaatsen").click()

    expect(other.locator(who)).to_have_count(1)
    expect(other.locator(who)).not_to_be_checked()


def test_two_people_change_places_and_the_sizes_stay(page_as: PageAs) -> None:
    page = page_as("planner")
    one, other = mixing(page)
    (box, who), (second, whom) = first_of(one), first_of(other)

    box.check()
    second.check()
    page.get_by_role("button", name="Laat wisselen").click()

    expect(other.locator(who)).to_have_count(1)
    expect(one.locator(whom)).to_have_count(1)
    expect(page.locator(".mixcard .fault")).to_have_count(0)
