"""Real runners, as processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic, sleep

from flask import Flask

from program.core.db import db, reading
from program.jobs.pulse import last_beat

Alive = dict[int, subprocess.Popen[bytes]]  # by process number


def settings(app: Flask, **more: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "MAIL_URL": app.config["MAIL_URL"],
        "SECRET_KEY": "test",
        **more,
    }


def start_runner(app: Flask, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "runner"],
        env=settings(app, **more),
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def runners(app: Flask, number: int) -> Generator[Alive]:
    """By process number; whoever is in there at the end is killed."""
    started = [start_runner(app) for _ in range(number)]
    alive = {runner.pid: runner for runner in started}
    try:
        yield alive
    finally:
        for runner in alive.values():
            runner.kill()
            runner.wait()


def leader(alive: Alive) -> int | None:
    """The process that beats, when it is one of these."""
    with reading():
        pulse = last_beat()
        pid = int(pulse.owner.split(":")[1]) if pulse else None
        db.session.rollback()
    return pid if pid in alive else None


def kill(alive: Alive, pid: int) -> None:
    runner = alive.pop(pid)
    runner.send_signal(signal.SIGKILL)
    runner.wait()


def wait_until(happened: Callable[[], object], *, seconds: float = 30) -> float:
    """How long it took."""
    start = monotonic()
    while not happened():
        assert monotonic() - start < seconds, "It did not happen."
        sleep(0.02)
    return monotonic() - start
