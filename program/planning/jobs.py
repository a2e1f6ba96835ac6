"""Solves what is asked, one plan at a time, in a process of its own; reasons beside it.

The claim is one conditional UPDATE; what the worker says about its progress is written in short
transactions, twice a second at most. A run whose solver died is taken up once more.
"""

import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

import structlog
from sqlalchemy import select, update

from program.core.clock import now as clock
from program.core.db import db, reading
from program.planning.actions.asking_why import ask_why
from program.planning.curve import Curve
from program.planning.models import PlanRun, RunKind, RunState

STALE = timedelta(seconds=30)  # without a sign of life: whoever worked on it is gone
BETWEEN = 0.5  # seconds between two lines in the database
GRACE = 30  # seconds that the worker gets over the asked ones
TRIES = 2
ROOT = Path(__file__).parents[2]
NEEDED = ("PATH", "LANG", "TZ", "HOME", "XDG_CACHE_HOME", "CC")  # the last three to build

log = structlog.get_logger()


Kinds = Collection[RunKind]
REASONS: Kinds = frozenset({RunKind.REASONS})
PLANS: Kinds = frozenset(RunKind) - {RunKind.REASONS}  # somebody waits for these


def solve_next(
    now: datetime | None = None, *, stop: Event | None = None, kinds: Kinds = frozenset(RunKind)
) -> bool:
    """Take the run of these kinds that waits longest, and solve it. False when none waits."""
    now = now or clock()
    if not _is_anything_asked(kinds):
        return False
    _take_back_stale(now, kinds)
    run_id = _claim_oldest(now, kinds)
    db.session.commit()
    if run_id is not None:
        work_on(run_id, stop=stop)
    return run_id is not None


def _is_anything_asked(kinds: Kinds) -> bool:
    with reading():
        wanted = select(PlanRun.id).where(
            PlanRun.state.in_([RunState.QUEUED, RunState.RUNNING]), PlanRun.kind.in_(kinds)
        )
        found = db.session.scalar(wanted.limit(1)) is not None
        db.session.rollback()
    return found


def claim(run_id: int, now: datetime) -> bool:
    """Make the run ours, if nobody did so before."""
    taken = db.session.execute(
        update(PlanRun)
        .where(PlanRun.id == run_id, PlanRun.state == RunState.QUEUED)
        .values(state=RunState.RUNNING, started_at=now, beat_at=now)
        .returning(PlanRun.id),
        execution_options={"synchronize_session": False},
    )
    return taken.scalar() is not None


def _claim_oldest(now: datetime, kinds: Kinds) -> int | None:
    waiting = (
        select(PlanRun.id)
        .where(PlanRun.state == RunState.QUEUED, PlanRun.kind.in_(kinds))
        .order_by(PlanRun.id)
    )
    return next(
        (run_id for run_id in db.session.scalars(waiting).all() if claim(run_id, now)), None
    )


def _take_back_stale(now: datetime, kinds: Kinds) -> None:
    stale = select(PlanRun).where(
        PlanRun.state == RunState.RUNNING,
        PlanRun.kind.in_(kinds),
        PlanRun.beat_at < now - STALE,
    )
    for run in db.session.scalars(stale):
        tries = int(run.progress.get("tries", 1))
        again = tries < TRIES and run.cancel_asked_at is None
        run.state = RunState.QUEUED if again else RunState.FAILED
        run.progress = {"tries": tries + 1}
        run.error = "" if again else "died"
        run.finished_at = None if again else now
        log.warning("plan_taken_back", run=run.id, again=again)


def work_on(run_id: int, *, stop: Event | None = None) -> None:
    """Solve a claimed run in a process of its own, and store what comes of it."""
    with reading():
        run = db.session.get_one(PlanRun, run_id)
        task = {
            "kind": run.kind.value,
            "question": run.question["problem"],
            "plan": run.question.get("plan"),
            "limits": {
                "seed": run.seed, "seconds": run.seconds, "steps": run.question["steps"],
            },
        }  # fmt: skip
        work = _Work(run_id, run.started_at, run.seconds, int(run.progress.get("tries", 1)))
        db.session.rollback()
    log.info("plan_started", run=run_id)
    work.do(task, stop or Event())


