"""Looks into a mailbox elsewhere, over one kept connection, and hands on what is new in it.

A message is known by its UID under the mailbox's UIDVALIDITY (RFC 3501, 2.3.1.1), never by its
being unseen: a person may read the mailbox as well. It is marked as seen only after `keep` has
returned, so after it is committed.
"""

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from program.mail.oauth import Tokens, xoauth2
from program.mail.size import MAX_MESSAGE

PATIENCE = 30  # seconds, for each answer
_PORTS = {"imaps": 993, "imap": 143, "imap+insecure": 143}
MAX_HEAD = 64 * 1024
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")


class ImapTrouble(OSError):
    """The mailbox does not answer, or says no. Its text is for the administrator."""


@dataclass(frozen=True)
class Account:
    """Where the mailbox is and how we get in."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tokens: Tokens | None = None

    @property
    def name(self) -> str:
        """Without secrets, for the position in it and for people."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:200]


def account_of(url: str, tokens: Tokens | None = None) -> Account:
    """Of IMAP_URL: imaps://user:password@host/folder, each part with %-signs where needed."""
    parts = urlsplit(url)
    return Account(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tokens=tokens,
    )


class Position(NamedTuple):
    """How far a mailbox was read."""

    uid_validity: int
    last_uid: int = 0


@dataclass(frozen=True)
class Found:
    """A message in the mailbox; of one beyond our limit only its head."""

    raw: bytes
    position: Position
    size: int  # octets, of the whole


Keep = Callable[[Found], object]  # returns once it and the position are stored


class Mailbox:
    """One folder of an account; it connects when it must."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._server: imaplib.IMAP4 | None = None
        self._validity = 0

    def collect(self, since: Position | None, keep: Keep, stop: Event | None = None) -> int:
        """Hand over what came since then, oldest first; says how many. Raises ImapTrouble."""
        try:
            server = self._selected()
            last = since.last_uid if since and since.uid_validity == self._validity else 0
            number = 0
            for uid in _newer(server, last):
                if stop is not None and stop.is_set():
                    break
                number += self._handed_over(server, uid, keep)
        except (imaplib.IMAP4.error, OSError) as error:
            self.close()
            raise ImapTrouble(_said(error)) from None
        return number

    def check(self) -> None:
        """Whether we get in and see the folder. Raises ImapTrouble."""
        try:
            self._selected()
        except (imaplib.IMAP4.error, OSError) as error:
            self.close()
            raise ImapTrouble(_said(error)) from None

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.shutdown()

    def _handed_over(self, server: imaplib.IMAP4, uid: int, keep: Keep) -> bool:
        size = _size(server, uid)
        raw = _text(server, uid, "[]" if size <= MAX_MESSAGE else f"[HEADER]<0.{MAX_HEAD}>")
        if raw is None:  # somebody removed it meanwhile
            return False
        keep(Found(raw, Position(self._validity, uid), max(size, len(raw))))
        if size <= MAX_MESSAGE:  # else it is new to who has to read it there
            _expect(*server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
        return True

    def _selected(self) -> imaplib.IMAP4:
        """The kept connection, told to look for what is new; or another."""
        if self._server is not None:
            try:
                _expect(*self._server.noop())
            except (imaplib.IMAP4.error, OSError):
                self.close()
        if self._server is None:
            self._server = self._connected()
        return self._server

    def _connected(self) -> imaplib.IMAP4:
        server = _greeted(self.account)
        try:
            _log_in(server, self.account)
            _expect(*server.select(_quoted(self.account.folder)))
            self._validity = _validity(server)
        except BaseException:
            with suppress(imaplib.IMAP4.error, OSError):
                server.shutdown()
            raise
        return server


def _greeted(account: Account) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if account.scheme == "imaps":
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=PATIENCE)
    server = imaplib.IMAP4(account.host, account.port, timeout=PATIENCE)
    if account.scheme == "imap":
        _expect(*server.starttls(context))
    return server


def _log_in(server: imaplib.IMAP4, account: Account) -> None:
    """By AUTHENTICATE when the server knows it, for LOGIN takes no password with an accent."""
    if account.tokens is None and "AUTH=PLAIN" not in server.capabilities:
        _expect(*server.login(_quoted(account.user), account.password))
        return
    if account.tokens is None:
        _authenticate(server, "PLAIN", f"\0{account.user}\0{account.password}".encode())
        return
    try:
        words = xoauth2(account.user, account.tokens.token())
        _authenticate(server, "XOAUTH2", words)
    except imaplib.IMAP4.error:
        account.tokens.forget()
        raise


def _authenticate(server: imaplib.IMAP4, way: str, words: bytes) -> None:
    """To a refusal a server may add an explanation, which has to be answered with nothing."""
    answers = iter((words,))
    _expect(*server.authenticate(way, lambda _challenge: next(answers, b"")))


def _validity(server: imaplib.IMAP4) -> int:
    _name, (found,) = server.response("UIDVALIDITY")
    if found is None:
        raise imaplib.IMAP4.error("The server numbers its messages anew each time.")
    return int(found)


def _newer(server: imaplib.IMAP4, last: int) -> list[int]:
    """UIDs above `last`, rising. The range `n:*` also gives the very last one when it is lower.

    By FETCH, a line for each: the one line of a SEARCH can be longer than the library takes.
    """
    lines = _expect(*server.uid("FETCH", f"{last + 1}:*", "(UID)"))
    return sorted({uid for uid in _uids(lines) if uid > last})


def _uids(lines: list[object]) -> Iterator[int]:
    for line in lines:
        octets = line[0] if isinstance(line, tuple) else line
        if isinstance(octets, bytes) and (found := _UID.search(octets)):
            yield int(found[1])


def _size(server: imaplib.IMAP4, uid: int) -> int:
    """In octets, as the server has it; 0 when it does not say."""
    for line in _expect(*server.uid("FETCH", str(uid), "(UID RFC822.SIZE)")):
        octets = line[0] if isinstance(line, tuple) else line
        if isinstance(octets, bytes) and (found := _SIZE.search(octets)):
            return int(found[1])
    return 0


def _text(server: imaplib.IMAP4, uid: int, part: str) -> bytes | None:
    """That part of the message; never more than our limit, whatever the server said of its size."""
    part = part if "<" in part else f"{part}<0.{MAX_MESSAGE}>"
    lines = _expect(*server.uid("FETCH", str(uid), f"(UID BODY.PEEK{part})"))
    for line in lines:
        if isinstance(line, tuple) and len(line) > 1 and isinstance(line[1], bytes):
            return line[1]
    return None


def _expect(status: str, answer: Iterable[object]) -> list[object]:
    lines = list(answer)
    if status != "OK":
        raise imaplib.IMAP4.error(str(lines[:1]))
    return lines


def _quoted(folder: str) -> str:
    """A folder's name as IMAP wants it: in modified UTF-7 (RFC 3501, 5.1.3), between quotes."""
    spelled = _NOT_ASCII.sub(lambda run: _base64(run[0]), folder.replace("&", "&-"))
    return '"' + spelled.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(run: str) -> str:
    octets = b64encode(run.encode("utf-16-be")).decode()
    return "&" + octets.rstrip("=").replace("/", ",") + "-"


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
