import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.meetings.models import Meeting
from program.planning.actions import Wish, pose
from program.planning.models import PlanRun, RunState
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import grant, make_cohort, make_person
from tests.planning.stored import AT, FEW, make_participant, plannable, solved


def planner_of(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def runs() -> list[PlanRun]:
    return list(db.session.scalars(select(PlanRun).order_by(PlanRun.id)))


def test_the_page_counts_what_will_be_planned(app: Flask) -> None:
    cohort = plannable()

    page = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan")

    assert page.status_code == 200
    assert "<b>8</b>" in page.text
    assert "alert warn" not in page.text


def test_the_page_names_what_is_missing(app: Flask) -> None:
    cohort = make_cohort()

    page = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan")

    for sentence in ("Er doet nog niemand mee.", "geen modules", "geen trainer", "geen zalen"):
        assert sentence in page.text


def test_asking_for_a_plan_leads_to_its_progress(app: Flask) -> None:
    cohort = plannable()
    planner = planner_of(app, cohort)

    page = planner.post(
        f"/cohorts/{cohort.id}/plan", data={"seconds": "20", "seed": "4"}, follow_redirects=True
    )

    (run,) = runs()
    assert (run.seed, run.seconds, run.state) == (4, 20, RunState.QUEUED)
    assert "Wacht tot de planner begint" in page.text
    assert f"/cohorts/{cohort.id}/plan/{run.id}/progress" in page.text


@pytest.mark.parametrize("typed", [{"seconds": "0"}, {"seconds": "many"}, {"seed": "-1"}])
def test_a_number_that_cannot_be_is_refused_beside_its_field(
    app: Flask, typed: dict[str, str]
) -> None:
    cohort = plannable()

    page = planner_of(app, cohort).post(
        f"/cohorts/{cohort.id}/plan", data={"seconds": "20", "seed": "1"} | typed
    )

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert runs() == []


def test_a_cohort_without_people_is_refused_in_a_sentence(app: Flask) -> None:
    cohort = make_cohort()

    page = planner_of(app, cohort).post(
        f"/cohorts/{cohort.id}/plan", data={"seconds": "20", "seed": "1"}
    )

    assert page.status_code == 422
    assert "Haal eerst de deelnemers binnen." in page.text


def test_progress_tells_the_phase_and_comes_anew_when_it_is_over(app: Flask) -> None:
    cohort = plannable()
    planner = planner_of(app, cohort)
    run = pose(cohort, FEW, at=AT, by=None)
    run.state = RunState.RUNNING
    run.progress = {
        "phase": "tables", "step": 50, "steps": 100, "broken": 2, "cost": 31, "bound": 0,
    }  # fmt: skip
    db.session.commit()
    address = f"/cohorts/{cohort.id}/plan/{run.id}/progress"

    busy = planner.get(address)
    run.state = RunState.CANCELLED
    db.session.commit()
    over = planner.get(address)

    assert "Tafels mengen" in busy.text
    assert 'value="50"' in busy.text
    assert "HX-Refresh" not in busy.headers
    assert over.headers["HX-Refresh"] == "true"


def test_a_proposal_shows_groups_dates_load_and_who_cannot_come(app: Flask) -> None:
    cohort = plannable()
    away = make_participant(cohort, working_days=0b11110)
    run = solved(cohort)

    page = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan/{run.id}?view=dates")

    assert f"{away.name}: werkt niet op die weekdag" in page.text
    assert "Intervisie 2" in page.text
    assert "Neem deze planning over" in page.text


def test_what_could_not_be_kept_is_told_with_its_reason(app: Flask) -> None:
    cohort = plannable()
    make_participant(cohort, working_days=0)
    run = solved(cohort)

    page = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan/{run.id}")

    assert "Wat niet lukte" in page.text
    assert "werkt niet op die weekdag." in page.text


def test_accepting_makes_the_proposal_the_draft(app: Flask) -> None:
    cohort = plannable()
    run = solved(cohort)

    page = planner_of(app, cohort).post(f"/cohorts/{cohort.id}/plan/{run.id}/acceptance")

    assert page.status_code == 302
    assert len(db.session.scalars(select(Meeting)).all()) == 8


def test_an_outdated_proposal_is_refused_with_what_to_do(app: Flask) -> None:
    cohort = plannable()
    run = solved(cohort)
    make_participant(cohort)

    page = planner_of(app, cohort).post(f"/cohorts/{cohort.id}/plan/{run.id}/acceptance")

    assert page.status_code == 422
    assert "Plan opnieuw." in page.text
    assert db.session.scalars(select(Meeting)).all() == []


def test_a_person_stops_a_run(app: Flask) -> None:
    cohort = plannable()
    run = pose(cohort, Wish(), at=now(), by=None)
    db.session.commit()

    planner_of(app, cohort).post(f"/cohorts/{cohort.id}/plan/{run.id}/cancellation")

    assert runs()[0].state == RunState.CANCELLED


def test_a_failed_run_says_so(app: Flask) -> None:
    cohort = plannable()
    run = pose(cohort, FEW, at=AT, by=None)
    run.state, run.error = RunState.FAILED, "late"
    db.session.commit()

    page = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan/{run.id}")

    assert "Het plannen duurde te lang" in page.text


def test_plans_of_other_bureaus_are_not_there(app: Flask) -> None:
    mine, theirs = plannable(), plannable()
    run = pose(theirs, FEW, at=AT, by=None)
    db.session.commit()
    planner = planner_of(app, mine)

    assert planner.get(f"/cohorts/{theirs.id}/plan").status_code == 404
    assert planner.get(f"/cohorts/{mine.id}/plan/{run.id}").status_code == 404
    assert planner.post(f"/cohorts/{mine.id}/plan/{run.id}/acceptance").status_code == 404


def test_a_participant_cannot_plan(app: Flask) -> None:
    cohort = plannable()
    participant = sign_in(
        app, grant(make_person(), Role.PARTICIPANT, cohort.clients[0], cohort_id=cohort.id)
    )

    assert participant.get(f"/cohorts/{cohort.id}/plan").status_code == 403


def test_the_history_costs_the_same_for_one_and_three_runs(app: Flask) -> None:
    cohort = plannable()
    planner = planner_of(app, cohort)

    def statements() -> int:
        run = pose(cohort, FEW, at=AT, by=None)
        run.state = RunState.CANCELLED
        db.session.commit()
        with counted_queries() as seen:
            planner.get(f"/cohorts/{cohort.id}/plan")
        return len(seen)

    assert len({statements() for _again in range(3)}) == 1
