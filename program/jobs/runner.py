"""The runner: one elected process that does the schedule.

APScheduler is only its clock: in memory, in UTC, and a tick does no more than wake a worker. What
is due is rows in our tables, so a tick too many or too few does no harm. Each job has a worker of
its own, so a long one holds up no other.

Nothing here trusts that a thread lives: when the ticks stop (an error in the scheduler, a clock
that was set back) a new clock is made, and a worker that ended is started again.
"""

import signal
from collections.abc import Sequence
from threading import Event, Thread
from time import monotonic, sleep
from types import FrameType

import structlog
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from program.core.clock import now
from program.core.db import db, reading
from program.jobs.inheriting import inherit_from_the_dead
from program.jobs.leader import Leadership, leadership
from program.jobs.models import RunMark
from program.jobs.owners import our_name
from program.jobs.pulse import Watch, beat
from program.jobs.schedule import LOOK_EVERY, SCHEDULE, Daily, Every, Turn, last_due
from program.mail.jobs import inherit

GLANCE = 0.2  # seconds between two looks at the lock, the clock and the workers
STANDBY = 0.2  # seconds between two tries to become the one
SILENCE = 5.0  # seconds without a tick, and the clock is replaced
TO_FINISH = 30.0  # seconds for the message at hand

log = structlog.get_logger()


class Runner:
    def __init__(self, app: Flask, schedule: Sequence[Every | Daily] = SCHEDULE) -> None:
        self.app, self.schedule = app, schedule
        self.me = our_name()
        self.watch = Watch()
        self.leaves_something = False
        self.asked_to_stop = False

    def stop(self, signal_number: int = 0, _frame: FrameType | None = None) -> None:
        """Only a flag: a signal may come while a lock is held."""
        self.asked_to_stop = True

    def run(self) -> bool:
        """Lead or stand by until asked to stop; False when some work could not be ended in time."""
        with self.app.app_context():
            lock = leadership(db.engine, self.me)
        log.info("runner_started", runner=self.me)
        ended_well = True
        while not self.asked_to_stop and ended_well:
            if self._is_elected(lock):
                ended_well = self._lead(lock)
            else:
                self._stand_by(lock)
        log.info("runner_stopped", runner=self.me)
        return ended_well

    def _is_elected(self, lock: Leadership) -> bool:
        try:
            if not lock.acquire():
                return False
            with self.app.app_context():
                inherit({self.me})  # no thread of mine works
                inherit_from_the_dead()
                beat(self.me)
        except DBAPIError as error:
            log.warning("runner_waits_for_database", error=type(error).__name__)
            lock.release()
            self._rest(1)
            return False
        log.info("runner_leads", runner=self.me)
        return True

    def _stand_by(self, lock: Leadership) -> None:
        if self.leaves_something:
            self._leave_nothing()
        if self.watch.is_time():
            self._look_after(lock)
        self._rest(STANDBY)

    def _look_after(self, lock: Leadership) -> None:
        """Of the one that leads, and of what the dead left on this machine."""
        try:
            with self.app.app_context():
                silent = self.watch.silent()
                inherit_from_the_dead()
        except DBAPIError as error:
            log.warning("runner_waits_for_database", error=type(error).__name__)
            silent = lock.frozen()
        if silent:
            log.error("leader_is_silent", runner=silent)
            self._oust(lock, silent)

    def _oust(self, lock: Leadership, silent: str) -> None:
        try:
            lock.oust(silent)
        except DBAPIError as error:
            log.warning("leader_stays", error=type(error).__name__)

    def _lead(self, lock: Leadership) -> bool:
        workers = [Worker(self.app, job, self.me) for job in self.schedule]
        clock = Clock(workers)
        while not self.asked_to_stop and lock.is_held():
            clock.see_to_it()
            for worker in workers:
                worker.see_to_it()
            sleep(GLANCE)
        clock.stop()
        ended_well = _all_ended(workers)
        if ended_well:
            self._leave_nothing()
        lock.release()
        return ended_well

    def _leave_nothing(self) -> None:
        """Whoever leads next need not wait for the end of a lease of mine."""
        try:
            with self.app.app_context():
                inherit({self.me})
            self.leaves_something = False
        except DBAPIError as error:
            self.leaves_something = True
            log.warning("leases_left", error=type(error).__name__)

    def _rest(self, seconds: float) -> None:
        until = monotonic() + seconds
        while not self.asked_to_stop and monotonic() < until:
            sleep(min(GLANCE, seconds))


