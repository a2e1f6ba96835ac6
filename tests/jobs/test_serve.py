"""`flask serve`, for real: web server and runner start together and stop together."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest
from flask import Flask

from tests.jobs.processes import settings, wait_until

LONG = os.environ.get("LONG_TESTS") == "1"


class Served(NamedTuple):
    process: subprocess.Popen[str]
    port: int

    def runner(self) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        for child in children:
            with suppress(psutil.Error):  # it ended while we looked
                if "runner" in child.cmdline():
                    return child
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(app: Flask, port: int) -> Generator[Served]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=settings(app), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Served(process, port)
        finally:
            process.kill()


def test_pages_and_runner_start_together_and_stop_together(app: Flask) -> None:
    with serving(app, free_port()) as served:
        assert served.process.stdout
        assert f"http://localhost:{served.port}" in wait_for_line(served)
        wait_until(lambda: is_well(served))
        first = served.runner()
        assert first
        first.kill()
        wait_until(lambda: served.runner() not in {None, first})
        family = psutil.Process(served.process.pid).children(recursive=True)

        served.process.send_signal(signal.SIGINT)

        assert served.process.wait(15) == 0
        assert psutil.wait_procs(family, timeout=5)[1] == []


def is_well(served: Served) -> bool:
    """The database answers, and the runner beats."""
    try:
        with urlopen(f"http://127.0.0.1:{served.port}/health") as page:
            return bool(page.status == 200)
    except HTTPError as error:
        error.close()
        return False


def wait_for_line(served: Served) -> str:
    assert served.process.stdout
    while "Leergang" not in (line := served.process.stdout.readline()):
        assert line, "it ended"
    return line


def test_a_port_that_is_in_use_is_told_in_a_sentence(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = app.test_cli_runner().invoke(args=["serve", "--port", str(port)])

    assert done.exit_code == 1
    assert f"Port {port} is in use." in done.output


def test_children_do_not_outlive_a_parent_that_is_killed(app: Flask) -> None:
    with serving(app, free_port()) as served:
        wait_for_line(served)
        family = psutil.Process(served.process.pid).children(recursive=True)
        assert len(family) >= 2

        served.process.kill()

        assert psutil.wait_procs(family, timeout=10)[1] == []


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="takes a minute; LONG_TESTS=1 runs it")
def test_a_runner_that_freezes_is_replaced_within_a_minute(app: Flask) -> None:
    with serving(app, free_port()) as served:
        wait_for_line(served)
        wait_until(lambda: is_well(served))
        frozen = served.runner()
        assert frozen

        frozen.suspend()

        assert wait_until(lambda: served.runner() not in {None, frozen}, seconds=90) < 60
        wait_until(lambda: is_well(served))
