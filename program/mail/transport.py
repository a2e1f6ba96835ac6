"""Hands a message to whoever takes it: a mail server, or our own mailbox.

Without MAIL_URL a message counts as sent at once: it is read on the page of the built-in mailbox.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from program.mail.outcome import SENT, Outcome
from program.mail.smtp import MailUrlWrong, Smtp, as_always

__all__ = ["MailUrlWrong", "Transport", "transport_for", "transport_of"]


class Transport(Protocol):
    is_local: bool

    def send(
        self,
        sender: str,
        recipient: str,
        content: bytes,
        still_mine: Callable[[], bool] = as_always,
    ) -> Outcome:
        """`still_mine` is asked right before the text leaves; at a no it does not."""

    def rest(self) -> None:
        """Nothing to do for now."""

    def close(self) -> None: ...


class Mailbox:
    """The built-in one: what is marked as sent is read there."""

    is_local = True

    def send(
        self,
        sender: str,
        recipient: str,
        content: bytes,
        still_mine: Callable[[], bool] = as_always,
    ) -> Outcome:
        return SENT

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


def transport_of(config: Mapping[str, Any]) -> Transport:
    """As the settings say."""
    oauth = tuple(
        config[f"MAIL_OAUTH_{name}"] for name in ("TOKEN_URL", "CLIENT_ID", "SECRET", "SCOPE")
    )
    return transport_for(config["MAIL_URL"], oauth if oauth[0] else ())


def transport_for(url: str, oauth: tuple[str, ...] = ()) -> Transport:
    return _kept(url, oauth)


@cache
def _kept(url: str, oauth: tuple[str, ...]) -> Transport:
    """One for the process, so that its connection is kept."""
    return Smtp(url, oauth) if url else Mailbox()
