"""A real SMTP server for tests: keeps what it accepts, and refuses what it is told to."""

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = Callable[[str], str | None]  # of an address; None: as usual


def _as_usual(_address: str) -> None:
    return None


class Sink:
    def __init__(self, path: Path | None = None) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.connections = 0
        self.says_to_sender: Answer = _as_usual
        self.says_to_recipient: Answer = _as_usual
        self.says_to_text: Answer = _as_usual
        self.seconds_per_message = 0.0
        self.is_busy = Event()  # with a message
        self.hangs_up_after_text: Callable[[str], bool] = lambda _address: False
        self.file = path.open("ab", buffering=0) if path else None
        self.url = ""

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _content in self.accepted]

    async def handle_EHLO(  # noqa: N802 - the server calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str,
        responses: list[str],
    ) -> list[str]:  # fmt: skip
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        _options: list[str],
    ) -> str:  # fmt: skip
        if no := self.says_to_sender(address):
            return no
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        _options: list[str],
    ) -> str:  # fmt: skip
        if no := self.says_to_recipient(address):
            return no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        (address,) = envelope.rcpt_tos
        self.is_busy.set()
        await asyncio.sleep(self.seconds_per_message)
        if no := self.says_to_text(address):
            return no
        assert isinstance(envelope.original_content, bytes)
        self.accepted.append((address, envelope.original_content))
        if self.file:
            self.file.write(f"{address} {hash(envelope.original_content)}\n".encode())
        if self.hangs_up_after_text(address):
            assert server.transport
            server.transport.close()
        return "250 OK"


@contextmanager
def smtp_sink(path: Path | None = None, password: str | None = None) -> Generator[Sink]:
    sink = Sink(path)
    options: dict[str, Any] = {}
    if password is not None:

        def check(_server: object, _session: object, _envelope: object, _how: str, given: Any):  # type: ignore[no-untyped-def]
            good = isinstance(given, LoginPassword) and given.password == password.encode()
            return AuthResult(success=good, handled=False)

        options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    controller = Controller(sink, hostname="127.0.0.1", port=0, **options)
    controller.port = _free_port()
    controller.start()
    sink.url = f"smtp+insecure://127.0.0.1:{controller.port}"
    try:
        yield sink
    finally:
        controller.stop()
        if sink.file:
            sink.file.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
