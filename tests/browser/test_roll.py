"""The roll at the door, as a phone shows it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.attendance.actions import Mark, receive
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import bump, db
from program.invitations.actions import Given, answer, release
from program.invitations.models import Invitation, PartStat
from program.meetings.models import Seat
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
            self.meeting_id, self.cohort_id = meeting.id, cohort.id
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

    def invited(self) -> None:
        with self.site.app.app_context():
            release(self.cohort_id, by=self.people[0], at=now() - timedelta(days=9))
            db.session.commit()
            db.session.remove()

    def answers(self, i: int, partstat: PartStat) -> None:
        """As a link in the mail does."""
        with self.site.app.app_context():
            asked = select(Invitation.id).where(Invitation.person_id == self.people[i])
            answer(db.session.scalars(asked).one(), Given(partstat, "link", now()), by=None)
            db.session.commit()
            db.session.remove()

    def gives_up(self, i: int) -> None:
        with self.site.app.app_context():
            asked = select(Seat).where(Seat.person_id == self.people[i])
            db.session.scalars(asked).one().released_at = now()
            bump(Cohort, [self.cohort_id])
            db.session.commit()
            db.session.remove()

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


def said(page: Page, door: Door, i: int) -> Locator:
    return page.locator(f"#said{door.people[i]}")


def open_roll(page: Page, door: Door) -> None:
    """With answers asked, and a clock that the test moves."""
    door.invited()
    page.clock.install()
    page.goto(door.url)
    expect(said(page, door, 2)).to_have_text("Nog geen antwoord")


def half_a_minute(page: Page) -> None:
    page.clock.run_for(31_000)


def test_an_answer_shows_on_an_open_roll_within_a_minute(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    open_roll(page, door)
    expect(page.locator("#answers")).to_contain_text("Nog geen antwoord: 3")
    door.answers(1, PartStat.DECLINED)

    half_a_minute(page)

    expect(said(page, door, 1)).to_have_text("Komt niet")
    expect(page.locator("#answers")).to_contain_text("Nog geen antwoord: 2")


def test_an_answer_that_comes_leaves_marks_and_the_keyboard_alone(
    page_as: PageAs, door: Door
) -> None:
    page = page_as("trainer", width=390)
    open_roll(page, door)
    page.route("**/mark", lambda route: route.abort())
    tap(page, "Bos", "Afwezig")
    search = page.get_by_role("searchbox")
    search.fill("bo")
    door.answers(1, PartStat.ACCEPTED)

    half_a_minute(page)

    expect(said(page, door, 1)).to_have_text("Komt")
    expect(search).to_be_focused()
    expect(search).to_have_value("bo")
    expect(page.locator(f"#p{door.people[1]} input:checked")).to_have_value("absent")
    expect(page.locator("#unsent")).to_contain_text("1 notering is nog niet opgeslagen")


def test_a_link_beside_the_answers_keeps_the_keyboard(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer")
    open_roll(page, door)
    link = page.get_by_role("link", name="Antwoorden en toelichtingen")
    link.focus()
    door.answers(0, PartStat.ACCEPTED)

    half_a_minute(page)

    expect(said(page, door, 0)).to_have_text("Komt")
    expect(link).to_be_focused()


def test_who_is_booked_elsewhere_meanwhile_is_told(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    open_roll(page, door)
    door.gives_up(2)

    half_a_minute(page)

    expect(said(page, door, 2)).to_have_text("Wordt niet meer verwacht")
    page.get_by_role("link", name="Toon de nieuwe lijst").click()
    expect(page.locator("ul.rc li")).to_have_count(2)


def test_who_was_signed_out_stays_on_the_roll_and_hears_it(page_as: PageAs, door: Door) -> None:
    page = page_as("trainer", width=390)
    open_roll(page, door)
    page.context.clear_cookies()

    with page.expect_response(lambda answer: answer.status == 401):
        half_a_minute(page)
    tap(page, "Bos", "Te laat")

    expect(page.locator("#unsent")).to_contain_text("U bent uitgelogd")
    expect(page.locator(f"#p{door.people[1]} input:checked")).to_have_value("late")


def _wait_until_nothing_is_unsent(page: Page) -> None:
    """By looking again: a page with our policy lets nobody wait for a function in it."""
    for _ in range(100):
        if page.evaluate("!localStorage.getItem('roll-' + roll.dataset.meeting)"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("There are marks that were not sent.")
