"""Real runners, as processes of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Protocol

import psutil
from flask import Flask

from program.core.db import db, reading
from program.jobs.pulse import last_beat


class Process(Protocol):
    """What subprocess and psutil have in common."""

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int | None: ...


Alive = dict[int, Process]  # by process number


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


class Nest:
    """Hasty runners of one kind come out of it, one at each call, in no time."""

    def __init__(self, app: Flask, **more: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.hasty"],
            env=settings(app, **more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self) -> psutil.Process:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return psutil.Process(int(self._process.stdout.readline()))

    def close(self) -> None:
        """With all that came out of it."""
        with self._process as process:
            process.kill()


@contextmanager
def runners(app: Flask, number: int) -> Generator[Alive]:
    """By process number; whoever is in there at the end is killed."""
    started = [start_runner(app) for _ in range(number)]
    alive: Alive = {runner.pid: runner for runner in started}
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


def ended(alive: Alive) -> list[int]:
    """Though nobody here killed them."""
    return [pid for pid in alive if not psutil.pid_exists(pid) or _is_dead(pid)]


def _is_dead(pid: int) -> bool:
    dead: bool = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return dead


def kill(alive: Alive, pid: int) -> None:
    runner = alive.pop(pid)
    runner.kill()
    runner.wait()


def wait_until(happened: Callable[[], object], *, seconds: float = 30) -> float:
    """How long it took."""
    start = monotonic()
    while not happened():
        assert monotonic() - start < seconds, "It did not happen."
        sleep(0.02)
    return monotonic() - start
