"""The door for mail that a server on this machine hands over (LMTP, RFC 2033), behind postfix.

The server gets its 250 only after `keep` has returned, so after the message is committed; any
trouble on our side is a 451, and the server tries again later. Nothing is read or judged here.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from aiosmtpd.controller import BaseThreadedController, Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from program.mail.size import MAX_MESSAGE

Keep = Callable[[bytes, Sequence[str]], object]  # the message, its recipients; returns when stored

GOOD, LATER = "250 2.0.0 Kept", "451 4.3.0 It cannot be stored now; try again later"
_LONGEST_LINE = 1024 * 1024  # not every program keeps to 998
_FOR_THE_TOP = 1024  # octets, for the line we add
_SOCKET_MODE = 0o666  # for the mail server's own user; who may come near is up to its folder
log = structlog.get_logger()


class Place(NamedTuple):
    """Where the door is: a socket file, or a port of an address."""

    socket: str = ""
    host: str = "127.0.0.1"
    port: int = 0


def place_of(listen: str) -> Place:
    """Of LMTP_LISTEN: /path/of/socket or host:port. Raises ValueError when it is neither."""
    if listen.startswith("/"):
        return Place(socket=listen)
    host, _colon, port = listen.rpartition(":")
    if not host or not 0 < int(port) < 65536:
        raise ValueError(listen)
    return Place(host=host.strip("[]"), port=int(port))


class Door:
    """Open from `open` until `close`, in a thread of its own."""

    def __init__(self, place: Place, keep: Keep) -> None:
        self._place, self._keep = place, keep
        self._server: BaseThreadedController | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None and self._server.loop.is_running()

    def open(self) -> None:
        """Raises OSError when the place is taken or may not be used."""
        server = self._made()
        try:
            server.start()
        except BaseException:
            server.loop.close()
            raise
        self._server = server
        if self._place.socket:
            Path(self._place.socket).chmod(_SOCKET_MODE)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _made(self) -> BaseThreadedController:
        handler = _Handler(self._keep)
        if self._place.socket:
            return _OnSocket(handler, self._place.socket)
        return _OnPort(handler, self._place.host, self._place.port)


class _Handler:
    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def handle_DATA(  # noqa: N802 - the server calls it so
        self, _server: LMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = _with_sender(envelope)
        recipients = list(envelope.rcpt_tos)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, self._keep, raw, recipients)
        except Exception as error:  # whatever it is: the sender still has the message
            log.warning("mail_not_kept", error=type(error).__name__)
            return LATER
        return GOOD

    async def handle_exception(self, error: Exception) -> str:
        log.error("lmtp_failed", error=type(error).__name__)
        return LATER


def _with_sender(envelope: Envelope) -> bytes:
    """Who delivers for good writes the envelope sender on top (RFC 5321, 4.4)."""
    sender = (envelope.mail_from or "").strip("<>")
    content = envelope.original_content or b""
    return f"Return-Path: <{sender}>\r\n".encode("utf-8", "surrogateescape") + content


class _EachItsAnswer(LMTP):
    """After the text, LMTP gives each recipient an answer; the package gives one for all."""

    line_length_limit = _LONGEST_LINE
    _recipients = 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        try:
            await super().smtp_DATA(arg)
        finally:
            self._recipients = 1

    async def push(self, status: Any) -> None:
        number, self._recipients = self._recipients, 1
        for _recipient in range(number):
            await super().push(status)
        if str(status).startswith("354") and self.envelope is not None:
            self._recipients = len(self.envelope.rcpt_tos)


def _protocol(handler: object, options: dict[str, Any]) -> LMTP:
    return _EachItsAnswer(
        handler, data_size_limit=MAX_MESSAGE - _FOR_THE_TOP, ident="Leergang", **options
    )


class _OnPort(Controller):
    def factory(self) -> LMTP:
        return _protocol(self.handler, self.SMTP_kwargs)


class _OnSocket(UnixSocketController):
    def factory(self) -> LMTP:
        return _protocol(self.handler, self.SMTP_kwargs)
