"""One kept connection to one mail server. The only module of outgoing mail with a socket.

MAIL_URL: smtp://user:password@host:587 (STARTTLS when offered), smtps://host:465, or
smtp+insecure://host for a server on the same machine that cannot encrypt. With MAIL_OAUTH_… there
is no password: smtp://user@host, and a token is asked for (RFC 6749, 4.4; XOAUTH2).
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from urllib.parse import SplitResult, unquote, urlsplit

from program.mail.judging import Refused, expect, judged, said, trouble
from program.mail.oauth import Tokens, xoauth2
from program.mail.outcome import SENT, UNTRIED, Kind, Outcome

TO_CONNECT, PER_COMMAND, AFTER_THE_TEXT = 15, 30, 300  # seconds
_CLOSE_AFTER = 60
_PORTS = {"smtp": 587, "smtps": 465, "smtp+insecure": 25}
_EIGHT_BITS = "body=8BITMIME"


class MailUrlWrong(ValueError):
    pass


def as_always() -> bool:
    return True


def as_it_is(content: bytes) -> bytes:
    return content


Sign = Callable[[bytes], bytes]


class Smtp:
    is_local = False

    def __init__(self, url: str, oauth: Sequence[str] = (), sign: Sign = as_it_is) -> None:
        self._url, self._sign = checked(url), sign
        self._tokens = _tokens(*oauth) if oauth else None
        self._server: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._lock = Lock()

    def send(
        self,
        sender: str,
        recipient: str,
        content: bytes,
        still_mine: Callable[[], bool] = as_always,
    ) -> Outcome:
        message = _Message(sender, recipient, self._sign(content))
        with self._lock:
            try:
                server = self._ready_for(message)
            except Refused as refused:
                return self._after(refused.outcome)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                return self._after(trouble(error))
            try:
                return self._after(_deliver(server, message, still_mine))
            except (OSError, smtplib.SMTPException) as error:
                return self._after(Outcome(Kind.LATER, f"The connection broke: {said(error)}"))

    def rest(self) -> None:
        if self._server is not None and monotonic() - self._used_at > _CLOSE_AFTER:
            self.close()

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _after(self, outcome: Outcome) -> Outcome:
        """Keep the connection only when the server may be asked again at once."""
        self._used_at = monotonic()
        if outcome.kind is not Kind.SENT and not self._is_reset():
            self._drop()
        return outcome

    def _is_reset(self) -> bool:
        try:
            return self._server is not None and self._server.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _ready_for(self, message: "_Message") -> smtplib.SMTP:
        """A connection on which the server takes mail of this sender."""
        if self._server is not None:
            try:
                return _introduce(self._server, message)
            except (Refused, OSError, smtplib.SMTPException):
                self._drop()  # it rested too long or served enough; a new one tells for sure
        self._server = self._connect()
        return _introduce(self._server, message)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TO_CONNECT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=TO_CONNECT)
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        _patience(server, PER_COMMAND)
        server.ehlo_or_helo_if_needed()
        if self._url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self._url.username:
            self._log_in(server, unquote(self._url.username))

    def _log_in(self, server: smtplib.SMTP, user: str) -> None:
        if self._url.scheme != "smtp+insecure" and not isinstance(server.sock, ssl.SSLSocket):
            raise smtplib.SMTPException(
                "The server offers no encryption, so the password was not given."
            )
        if self._tokens is None:
            server.login(user, unquote(self._url.password or ""))
            return
        try:
            _show(server, user, self._tokens.token())
        except smtplib.SMTPAuthenticationError:
            self._tokens.forget()  # it may have been withdrawn; the next try has a fresh one
            raise


class _Message:
    """What a server has to know of a message beforehand."""

    def __init__(self, sender: str, recipient: str, content: bytes) -> None:
        self.sender, self.recipient, self.content = sender, _in_ascii(recipient), content
        self.asks_for_utf8 = not (self.recipient + sender).isascii()

    def options(self, server: smtplib.SMTP) -> list[str]:
        options = [f"size={len(self.content)}"] if server.has_extn("size") else []
        if server.has_extn("8bitmime") and not self.content.isascii():
            options.append(_EIGHT_BITS)
        return [*options, "SMTPUTF8"] if self.asks_for_utf8 else options


def checked(url: str) -> SplitResult:
    """Raises MailUrlWrong."""
    parts = urlsplit(url)
    try:
        good = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        good = False
    if not good:
        raise MailUrlWrong(
            "MAIL_URL is not right. Write smtp://user:password@host:587 or smtps://host."
        )
    return parts


def _tokens(url: str, client_id: str, secret: str, scope: str) -> Tokens:
    return Tokens(url, client_id, secret, scope)


def _in_ascii(address: str) -> str:
    """A domain with other letters has a spelling that each server takes; a name has not."""
    name, _at, domain = address.rpartition("@")
    if not name.isascii() or domain.isascii():
        return address
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _introduce(server: smtplib.SMTP, message: _Message) -> smtplib.SMTP:
    if message.asks_for_utf8 and not server.has_extn("smtputf8"):
        raise Refused(
            Outcome(Kind.NEVER, "The address has letters that the mail server does not take.")
        )
    server.command_encoding = "utf-8" if message.asks_for_utf8 else "ascii"
    expect(Kind.TROUBLE, *server.mail(message.sender, message.options(server)))
    return server


def _show(server: smtplib.SMTP, user: str, token: str) -> None:
    """At a refusal the server explains itself first, and waits for an empty answer."""
    words = xoauth2(user, token).decode()
    server.auth("XOAUTH2", lambda challenge=None: words if challenge is None else "")


def _deliver(server: smtplib.SMTP, message: _Message, still_mine: Callable[[], bool]) -> Outcome:
    try:
        expect(None, *server.rcpt(message.recipient))
        if not still_mine():
            return UNTRIED
        _patience(server, AFTER_THE_TEXT)
        expect(None, *server.data(message.content))
    except Refused as refused:
        return refused.outcome
    except smtplib.SMTPDataError as error:
        return judged(None, error.smtp_code, error.smtp_error)
    finally:
        _patience(server, PER_COMMAND)
    return SENT


def _patience(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)
