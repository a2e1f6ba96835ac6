import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import psutil
import pytest
from flask import Flask

from program.core.clock import now
from program.core.db import db
from program.planning import jobs
from program.planning.actions import Wish, accept, ask_to_cancel, pose
from program.planning.jobs import PLANS, REASONS, claim, solve_next, work_on
from program.planning.models import PlanRun, RunKind, RunState
from tests.planning.stored import AT, plannable

LONG = Wish(steps=2_000_000, seconds=20)


def asked(wish: Wish) -> int:
    run_id = pose(plannable(), wish, at=AT, by=None).id
    db.session.commit()
    return run_id


def stored(run_id: int) -> PlanRun:
    db.session.rollback()
    return db.session.get_one(PlanRun, run_id, populate_existing=True)


def until(run_id: int, what: str) -> None:
    """Wait until that column has a value."""
    ends_at = monotonic() + 15
    while not getattr(stored(run_id), what) and monotonic() < ends_at:
        db.session.rollback()
        sleep(0.1)


def solver_of_ours() -> psutil.Process:
    ends_at = monotonic() + 10
    while monotonic() < ends_at:
        for child in psutil.Process().children():
            if "program.planning.worker" in child.cmdline():
                return child
        sleep(0.05)
    raise AssertionError("No worker was started.")


@pytest.mark.usefixtures("each_app")
def test_the_run_that_waits_is_solved_checked_and_can_be_accepted() -> None:
    run_id = asked(Wish(steps=200))

    assert solve_next()
    run = stored(run_id)
    accept(run, at=now(), by=None)
    db.session.commit()

    assert run.state == RunState.DONE
    assert run.report is not None
    assert (run.report["broken"], run.report["unplaced"]) == ([], [])
    assert not solve_next()


@pytest.mark.usefixtures("each_app")
def test_a_plan_does_not_wait_for_reasons() -> None:
    run_id = asked(Wish(steps=200))
    run = stored(run_id)
    run.kind = RunKind.REASONS
    db.session.commit()

    assert not solve_next(kinds=PLANS)
    assert stored(run_id).state == RunState.QUEUED
    run.kind = RunKind.PLAN
    db.session.commit()
    assert not solve_next(kinds=REASONS)
    assert solve_next(kinds=PLANS)


@pytest.mark.usefixtures("each_app")
def test_a_run_is_claimed_once() -> None:
    run_id = asked(Wish(steps=200))

    assert claim(run_id, now())
    db.session.commit()
    assert not claim(run_id, now())
    assert not solve_next()


@pytest.mark.usefixtures("app")
def test_the_job_gives_what_the_solver_gives_here() -> None:
    first, again = asked(Wish(steps=300, seed=7)), asked(Wish(steps=300, seed=7))

    solve_next()
    solve_next()

    one, other = stored(first).proposal, stored(again).proposal
    assert one is not None
    assert other is not None
    assert one["cost"] == other["cost"]


def test_a_person_stops_it_and_keeps_the_best_so_far(app: Flask) -> None:
    run_id = asked(LONG)
    worker = _in_thread(app)
    until(run_id, "progress")
    ask_to_cancel(stored(run_id), at=now(), by=None)
    db.session.commit()

    worker.join(15)

    run = stored(run_id)
    assert run.state == RunState.CANCELLED
    assert run.progress["phase"] in {"groups", "tables", "calendar"}
    assert run.proposal is not None
    assert run.proposal["stopped"]


def test_a_worker_that_is_killed_fails_its_run(app: Flask) -> None:
    run_id = asked(LONG)
    worker = _in_thread(app)
    solver_of_ours().kill()

    worker.join(15)

    assert (stored(run_id).state, stored(run_id).error) == (RunState.FAILED, "died")


def test_a_worker_that_dies_before_it_hears_the_question_fails_its_run(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead_already() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        process.wait(10)
        return process

    monkeypatch.setattr(jobs, "_started", dead_already)
    run_id = asked(LONG)

    solve_next()

    assert (stored(run_id).state, stored(run_id).error) == (RunState.FAILED, "died")


def test_a_runner_that_stops_leaves_its_run_for_the_next(app: Flask) -> None:
    run_id, stop = asked(LONG), Event()
    worker = _in_thread(app, stop)
    solver_of_ours()
    stop.set()

    worker.join(15)

    assert stored(run_id).state == RunState.QUEUED


@pytest.mark.usefixtures("each_app")
def test_a_run_without_a_sign_of_life_is_taken_up_once_more() -> None:
    run_id = asked(Wish(steps=200))
    claim(run_id, now() - timedelta(minutes=5))
    db.session.commit()

    assert solve_next()
    assert stored(run_id).state == RunState.DONE


@pytest.mark.usefixtures("app")
def test_a_run_that_dies_again_and_again_is_given_up() -> None:
    run_id = asked(Wish(steps=200))
    claim(run_id, now() - timedelta(minutes=5))
    db.session.commit()
    run = stored(run_id)
    run.progress = {"tries": 2}
    db.session.commit()

    assert not solve_next()
    assert stored(run_id).state == RunState.FAILED


@pytest.mark.usefixtures("app")
def test_whoever_lost_the_run_writes_nothing_any_more() -> None:
    run_id = asked(Wish(steps=200))
    claim(run_id, now())
    db.session.commit()
    run = stored(run_id)
    run.state = RunState.FAILED
    db.session.commit()

    work_on(run_id)

    assert stored(run_id).state == RunState.FAILED
    assert stored(run_id).proposal is None


def test_the_web_process_never_loads_the_solver() -> None:
    code = (
        "import sys; from program.app import create_app; create_app(SECRET_KEY='x',"
        " SQLALCHEMY_DATABASE_URI='sqlite://'); import program.planning.jobs;"
        "heavy = 'numpy', 'ortools', 'highspy', 'holidays';"
        "print([m for m in sys.modules if 'planning.solver' in m or m.startswith(heavy)])"
    )

    assert _python("-c", code) == "[]"


def test_the_worker_loads_neither_web_nor_database() -> None:
    code = (
        "import sys; import program.planning.worker, program.planning.__main__;"
        "print([m for m in ('flask', 'sqlalchemy', 'numpy') if m in sys.modules])"
    )

    assert _python("-c", code) == "[]"


@pytest.mark.usefixtures("app")
def test_a_stored_question_and_plan_are_checked_without_a_database(tmp_path: Path) -> None:
    run_id = asked(Wish(steps=200))
    solve_next()
    run = stored(run_id)
    question, plan = tmp_path / "question.json", tmp_path / "plan.json"
    question.write_text(json.dumps(run.question))
    plan.write_text(json.dumps(run.proposal))

    report = json.loads(_python("-m", "program.planning", "check", str(question), str(plan)))

    assert report == run.report


def _in_thread(app: Flask, stop: Event | None = None) -> Thread:
    def work() -> None:
        with app.app_context():
            solve_next(stop=stop)

    thread = Thread(target=work)
    thread.start()
    return thread


def _python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()
