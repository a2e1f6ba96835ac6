"""The whole road in a real Chromium, on a server started as `make run` starts it, on SQLite.

The planner uploads the municipality's files, plans, publishes; a participant answers and hands in
work; a trainer keeps the roll; HR takes its export. Each step uses what the step before left.
"""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from program.cohorts.closed_days import closed_days
from program.demo.dates import shift_for, shifted_files

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COHORT = "Enschede 2029"
SOMEBODY = date(2029, 11, 20)  # the programme begins some months before, so all of it is to come
PLANNER, HR = "Hanneke de Wit", "Helma Reijnders"


@dataclass
class Town:
    address: str
    browser: Browser
    environment: dict[str, str]

    def flask(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip

    def page_of(self, name: str, *, language: str = "en", width: int = 1440) -> Page:
        """A window in which this person just came in."""
        window = self.browser.new_context(
            base_url=self.address, locale=language, viewport={"width": width, "height": 900}
        )
        page = window.new_page()
        page.goto("/demo")
        page.get_by_role("button", name=name).click()
        page.wait_for_url(lambda url: "/demo" not in url)
        return page


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Generator[Town]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("road")
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'road.db'}",
        "SECRET_KEY": "road", "DEMO": "yes", "PUBLIC_URL": address, "MAIL_URL": "",
    }  # fmt: skip
    town = Town(address, chromium, environment)
    town.flask("db", "upgrade")
    _planner_of_a_bureau(town)
    server = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)],
        env=environment,
    )
    _wait_for(f"{address}/health")
    yield town
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=30) == 0


def _planner_of_a_bureau(town: Town) -> None:
    town.flask("organisation", "add", "Bureau", "--kind", "bureau")
    email = "hanneke@bureau.example"
    town.flask(
        "users", "add", email, "--given-name", "Hanneke", "--infix", "de", "--surname", "Wit",
        "--language", "en",
    )  # fmt: skip
    town.flask("users", "grant", email, "planner", "--organisation", "Bureau")


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")


