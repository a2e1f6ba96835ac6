"""The door for mail that a server on this machine hands over (LMTP, RFC 2033), behind postfix.

The server gets its 250 only after `keep` has returned, so after the message is committed; any
trouble on our side is a 451, and the server tries again later. Nothing is read or judged here.

The package takes a message line by line and keeps each line as an object, so 25 MiB of empty lines
would take it a gigabyte; we take the text in large pieces.
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
TOO_MUCH = "552 5.3.4 The message is too large"
BUSY = "451 4.3.2 Several large messages come in at once; try again later"
LARGE_AT_ONCE = 3
_PIECE = 1024 * 1024  # octets that are read at once
_FOR_THE_TOP = 1024  # octets, for the line we add
_END = b"\r\n.\r\n"
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
        self.large_in_hand = 0  # each takes some three times its size while it is stored

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

    line_length_limit = _PIECE

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if arg or self.envelope is None or not self.envelope.rcpt_tos:
            await super().smtp_DATA(arg)  # it says what is wrong
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        text = _Text(self.data_size_limit or MAX_MESSAGE, self.event_handler)
        try:
            await text.read_from(self._reader)
            status = text.refused or await self._handled(text)
        finally:
            text.let_go()
        number = len(self.envelope.rcpt_tos)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        for _recipient in range(number):
            await self.push(status)

    async def _handled(self, text: "_Text") -> str:
        assert self.envelope is not None  # noqa: S101 - the caller saw to it
        self.envelope.content = self.envelope.original_content = text.plain()
        return str(await self._call_handler_hook("DATA"))


class _Text:
    """What comes after DATA, up to the line with a dot; kept as long as it is not too much."""

    def __init__(self, most: int, hand: _Handler) -> None:
        self._most, self._hand, self._is_large = most, hand, False
        self._octets = bytearray(b"\r\n")  # as if a line ended here: the dot may come at once
        self.refused = ""

    async def read_from(self, reader: asyncio.StreamReader) -> None:
        """To the end in any case, for only then may the other side be answered."""
        while self._ends_in_part_of_the_end() and len(self._octets) < _FOR_THE_TOP:
            self._octets += await reader.readexactly(1)
            if self._octets.endswith(_END):
                return
        while True:
            try:
                self._add(await reader.readuntil(_END))
            except asyncio.LimitOverrunError as more:
                self._add(await reader.readexactly(more.consumed))
            else:
                return

    def plain(self) -> bytes:
        """Without the dot at the end, and without the dots that were put before dots."""
        text = self._octets[: -len(_END) + 2].replace(b"\r\n.", b"\r\n")
        self._octets.clear()
        return bytes(memoryview(text)[2:])

    def let_go(self) -> None:
        self._hand.large_in_hand -= self._is_large
        self._is_large = False

    def _add(self, piece: bytes) -> None:
        if not self.refused:
            self._octets += piece
            self._judge()

    def _judge(self) -> None:
        if len(self._octets) > self._most + len(_END):  # whose line end counts with the text
            self.refused = TOO_MUCH
        elif len(self._octets) > 2 * _PIECE and not self._is_large:
            if self._hand.large_in_hand >= LARGE_AT_ONCE:
                self.refused = BUSY
            else:
                self._hand.large_in_hand, self._is_large = self._hand.large_in_hand + 1, True
        if self.refused:
            self._octets.clear()

    def _ends_in_part_of_the_end(self) -> bool:
        return any(self._octets.endswith(_END[:length]) for length in range(1, len(_END)))


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
