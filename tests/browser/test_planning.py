from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from program.accounts.models import Person, Role
from program.core.clock import now
from program.core.db import db
from program.planning.actions import pose
from program.planning.models import PlanRun, RunState
from tests.browser.conftest import PageAs, Site
from tests.browser.walking import AXE, faults_of
from tests.factories import grant
from tests.planning.stored import AT, FEW, plannable, solved

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CURVE = [[0, 3, 900, 300], [1, 0, 700, 300], [3, 0, 420, 310]]


@pytest.fixture(scope="module")
def plans(live: Site) -> Iterator[tuple[str, int, int]]:
    """A cohort with a proposal, and a run that is at work: the cohort's address, both numbers."""
    with live.app.test_request_context("/"):
        cohort = plannable()
        planner = db.session.get_one(Person, live.people["planner"])
        grant(planner, Role.PLANNER, cohort.organisation)
        done = solved(cohort)
        done.curve = CURVE
        busy = pose(cohort, FEW, at=AT, by=None)
        busy.state, busy.started_at = RunState.RUNNING, now()
        busy.beat_at = now() + timedelta(days=1)  # nobody takes it over
        busy.curve = CURVE
        busy.progress = {
            "phase": "calendar", "step": 40, "steps": 100, "broken": 1, "cost": 420, "bound": 310,
        }  # fmt: skip
        db.session.commit()
        found = f"/cohorts/{cohort.id}/plan", done.id, busy.id
        db.session.remove()
    yield found
    with live.app.app_context():
        db.session.execute(db.delete(PlanRun).where(PlanRun.id.in_(found[1:])))
        db.session.commit()


@pytest.mark.slow
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: run tests/setup.sh")
@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
def test_every_part_of_a_proposal_is_fit_for_everyone(
    plans: tuple[str, int, int], page_as: PageAs, width: int
) -> None:
    base, done, busy = plans
    page = page_as("planner", width=width)
    parts = ("board", "list", "list&what=all", "dates", "groups", "tables", "trainers", "costs")
    addresses = [f"{base}/{done}?view={part}" for part in parts]
    addresses += [f"{base}/{busy}", f"{base}/rules", f"{base}/rules?rule=parallel.weekday"]

    faults = [fault for address in addresses for fault in faults_of(page, address)]

    assert not faults, "\n".join(faults)


def test_a_rule_is_changed_in_its_row_without_losing_the_place(
    plans: tuple[str, int, int], page_as: PageAs
) -> None:
    page = page_as("planner")
    page.goto(f"{plans[0]}/rules")
    row = page.locator("#rule-parallel-window")

    row.get_by_role("link", name="Wijzigen").click()
    row.get_by_label("Hooguit zoveel dagen").fill("14")
    row.get_by_role("button", name="Opslaan").click()

    expect(row.get_by_role("status")).to_contain_text("Opgeslagen")
    expect(row).to_contain_text("binnen 14 dagen")
    assert page.evaluate("document.activeElement.id") == "rule-parallel-window"


def test_a_rule_is_changed_without_scripts(plans: tuple[str, int, int], page_as: PageAs) -> None:
    page = page_as("planner", scripts=False)
    page.goto(f"{plans[0]}/rules")
    row = page.locator("#rule-pace")

    row.get_by_role("link", name="Wijzigen").click()
    row.get_by_label("Uit: telt niet mee").check()
    row.get_by_role("button", name="Opslaan").click()

    expect(row).to_contain_text("Uit")
    expect(row).to_contain_text("Opgeslagen")


def test_the_page_of_a_run_opens_the_proposal_by_itself(
    plans: tuple[str, int, int], page_as: PageAs, live: Site
) -> None:
    base, _done, busy = plans
    page = page_as("planner")
    page.goto(f"{base}/{busy}")
    expect(page.get_by_role("img", name="Van 700 naar 420 punten")).to_be_visible()

    with live.app.app_context():
        run = db.session.get_one(PlanRun, busy)
        run.state, run.finished_at = RunState.CANCELLED, now()
        db.session.commit()

    expect(page.get_by_text("Het is gestopt voordat er een voorstel was.")).to_be_visible()