class _Work:
    """One process, followed until its end."""

    def __init__(
        self, run_id: int, started_at: datetime | None, seconds: float, tries: int
    ) -> None:
        self.run_id, self.started_at, self.tries = run_id, started_at, tries
        self.ends_at = time.monotonic() + seconds + GRACE
        self.progress: dict[str, Any] = {}
        self.began_at, self.curve = time.monotonic(), Curve()
        self.result: dict[str, Any] | None = None
        self.error = "died"

    def do(self, task: dict[str, Any], stop: Event) -> None:
        with _started() as process:
            lines = _followed(process, task)
            try:
                self._follow(process, lines, stop)
            finally:
                process.kill()
        if stop.is_set() and self.result is None:
            self._write(state=RunState.QUEUED, progress={"tries": self.tries})
        else:
            self._finish()

    def _follow(self, process: subprocess.Popen[str], lines: "Lines", stop: Event) -> None:
        wrote_at = time.monotonic()
        while time.monotonic() < self.ends_at and not stop.is_set():
            try:
                line = lines.get(timeout=0.1)
            except queue.Empty:
                line = {}
            if line is None or "result" in line:
                self.result = line and line["result"]
                self._end_curve()
                return
            self._hear(line)
            if time.monotonic() - wrote_at >= BETWEEN:
                wrote_at = time.monotonic()
                if self._beat():
                    _hang_up(process)  # so it stops, with the best so far

    def _hear(self, line: dict[str, Any]) -> None:
        if "progress" in line:
            self.progress = line["progress"]
            self.curve.add(time.monotonic() - self.began_at, self.progress)
        if "failed" in line:
            self.error = line["failed"]
            log.error("plan_impossible_here", run=self.run_id, why=line["why"])

    def _end_curve(self) -> None:
        """With the plan itself: the last lines of progress were not written."""
        proposal = (self.result or {}).get("proposal", {"cost": {}})
        if (phase := self.progress.get("phase")) in proposal["cost"] and self.result:
            last = {
                "phase": phase,
                "broken": len(self.result["report"]["broken"]),
                "cost": proposal["cost"][phase],
                "bound": proposal["bound"][phase],
            }
            self.curve.add(time.monotonic() - self.began_at, last)

    def _beat(self) -> bool:
        """Say how far it is; hear whether somebody wants it to stop, or took it over."""
        self._write(
            beat_at=clock(),
            progress=self.progress | {"tries": self.tries},
            curve=self.curve.points,
        )
        with reading():
            asked = select(PlanRun.cancel_asked_at).where(PlanRun.id == self.run_id)
            wanted = db.session.scalar(asked) is not None
            db.session.rollback()
        return wanted

    def _finish(self) -> None:
        at = clock()
        if self.result is None:
            late = time.monotonic() >= self.ends_at
            error = "late" if late else self.error
            self._write(state=RunState.FAILED, error=error, finished_at=at, beat_at=at)
            log.warning("plan_failed", run=self.run_id, why=error)
            return
        asked = select(PlanRun.cancel_asked_at).where(PlanRun.id == self.run_id)
        cancelled = db.session.scalar(asked) is not None
        self._write(
            state=RunState.CANCELLED if cancelled else RunState.DONE,
            **self.result,  # a proposal and its report, or reasons
            progress=self.progress,
            curve=self.curve.points,
            finished_at=at,
            beat_at=at,
        )
        log.info("plan_made", run=self.run_id)
        if not cancelled:
            ask_why(self.run_id, at=at)
            db.session.commit()

    def _write(self, **values: Any) -> None:
        """Only while the run is still ours: it may have been taken back and given to another."""
        db.session.execute(
            update(PlanRun)
            .where(
                PlanRun.id == self.run_id,
                PlanRun.state == RunState.RUNNING,
                PlanRun.started_at == self.started_at,
            )
            .values(**values),
            execution_options={"synchronize_session": False},
        )
        db.session.commit()


Lines = queue.Queue[dict[str, Any] | None]


def _started() -> "subprocess.Popen[str]":
    """It gets no more of our environment than it needs."""
    return subprocess.Popen(
        [sys.executable, "-m", "program.planning.worker"],
        cwd=ROOT,
        env={name: os.environ[name] for name in NEEDED if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _followed(process: "subprocess.Popen[str]", task: dict[str, Any]) -> Lines:
    """What the process says, line by line; nothing more comes after None."""
    lines: Lines = queue.Queue()
    if process.stdin is None or process.stdout is None:
        raise ValueError("The worker has no pipes.")
    Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        log.warning("plan_worker_died_at_once")
        _hang_up(process)
    return lines


def _hang_up(process: "subprocess.Popen[str]") -> None:
    """Who died reads nothing: closing would fail on what was written last."""
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.close()


def _read(stream: IO[str], lines: Lines) -> None:
    for line in stream:
        try:
            lines.put(json.loads(line))
        except ValueError:
            break  # half a line: it was killed
    lines.put(None)
