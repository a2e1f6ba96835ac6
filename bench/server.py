"""A server in processes of its own, what its workers cost, and a browser that asks it for pages."""

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parent.parent
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "nl,en;q=0.7",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", path, headers={**BROWSER, **given})
        answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())

    def workers(self) -> list[int]:
        """The processes that answer, not the one that watches over them."""
        found = [p for p in descendants(self.process.pid) if "resource_tracker" not in command(p)]
        return found or [self.process.pid]

    def cpu(self) -> float:
        """Seconds on a processor of all threads of all workers, to the nanosecond."""
        total = 0
        for pid in self.workers():
            for task in Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def pss(self) -> float:
        """Megabytes of memory of one worker, what it shares counted by share."""
        text = Path(f"/proc/{self.workers()[0]}/smaps_rollup").read_text()
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        return int(line.split()[1]) / 1024


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@contextmanager
def serving(target: str, *, workers: int = 1, **environment: str) -> Iterator[Server]:
    """`target` as granian serves it, the way `flask serve` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", str(workers), "--blocking-threads", "8", "--no-ws",
            "--log-level", "warning", target,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # the log of requests
    )  # fmt: skip
    try:
        _wait(process, port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def throughput(server: Server, path: str, *, seconds: float, headers: dict[str, str]) -> float:
    """Answers per second over eight connections."""
    if shutil.which("wrk"):
        return _by_wrk(server.port, path, seconds, headers)
    return _by_threads(server.port, path, seconds, headers)


def _by_wrk(port: int, path: str, seconds: float, headers: dict[str, str]) -> float:
    given = [part for name, value in {**BROWSER, **headers}.items()
             for part in ("-H", f"{name}: {value}")]  # fmt: skip
    output = subprocess.run(
        ["wrk", "-c8", "-t1", f"-d{seconds:.0f}s", *given, f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Non-2xx" not in output, output
    line = next(line for line in output.splitlines() if line.startswith("Requests/sec:"))
    return float(line.split()[1])


def _by_threads(port: int, path: str, seconds: float, headers: dict[str, str]) -> float:
    until, counts = time.monotonic() + seconds, []

    def ask() -> None:
        connection, count = http.client.HTTPConnection("127.0.0.1", port), 0
        while time.monotonic() < until:
            connection.request("GET", path, headers={**BROWSER, **headers})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            count += 1
        counts.append(count)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == len(threads)
    return sum(counts) / seconds
