"""Thunderbird without a window, asked over Marionette what it makes of a row of messages.

`python -m tests.invitations.judges.thunderbird FILE.eml …` prints what happened at each.
Debian: apt-get install thunderbird. It takes some fifteen seconds to start.
"""

import contextlib
import email
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any

_START = 90  # seconds, on a busy machine
_PLAY = (Path(__file__).parent / "thunderbird.js").read_text()


class Marionette:
    """The remote control: messages of JSON, each after its length and a colon."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.settimeout(60)
        self._buffer, self._number = b"", 0
        self._read()

    def ask(self, name: str, given: dict[str, object] | None = None) -> Any:
        self._number += 1
        packet = json.dumps([0, self._number, name, given or {}]).encode()
        self._socket.sendall(b"%d:%s" % (len(packet), packet))
        _kind, _number, error, result = self._read()
        if error:
            raise RuntimeError(error.get("message", str(error)))
        return result

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> Any:
        while b":" not in self._buffer:
            self._receive()
        length, _colon, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._receive()
        text, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(text)

    def _receive(self) -> None:
        octets = self._socket.recv(65536)
        if not octets:
            raise EOFError("Thunderbird hung up.")
        self._buffer += octets


@contextlib.contextmanager
def running() -> Iterator[Marionette]:
    """A Thunderbird with a profile of its own, gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as profile:
        Path(profile, "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        command = [
            shutil.which("thunderbird") or "thunderbird", "--headless", "--marionette",
            "--remote-allow-system-access", "--no-remote", "--profile", profile,
        ]  # fmt: skip
        with open(Path(profile, "log"), "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                remote = _connected(port)
                try:
                    yield remote
                finally:
                    remote.close()
            finally:
                process.terminate()
                process.wait(timeout=30)


def _connected(port: int) -> Marionette:
    deadline = time.monotonic() + _START
    while True:
        try:
            remote = Marionette(port)
        except (OSError, EOFError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
        else:
            remote.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
            remote.ask("Marionette:SetContext", {"value": "chrome"})
            remote.ask("WebDriver:SetTimeouts", {"script": 30000})
            return remote


def played(remote: Marionette, messages: Sequence[bytes], *, answer: str) -> list[dict[str, Any]]:
    """What the invitee's Thunderbird made of each: its action, buttons, and what it then stores."""
    arrived = [_arrived(raw) for raw in messages]
    script = {
        "script": _PLAY, "args": [arrived[0]["to"], arrived, answer],
        "newSandbox": True, "sandbox": "system",
    }  # fmt: skip
    result = json.loads(remote.ask("WebDriver:ExecuteAsyncScript", script)["value"])
    if "error" in result:
        raise RuntimeError(result["error"])
    steps: list[dict[str, Any]] = result["steps"]
    return steps


def _arrived(raw: bytes) -> dict[str, object]:
    mail = email.message_from_bytes(raw)
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return {
        "ics": octets.decode(),
        "method": part.get_param("method"),
        "from": parseaddr(str(mail["From"]))[1],
        "to": parseaddr(str(mail["To"]))[1],
    }


if __name__ == "__main__":
    with running() as thunderbird:
        for step in played(
            thunderbird, [Path(p).read_bytes() for p in sys.argv[1:]], answer="ACCEPTED"
        ):
            sys.stdout.write(f"{json.dumps(step, ensure_ascii=False)}\n")
