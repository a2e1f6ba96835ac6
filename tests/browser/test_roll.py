"""The roll at the door, as a phone shows it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.attendance.actions import Mark, receive
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT
from program.core.clock import now
from program.core.db import db
from tests.browser.conftest import PageAs, Site
from tests.factories import make_cohort, make_enrolment, make_meeting, make_person, make_seat

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine
SAVED = "Opgeslagen: Noor {}, {}"


class Door:
    """A roll of three people that only this test uses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.app.app_context():
            bureau = db.session.scalars(
                select(Organisation).where(Organisation.name == "Bureau Leerkracht")
            ).one()
            cohort = make_cohort(organisation=bureau)
            meeting = make_meeting(cohort, starts_at=now() - timedelta(hours=1))
            people = [make_person(surname=name) for name in ("Aaij", "Bos", "Çelik")]
            for person in people:
                make_enrolment(cohort, person)
                make_seat(meeting, person)
            self.meeting_id = meeting.id
            self.people = [person.id for person in people]
            db.session.remove()
        self.url = f"/meetings/{self.meeting_id}/roll"

    def states(self) -> list[str]:
        with self.site.app.app_context():
            rows = db.session.execute(
                select(Presence.person_id, Presence.state).where(
                    Presence.meeting_id == self.meeting_id, CURRENT
                )
            )
            found = {person: state.value for person, state in rows}
            db.session.remove()
        return [found.get(person, "") for person in self.people]

    def marked_by_another(self, i: int, state: PresenceState) -> None:
        with self.site.app.app_context():
            other = db.session.scalars(select(Person).where(Person.given_name == "Carmen")).one()
            mark = Mark(state, stamp="elsewhere.1")
            receive(self.meeting_id, self.people[i], mark, by=other.id, at=now())
            db.session.commit()
            db.session.remove()


@pytest.fixture
def door(live: Site) -> Door:
    return Door(live)


def tap(page: Page, name: str, state: str) -> None:
    row = page.locator("ul.rc li", has_text=f"Noor {name}")
    row.locator("label", has_text=state).click()


def counts(page: Page) -> list[str]:
    return page.locator("#counts b").all_inner_texts()


def test_a_tap_is_saved_at_once_and_said(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)

    tap(page, "Bos", "Te laat")

    expect(page.locator("#saved")).to_have_text(SAVED.format("Bos", "Te laat"))
    assert counts(page) == ["0", "1", "0", "2"]
    assert door.states() == ["", "late", ""]


def test_a_tap_can_be_undone(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    tap(page, "Bos", "Afwezig")
    expect(page.locator("#saved")).to_have_text(SAVED.format("Bos", "Afwezig"))

    page.get_by_role("button", name="Ongedaan maken").click()

    expect(page.get_by_text("1 notering ongedaan gemaakt.")).to_be_visible()
    assert door.states() == ["", "", ""]


def test_without_a_connection_marks_wait_on_the_device(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    page.context.set_offline(True)

    tap(page, "Aaij", "Aanwezig")
    tap(page, "Bos", "Afwezig")

    expect(page.locator("#unsent")).to_contain_text("2 noteringen zijn nog niet opgeslagen")
    expect(page.locator("li.unsent")).to_have_count(2)
    assert door.states() == ["", "", ""]

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#unsent")).to_be_hidden()
    assert counts(page) == ["1", "0", "1", "1"]
    assert door.states() == ["present", "absent", ""]


def test_marks_that_wait_survive_closing_the_page(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    page.route("**/mark", lambda route: route.abort())
    tap(page, "Aaij", "Te laat")
    expect(page.locator("#unsent")).to_be_visible()
    page.goto("/privacy")
    page.unroute("**/mark")

    page.goto(door.url)

    expect(page.locator("#saved")).to_have_text(SAVED.format("Aaij", "Te laat"))
    assert door.states() == ["late", "", ""]


@pytest.mark.parametrize(
    ("button", "state"), [("Neem de mijne", "absent"), ("Laat zoals het is", "late")]
)
def test_two_editors_see_both_versions(
    page_as: PageAs, door: Door, button: str, state: str
) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    door.marked_by_another(0, PresenceState.LATE)

    tap(page, "Aaij", "Afwezig")

    expect(page.get_by_text("Carmen Öztürk noteerde om")).to_be_visible()
    assert door.states() == ["late", "", ""]
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Carmen Öztürk noteerde om")).to_be_hidden()
    expect(page.locator(f"#p{door.people[0]} input:checked")).to_have_value(state)
    _wait_until_nothing_is_unsent(page)
    assert door.states() == [state, "", ""]


def test_the_rest_is_present(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    tap(page, "Bos", "Afwezig")
    expect(page.locator("#saved")).to_have_text(SAVED.format("Bos", "Afwezig"))

    page.get_by_role("button", name="Rest is aanwezig").click()

    expect(page.get_by_text("2 personen genoteerd.")).to_be_visible()
    assert door.states() == ["present", "absent", "present"]


def test_the_rest_waits_for_a_tap_that_is_on_its_way(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)
    on_their_way: list[Route] = []
    page.route("**/mark", lambda route: on_their_way.append(route))  # noqa: PLW0108 (the driver marks it)
    tap(page, "Bos", "Afwezig")

    page.get_by_role("button", name="Rest is aanwezig").click()
    on_their_way[0].continue_()

    expect(page.get_by_text("2 personen genoteerd.")).to_be_visible()
    assert door.states() == ["present", "absent", "present"]


def test_searching_shows_the_matching_names_only(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    page.goto(door.url)

    page.get_by_role("searchbox").fill("celik")

    assert page.locator("ul.rc li:visible .n a").all_inner_texts() == ["Noor Çelik"]


def test_without_scripts_one_button_saves_all(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390, scripts=False)
    page.goto(door.url)
    tap(page, "Aaij", "Aanwezig")
    tap(page, "Çelik", "Afwezig")

    page.get_by_role("button", name="Opslaan").click()

    expect(page.get_by_text("2 personen genoteerd.")).to_be_visible()
    assert door.states() == ["present", "", "absent"]


def test_a_roll_is_kept_by_keyboard(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer")
    page.goto(door.url)

    page.locator(f"#p{door.people[0]} input").first.focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("#saved")).to_have_text(SAVED.format("Aaij", "Te laat"))
    assert door.states() == ["late", "", ""]


def _wait_until_nothing_is_unsent(page: Page) -> None:
    """By looking again: a page with our policy lets nobody wait for a function in it."""
    for _ in range(100):
        if page.evaluate("!localStorage.getItem('roll-' + roll.dataset.meeting)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("There are marks that were not sent.")
