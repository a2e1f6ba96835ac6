"""Hands a message to a mail server, and says what it answered. The only module with a socket.

MAIL_URL: smtp://user:password@host:587 (STARTTLS when offered), smtps://host:465, or
smtp+insecure://host for a server on the same machine that cannot encrypt. Without MAIL_URL a
message counts as sent at once: it is read on the page of the built-in mailbox.
"""

import re
import smtplib
import ssl
from functools import cache
from threading import Lock
from time import monotonic
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from program.mail.outcome import SENT, Kind, Outcome

TO_CONNECT, PER_COMMAND, AFTER_THE_TEXT = 15, 30, 300  # seconds
_CLOSE_AFTER = 60
_PORTS = {"smtp": 587, "smtps": 465, "smtp+insecure": 25}
_POLICY = re.compile(r"\b5\.7\.\d+")
_TOO_LARGE = 552
_MISUNDERSTANDINGS = 504  # 500 to 504 are about the conversation, not about this message


class Transport(Protocol):
    is_local: bool

    def send(self, sender: str, recipient: str, content: bytes) -> Outcome: ...

    def rest(self) -> None:
        """Nothing to do for now."""

    def close(self) -> None: ...


class Mailbox:
    """The built-in one: what is marked as sent is read there."""

    is_local = True

    def send(self, sender: str, recipient: str, content: bytes) -> Outcome:
        return SENT

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


class MailUrlWrong(ValueError):
    pass


class Smtp:
    """One kept connection to one server."""

    is_local = False

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self._server: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._lock = Lock()

    def send(self, sender: str, recipient: str, content: bytes) -> Outcome:
        with self._lock:
            try:
                server = self._ready_for(sender, len(content))
            except _Refused as refused:
                return self._after(refused.outcome)
            except (OSError, smtplib.SMTPException, ValueError) as error:
                return self._after(_trouble(error))
            try:
                return self._after(_deliver(server, recipient, content))
            except (OSError, smtplib.SMTPException) as error:
                return self._after(Outcome(Kind.LATER, f"The connection broke: {_say(error)}"))

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

    def _ready_for(self, sender: str, size: int) -> smtplib.SMTP:
        """A connection on which the server takes mail of this sender."""
        if self._server is not None:
            try:
                return self._introduce(self._server, sender, size)
            except (_Refused, OSError, smtplib.SMTPException):
                self._drop()  # it rested too long or served enough; a new one tells for sure
        self._server = self._connect()
        return self._introduce(self._server, sender, size)

    def _introduce(self, server: smtplib.SMTP, sender: str, size: int) -> smtplib.SMTP:
        options = [f"size={size}"] if server.has_extn("size") else []
        _expect(Kind.TROUBLE, *server.mail(sender, options))
        return server

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
            self._log_in(server)

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self._url.scheme != "smtp+insecure" and not isinstance(server.sock, ssl.SSLSocket):
            raise smtplib.SMTPException(
                "The server offers no encryption, so the password was not given."
            )
        server.login(unquote(self._url.username or ""), unquote(self._url.password or ""))


@cache
def transport_for(url: str) -> Transport:
    """One for the process, so that its connection is kept."""
    return Smtp(url) if url else Mailbox()


class _Refused(Exception):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def _checked(url: str) -> SplitResult:
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


def _deliver(server: smtplib.SMTP, recipient: str, content: bytes) -> Outcome:
    if not recipient.isascii():
        return Outcome(Kind.NEVER, "The address has letters that mail servers do not take.")
    try:
        _expect(None, *server.rcpt(recipient))
        _patience(server, AFTER_THE_TEXT)
        _expect(None, *server.data(content))
    except _Refused as refused:
        return refused.outcome
    except smtplib.SMTPDataError as error:
        return _judge(None, error.smtp_code, _text(error.smtp_error))
    finally:
        _patience(server, PER_COMMAND)
    return SENT


def _patience(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _expect(refusal: Kind | None, code: int, answer: bytes) -> None:
    """`refusal`: what any no at this point means; else the answer itself tells."""
    if not 200 <= code < 300:
        raise _Refused(_judge(refusal, code, _text(answer)))


def _judge(refusal: Kind | None, code: int, answer: str) -> Outcome:
    reason = f"{code} {answer}"[:1000]
    if code < 0:  # smtplib's way to say that the line broke
        return Outcome(refusal or Kind.LATER, f"The connection broke: {answer}", code)
    if code == _TOO_LARGE:
        return Outcome(Kind.NEVER, reason, code)
    if refusal is not None:
        return Outcome(refusal, reason, code)
    if code <= _MISUNDERSTANDINGS:
        return Outcome(Kind.LATER, reason, code)
    return Outcome(Kind.POLICY if _POLICY.search(answer) else Kind.NEVER, reason, code)


def _trouble(error: Exception) -> Outcome:
    code = getattr(error, "smtp_code", None)
    return Outcome(Kind.TROUBLE, _say(error)[:1000], code if isinstance(code, int) else None)


def _say(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