@pytest.fixture(scope="module")
def planner(town: Town) -> Iterator[Page]:
    page = town.page_of(PLANNER)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def files() -> bytes:
    year = timedelta(days=365)
    shift = shift_for(SOMEBODY, closed_days(SOMEBODY - year, SOMEBODY + year, "noord"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in shifted_files(shift).items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(scope="module")
def loaded(planner: Page, files: bytes) -> Page:
    planner.goto("/intake/")
    planner.get_by_label("Files").set_input_files(
        {"name": "enschede.zip", "mimeType": "application/zip", "buffer": files}
    )
    planner.get_by_label("Name of the new cohort").fill(COHORT)
    planner.get_by_role("button", name="Upload and read").click()
    planner.get_by_role("button", name="Show the rows").click()
    expect(planner.get_by_role("main")).to_contain_text("fout.adres@")
    planner.get_by_role("button", name="Import the good rows").click()
    expect(planner.get_by_role("heading", level=1)).to_have_text(f"{COHORT} is loaded")
    planner.get_by_role("link", name="To the cohort").click()
    return planner


@pytest.fixture(scope="module")
def planned(loaded: Page) -> Page:
    cohort = loaded.url
    loaded.goto(f"{cohort}/plan")
    loaded.get_by_role("button", name="Make groups and schedule").click()
    loaded.get_by_role("button", name="Accept this plan").click(timeout=120_000)
    loaded.goto(cohort)
    return loaded


@pytest.fixture(scope="module")
def published(planned: Page) -> Page:
    cohort = planned.url
    planned.goto(f"{cohort}/release")
    planned.get_by_role("button", name="Publish", exact=True).click()
    expect(planned.get_by_text("Everything is published")).to_be_visible()
    planned.goto(cohort)
    return planned


def test_the_files_become_a_cohort_of_ninety_people(loaded: Page) -> None:
    cohort = loaded.url
    loaded.goto(f"{cohort}/people")

    expect(loaded.locator("table tbody tr")).to_have_count(90)
    loaded.goto(cohort)


def test_the_board_shows_six_groups_and_fifteen_tables_a_round(planned: Page) -> None:
    cohort = planned.url
    planned.goto(f"{cohort}/board")

    groups, tables = (planned.locator("table.board").nth(n) for n in (0, 1))
    expect(groups.locator("tbody tr")).to_have_count(6)
    expect(tables.locator("tbody tr")).to_have_count(6)
    expect(tables.locator("tbody tr").first.locator("td")).to_have_count(15)
    planned.goto(cohort)


def test_a_participant_finds_the_invitation_and_answers_as_a_calendar_does(
    published: Page, town: Town
) -> None:
    page = town.page_of("Carlijn Ruiter", language="nl")
    page.get_by_role("link", name="Postvak").click()
    page.get_by_role("link", name=re.compile("Uitnodiging: Kracht en valkuil")).first.click()
    page.get_by_role("button", name="Ik kom niet").click()

    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("U komt niet")
    page.context.close()


def test_a_participant_answers_on_the_own_page_with_a_phone(published: Page, town: Town) -> None:
    page = town.page_of("Nadine ten Çelik", language="nl", width=390)

    page.get_by_role("button", name="Ik kom", exact=True).first.click()

    expect(page.get_by_text("U komt", exact=True).first).to_be_visible()
    page.context.close()


def test_a_participant_hands_in_work(published: Page, town: Town) -> None:
    page = town.page_of("Carlijn Ruiter", language="nl")
    page.get_by_role("link", name="Opdrachten", exact=True).click()
    page.get_by_role("link", name="Persoonlijk mission statement").click()
    page.locator("textarea").fill("Ik wil vaker eerst luisteren.")
    page.get_by_role("button", name="Inleveren").click()

    expect(page.get_by_text("Ik wil vaker eerst luisteren.")).to_be_visible()
    page.context.close()


def test_moving_a_meeting_waits_until_it_is_published(published: Page) -> None:
    cohort = published.url
    published.goto(f"{cohort}/board")
    published.locator("table.board").first.locator("tbody tr").first.locator("a").nth(1).click()
    published.get_by_label("Starts at").fill("10:15")
    published.get_by_role("button", name="Save", exact=True).click()
    expect(published.get_by_text("The session is moved.")).to_be_visible()
    published.goto(f"{cohort}/release")

    expect(published.get_by_role("main")).to_contain_text("moves: answer again")
    published.get_by_role("button", name="Publish", exact=True).click()
    expect(published.get_by_text("Everything is published")).to_be_visible()
    published.goto(cohort)


def test_the_trainer_marks_the_roll_on_a_phone(published: Page, town: Town) -> None:
    page = town.page_of("Amber Berg", language="nl", width=390)
    page.goto(_first_roll(published))
    page.locator("input[value=late]").first.check()
    page.get_by_role("button", name="Rest is aanwezig").click()

    expect(page.locator(".counts")).to_contain_text(re.compile(r"89\s*aanwezig"))
    page.context.close()


def _first_roll(published: Page) -> str:
    """The kick-off, for everybody."""
    return "/meetings/1/roll"


def test_hr_takes_the_export_of_its_own_people(published: Page, town: Town) -> None:
    email = "helma@enschede.example"
    town.flask(
        "users", "add", email, "--given-name", "Helma", "--surname", "Reijnders",
        "--language", "en",
    )  # fmt: skip
    town.flask("users", "grant", email, "hr", "--organisation", "Gemeente Enschede")
    page = town.page_of(HR)
    page.goto("/reports/")
    page.get_by_role("link", name=re.compile("Look")).first.click()
    page.get_by_label("As known on").fill("2031-06-30")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Excel")).click()

    sheets = CalamineWorkbook.from_path(str(Path(download.value.path())))
    rows = sheets.get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 1530
    page.context.close()