class Worker:
    """A thread that does one job whenever it is woken."""

    def __init__(self, app: Flask, job: Every | Daily, me: str) -> None:
        self.app, self.job = app, job
        self.woken = Event()
        self.turn = Turn(me, Event())
        self.thread = self._started()

    @property
    def seconds(self) -> float:
        return self.job.seconds if isinstance(self.job, Every) else LOOK_EVERY

    def see_to_it(self) -> None:
        """A worker that ended, however it came to, is replaced."""
        if not self.thread.is_alive() and not self.turn.stop.is_set():
            log.error("worker_died", job=self.job.name)
            self.thread = self._started()

    def stop(self) -> None:
        self.turn.stop.set()
        self.woken.set()

    def _started(self) -> Thread:
        thread = Thread(target=self._work, name=self.job.name, daemon=True)
        thread.start()
        return thread

    def _work(self) -> None:
        failures = 0
        while not self.turn.stop.is_set():
            self.woken.wait()
            self.woken.clear()
            failures = 0 if self._done() else failures + 1
            if failures:
                self.turn.stop.wait(min(2**failures, 30))

    def _done(self) -> bool:
        if self.turn.stop.is_set():
            return True
        try:
            with self.app.app_context():
                self._do()
        except Exception:  # whatever it was, the next turn may go well
            log.exception("job_failed", job=self.job.name)
            return False
        return True

    def _do(self) -> None:
        if isinstance(self.job, Every):
            self.job.do(self.turn)
        else:
            do_daily(self.job)


class Clock:
    """APScheduler, replaced when it falls silent."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers
        self._scheduler = self._started()

    def see_to_it(self) -> None:
        if monotonic() - self._ticked_at > SILENCE:
            log.error("clock_fell_silent")
            self.stop()
            self._scheduler = self._started()

    def stop(self) -> None:
        try:
            self._scheduler.shutdown(wait=False)
        except SchedulerNotRunningError:
            log.warning("clock_was_not_running")

    def _started(self) -> BackgroundScheduler:
        self._ticked_at = monotonic()
        scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        scheduler.add_job(self._tick, "interval", seconds=1)
        for worker in self._workers:
            scheduler.add_job(
                worker.woken.set, "interval", seconds=worker.seconds, next_run_time=now()
            )
        scheduler.start()
        return scheduler

    def _tick(self) -> None:
        self._ticked_at = monotonic()


def do_daily(job: Daily) -> bool:
    """Do it when it is due and nobody did; the mark and the work are one transaction."""
    at = now()
    mark = RunMark(job=job.name, run_at=last_due(job.at, at))
    if _is_done(mark):
        return False
    db.session.add(mark)
    try:
        db.session.flush()
    except IntegrityError:  # another process, this very moment
        db.session.rollback()
        return False
    job.do(at)
    db.session.commit()
    log.info("job_done", job=job.name)
    return True


def obey_signals(runner: Runner) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, runner.stop)


def _is_done(mark: RunMark) -> bool:
    with reading():
        known = select(RunMark.id).where(RunMark.job == mark.job, RunMark.run_at == mark.run_at)
        done = db.session.scalars(known).first() is not None
        db.session.rollback()
    return done


def _all_ended(workers: Sequence[Worker]) -> bool:
    """Between two messages, or after the one at hand."""
    for worker in workers:
        worker.stop()
    until = monotonic() + TO_FINISH
    for worker in workers:
        worker.thread.join(max(0.0, until - monotonic()))
    late = [worker.job.name for worker in workers if worker.thread.is_alive()]
    if late:
        log.warning("runner_leaves_work", jobs=late)
    return not late
