"""Takes the screenshots in this folder anew, on the demo: `make shots`."""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from program.cohorts.closed_days import closed_days  # noqa: E402
from program.core.clock import now  # noqa: E402
from program.demo.dates import shift_for, shifted_files  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SCREENS = {"desktop": (1440, 900), "phone": (390, 844)}
PLANNER, TRAINER, PARTICIPANT, HR = "Hanneke de Wit", "Amber Berg", "Carlijn Ruiter", "Helma"
COHORT = "/cohorts/1"


@contextmanager
def demo() -> Iterator[str]:
    """The address of a server with the demo in a database of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/shots.db", "SECRET_KEY": "shots", "DEMO": "yes",
            "PUBLIC_URL": address, "MAIL_URL": "",
        }  # fmt: skip
        for words in (["db", "upgrade"], ["demo", "load"]):
            subprocess.run(flask + words, env=environment, check=True, cwd=HERE.parent)
        serve = [*flask, "serve", "--port", port]
        server = subprocess.Popen(serve, env=environment, cwd=HERE.parent)
        try:
            _wait_for(f"{address}/health")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{address} did not answer")


class Town:
    """Windows of who is who, and pictures of what they see."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address

    def page_of(self, name: str, screen: str = "desktop") -> Page:
        width, height = SCREENS[screen]
        window = self.browser.new_context(
            base_url=self.address, locale="nl-NL", timezone_id="Europe/Amsterdam",
            viewport={"width": width, "height": height}, reduced_motion="reduce",
        )  # fmt: skip
        page = window.new_page()
        page.goto("/demo")
        page.get_by_role("button", name=name).click()
        page.wait_for_url(lambda url: "/demo" not in url)
        return page

    def shoot(self, picture: str, name: str, path: str) -> None:
        for screen in SCREENS:
            page = self.page_of(name, screen)
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.wait_for_function("document.fonts.status === 'loaded'")
            page.screenshot(path=HERE / f"{picture}-{screen}.png")
            page.context.close()


def first_link(page: Page, path: str, name: str) -> str:
    """Where the first link with such a name on that page leads to."""
    page.goto(path)
    return page.get_by_role("link", name=re.compile(name)).first.get_attribute("href") or path


def daily(town: Town) -> None:
    """What the demo shows as it is."""
    town.shoot("overview", PLANNER, COHORT)
    town.shoot("board", PLANNER, f"{COHORT}/board")
    town.shoot("my-programme", PARTICIPANT, "/")
    town.shoot("encounters", PLANNER, f"{COHORT}/encounters")
    town.shoot("assignments", TRAINER, f"{COHORT}/assignments")
    participant = town.page_of(PARTICIPANT)
    mail = first_link(participant, "/mailbox/", "Uitnodiging: Nieuwe relaties")
    town.shoot("mailbox-message", PARTICIPANT, mail)
    hr = town.page_of(HR)
    town.shoot("hr-report", HR, first_link(hr, "/reports/", "Bekijken"))
    trainer = town.page_of(TRAINER)
    trainer.goto(f"{COHORT}/attendance")
    rolls = trainer.locator("main a[href$='/roll']")
    town.shoot("roll", TRAINER, rolls.nth(1).get_attribute("href") or COHORT)


def moved(town: Town) -> None:
    """One session later in the day: something to publish."""
    page = town.page_of(PLANNER)
    page.goto(f"{COHORT}/board")
    page.locator("table.board").first.locator("tbody tr").nth(1).locator("a").nth(8).click()
    page.locator("#dialog-body").get_by_label("Begint om").fill("10:15")
    page.locator("#dialog-body").get_by_role("button", name="Opslaan").click()
    page.get_by_text("De bijeenkomst is verplaatst").wait_for()
    town.shoot("release-preview", PLANNER, f"{COHORT}/release")


def planned(town: Town) -> None:
    """The same files again as next year's cohort, up to the planner's proposal."""
    page = town.page_of(PLANNER)
    page.goto("/intake/")
    page.get_by_label("Bestanden").set_input_files(
        {"name": "enschede.zip", "mimeType": "application/zip", "buffer": _next_year()}
    )
    page.get_by_label("Naam van de nieuwe lichting").fill(f"Enschede {now().year + 2}")
    page.get_by_role("button", name="Uploaden en lezen").click()
    page.get_by_role("button", name="De rijen tonen").click()
    page.wait_for_url("**/preview*")
    town.shoot("import-preview", PLANNER, page.url)
    page.get_by_role("button", name="De goede rijen inlezen").click()
    page.get_by_role("link", name="Naar de lichting").click()
    page.wait_for_url("**/cohorts/*")
    cohort = page.url
    page.goto(f"{cohort}/mix")
    page.get_by_role("button", name="Groepen maken").click()
    page.locator("#arrangement").wait_for(timeout=120_000)
    town.shoot("mix", PLANNER, page.url)
    page.goto(f"{cohort}/plan")
    page.get_by_role("button", name="Maak groepen en planning").click()
    page.get_by_role("button", name="Neem deze planning over").wait_for(timeout=120_000)
    town.shoot("plan-proposal", PLANNER, page.url)
    town.shoot("plan-costs", PLANNER, f"{page.url}?view=costs#views")
    changed(town, page)


def changed(town: Town, page: Page) -> None:
    """Another wish, and what the next plan changes for it."""
    cohort = page.url.split("/plan/")[0]
    page.get_by_role("button", name="Neem deze planning over").click()
    page.wait_for_url("**/board")
    wish = f"{cohort}/plan/rules?rule=weekday.preferred#rule-weekday-preferred"
    page.goto(wish)
    rule = page.locator("#rule-weekday-preferred")
    rule.get_by_label("Wens").check()
    rule.get_by_label("Maandag").uncheck()
    rule.get_by_role("button", name="Opslaan").click()
    rule.get_by_text("Opgeslagen").wait_for()
    town.shoot("plan-rules", PLANNER, wish)
    page.goto(f"{cohort}/plan")
    page.get_by_role("button", name="Maak groepen en planning").click()
    page.get_by_role("navigation", name="Delen van het voorstel").wait_for(timeout=120_000)
    town.shoot("plan-changes", PLANNER, f"{page.url}#views")


def _next_year() -> bytes:
    year = timedelta(days=365)
    day = now().date() + 2 * year
    shift = shift_for(day, closed_days(day - year, day + year, "noord"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in shifted_files(shift).items():
            archive.writestr(name, content)
    return packed.getvalue()


def main() -> None:
    if CHROMIUM is None:
        raise SystemExit("Chromium is needed, and was not found.")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--lang=nl-NL"],
            env=os.environ | {"LANGUAGE": "nl"},
        )  # fmt: skip
        town = Town(browser, address)
        daily(town)
        moved(town)
        planned(town)
        browser.close()


if __name__ == "__main__":
    main()
