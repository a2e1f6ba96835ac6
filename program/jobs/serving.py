"""Web server and runner together, as children of one parent that stops them both."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from program.jobs.owners import is_stopped
from program.jobs.pulse import Watch

GLANCE = 0.2  # seconds
TO_START, WEB_TO_STOP, RUNNER_TO_STOP = 60.0, 8.0, 35.0
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


class PortTaken(Exception):
    pass


class WebServerEnded(Exception):
    pass


class Child:
    """A process of ours. It gets no Ctrl-C of its own, and ends when we do."""

    def __init__(self, name: str, *command: str, root: Path) -> None:
        self.name, self._command, self._root = name, command, root
        self._pause = 0.5
        self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def see_to_it(self) -> None:
        """Start it again when it ended; ever later when it keeps ending."""
        lived = monotonic() - self._started_at
        if self.has_ended() and lived > self._pause:
            self._pause = 0.5 if lived > 60 else min(self._pause * 2, 30)
            log.warning("child_restarted", child=self.name, code=self._process.returncode)
            self._start()

    def ask_to_stop(self) -> None:
        if not self.has_ended():
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("child_killed", child=self.name)
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        self._started_at = monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", *self._command],
            cwd=self._root,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - there is one thread
        )


class Serving:
    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        if _answers(host, port):
            raise PortTaken
        self._app, self._host, self._port = app, host, port
        self._asked_to_stop = False
        self._pulse = Watch()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._asked_to_stop = True

    def run(self, *, when_ready: Callable[[], object]) -> None:
        """Until asked to stop; when the web server ends by itself there is nothing to serve."""
        root = Path(self._app.root_path).parent
        web = Child("web", *self._web_command(), root=root)
        runner = Child("runner", "flask", "--app", "wsgi", "runner", root=root)
        try:
            self._wait_for(web)
            if not self._asked_to_stop:
                when_ready()
            self._watch(web, runner)
        finally:
            for child in (web, runner):
                child.ask_to_stop()
            for child, patience in ((web, WEB_TO_STOP), (runner, RUNNER_TO_STOP)):
                child.wait(patience)

    def _wait_for(self, web: Child) -> None:
        until = monotonic() + TO_START
        while not self._asked_to_stop and not _answers(self._host, self._port):
            if web.has_ended() or monotonic() > until:
                raise WebServerEnded
            sleep(GLANCE / 2)

    def _watch(self, web: Child, runner: Child) -> None:
        while not self._asked_to_stop:
            if web.has_ended():
                raise WebServerEnded
            runner.see_to_it()
            if self._pulse.is_time() and self._hangs(runner):
                log.error("runner_hangs")
                runner.kill()
            sleep(GLANCE)

    def _hangs(self, runner: Child) -> bool:
        """It leads and is silent."""
        try:
            with self._app.app_context():
                silent = self._pulse.silent()
        except DBAPIError:  # it may be what keeps the database locked
            return is_stopped(runner.pid)
        return silent is not None and f":{runner.pid}:" in silent

    def _web_command(self) -> list[str]:
        return [
            "granian", "--interface", "wsgi", "--host", self._host, "--port", str(self._port),
            "--workers", "1", "--blocking-threads", str(_threads()), "--no-ws",
            "--log-level", "warning", "--workers-kill-timeout", "5", "wsgi:app",
        ]  # fmt: skip


def _threads() -> int:
    """Some wait for the database or a slow reader while others compute; more would not help."""
    return min(8, 2 * (os.cpu_count() or 1) + 1)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host.replace("0.0.0.0", "127.0.0.1"), port), timeout=1):  # noqa: S104
            return True
    except OSError:
        return False


def _end_with_parent() -> None:
    """Even when the parent is killed. On Linux; elsewhere its children stay, and can be stopped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
