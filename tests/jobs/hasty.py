"""Runners whose leases, beats and looks last seconds, so that a test can freeze them past those:
`python -m tests.jobs.hasty`. It loads the application once, so that the next one starts at once.

CLOCK_FILE, when given, says how many seconds their clock is ahead, and may say otherwise any
moment: libfaketime knows no jumps of a process that sleeps.
"""

import ctypes
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from program.core import clock

LEASE = 3.0  # seconds; a mail server that waits for the rest of a message must give up sooner
TAKEOVER = 4.0  # seconds of silence
_PR_SET_PDEATHSIG = 1
_real = clock.now


def main() -> None:
    """For each line on our input one more runner begins; its number is our answer."""
    _end_with_parent()
    if file := os.environ.get("CLOCK_FILE"):
        _put_in_another_time(Path(file))
    schedule = _hurried()
    from program.app import create_app  # noqa: PLC0415 takes the clock when imported
    from program.jobs import runner as jobs_runner  # noqa: PLC0415

    jobs_runner.now = _real  # type: ignore[attr-defined] # APScheduler's own is not put ahead
    app = create_app()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends is gone at once
    for _line in sys.stdin:
        if pid := os.fork():
            print(pid, flush=True)  # noqa: T201
            continue
        _end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _hear_and_say_nothing()
        runner = jobs_runner.Runner(app, schedule)
        jobs_runner.obey_signals(runner)
        runner.run()
        os._exit(0)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _hear_and_say_nothing() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)


def _put_in_another_time(file: Path) -> None:
    def now() -> datetime:
        return _real() + timedelta(seconds=float(file.read_text()))

    clock.now = now


def _hurried() -> tuple[Any, ...]:
    from sqlalchemy import Engine, event  # noqa: PLC0415

    from program.jobs import pulse, schedule  # noqa: PLC0415
    from program.mail import jobs  # noqa: PLC0415
    from program.mail.outbox import claiming  # noqa: PLC0415

    claiming.LEASE, jobs.CERTAIN = timedelta(seconds=LEASE), 0.1  # type: ignore[attr-defined]
    pulse.BETWEEN_LOOKS, pulse.UNCHANGED_LOOKS = TAKEOVER / 5, 5

    @event.listens_for(Engine, "connect")
    def wait_less(connection: Any, _record: object) -> None:
        if type(connection).__module__ == "sqlite3":
            connection.execute("PRAGMA busy_timeout = 3000")

    return tuple(
        schedule.Every(0.3, job.name, job.do) if job.name == "beat" else job  # type: ignore[arg-type]
        for job in schedule.SCHEDULE
    )


if __name__ == "__main__":
    main()
