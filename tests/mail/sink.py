"""A real SMTP server for tests: keeps what it accepts, and refuses what it is told to."""

import asyncio
import base64
import gc
import socket
import ssl
import subprocess
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = Callable[[str], str | None]  # of an address; None: as usual


def _as_usual(_address: str) -> None:
    return None


class Sink:
    def __init__(self, path: Path | None = None) -> None:
        self.accepted: list[tuple[str, bytes]] = []
        self.accepted_at: list[float] = []  # by the stopwatch
        self.connections = 0
        self.says_to_sender: Answer = _as_usual
        self.says_to_recipient: Answer = _as_usual
        self.says_to_text: Answer = _as_usual
        self.seconds_per_message = 0.0
        self.seconds_per_answer = 0.0  # before the text: the way there and back
        self.is_busy = Event()  # with a message
        self.hangs_up_after_text: Callable[[str], bool] = lambda _address: False
        self.file = path.open("ab", buffering=0) if path else None
        self.url = ""
        self.is_implicit = False  # TLS from the first byte on
        self.token = ""  # the one that is good
        self.encrypted: list[bool] = []  # of each message
        self.options: list[list[str]] = []  # of each sender

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _content in self.accepted]

    async def auth_XOAUTH2(  # noqa: N802
        self, server: SMTP, args: list[str]
    ) -> AuthResult:
        given = base64.b64decode(args[1])
        if given == f"user=leergang\x01auth=Bearer {self.token}\x01\x01".encode():
            return AuthResult(success=True)
        await server.challenge_auth('{"status": "401"}')
        return AuthResult(success=False, handled=False)

    async def handle_EHLO(  # noqa: N802 - the server calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str,
        responses: list[str],
    ) -> list[str]:  # fmt: skip
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        options: list[str],
    ) -> str:  # fmt: skip
        self.options.append(options)
        await asyncio.sleep(self.seconds_per_answer)
        if no := self.says_to_sender(address):
            return no
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        _options: list[str],
    ) -> str:  # fmt: skip
        await asyncio.sleep(self.seconds_per_answer)
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
        self.accepted_at.append(monotonic())
        self.accepted.append((address, envelope.original_content))
        self.encrypted.append(_session.ssl is not None or self.is_implicit)
        if self.file:
            self.file.write(f"{address} {hash(envelope.original_content)}\n".encode())
        if self.hangs_up_after_text(address):
            assert server.transport
            server.transport.close()
        return "250 OK"


@contextmanager
def smtp_sink(
    path: Path | None = None, password: str | None = None, **options: Any
) -> Generator[Sink]:
    """`options`: those of aiosmtpd; `tls_context` for STARTTLS, `ssl_context` for TLS at once."""
    sink = Sink(path)
    sink.is_implicit = "ssl_context" in options
    if password is not None:

        def check(_server: object, _session: object, _envelope: object, _how: str, given: Any):  # type: ignore[no-untyped-def]
            good = isinstance(given, LoginPassword) and given.password == password.encode()
            return AuthResult(success=good, handled=False)

        options |= {
            "authenticator": check,
            "auth_required": True,
            "auth_require_tls": "tls_context" in options,
        }
    controller = Controller(sink, hostname="127.0.0.1", port=0, **options)
    controller.port = _free_port()
    controller.start()
    way = {"tls_context": "smtp", "ssl_context": "smtps"}
    scheme = next((way[name] for name in options if name in way), "smtp+insecure")
    sink.url = f"{scheme}://127.0.0.1:{controller.port}"
    try:
        yield sink
    finally:
        controller.stop()
        _forget_broken_lines()
        if sink.file:
            sink.file.close()


def certified(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server on this machine needs for TLS, and the file by which to trust it."""
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def _forget_broken_lines() -> None:
    """asyncio leaves a line over which TLS was begun, or that broke, to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
