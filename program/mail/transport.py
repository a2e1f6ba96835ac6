"""Hands a message to whoever takes it: a mail server, or our own mailbox.

Without MAIL_URL a message counts as sent at once: it is read on the page of the built-in mailbox.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol

from program.mail.outcome import SENT, Outcome
from program.mail.smtp import MailUrlWrong, Sign, Smtp, as_always, as_it_is

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
    dkim = tuple(config[f"DKIM_{name}"] for name in ("DOMAIN", "SELECTOR", "KEY_FILE"))
    return transport_for(config["MAIL_URL"], oauth if oauth[0] else (), dkim if dkim[1] else ())


def transport_for(url: str, oauth: tuple[str, ...] = (), dkim: tuple[str, ...] = ()) -> Transport:
    """`dkim`: domain, selectors and files of keys."""
    return _kept(url, oauth, dkim)


@cache
def _kept(url: str, oauth: tuple[str, ...], dkim: tuple[str, ...]) -> Transport:
    """One for the process, so that its connection is kept."""
    return Smtp(url, oauth, _signing(dkim)) if url else Mailbox()


def _signing(dkim: tuple[str, ...]) -> Sign:
    """Imported when there is a key: cryptography is large."""
    if not dkim:
        return as_it_is
    signing = import_module("program.mail.dkim")
    return partial(signing.signed, signers=signing.signers_of(*dkim))
