"""What a mail server's answer means for a planner, and what they can do about it."""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Explained:
    what: str
    todo: str


def about_message(error: str) -> Explained:
    """Why one message was refused."""
    return _first(_MESSAGE, error) or _ANYTHING


def about_channel(reason: str) -> Explained:
    """Why no message leaves."""
    return _first(_CHANNEL, reason) or _ANY_TROUBLE


def _first(rules: tuple[tuple[str, Explained], ...], said: str) -> Explained | None:
    return next((told for pattern, told in rules if re.search(pattern, said, re.IGNORECASE)), None)


_UNKNOWN = Explained(
    _l("This address does not exist."),
    _l("Correct the address of this person. The next release invites them again."),
)
_NO_DOMAIN = Explained(
    _l("The part of the address after the @ does not exist."),
    _l("Look for a typing error in the address. The next release invites them again."),
)
_FULL = Explained(
    _l("The mailbox is full."),
    _l("Ask this person to make room, then try again."),
)
_CLOSED = Explained(
    _l("The mailbox takes no mail any more."),
    _l("Ask this person for another address."),
)
_TOO_LARGE = Explained(
    _l("The message is larger than their mail server takes."),
    _l("Make the note of the session shorter and publish again."),
)
_AGAINST_US = Explained(
    _l("Their mail server refuses mail from us."),
    _l("Ask their IT department to let mail from our address through, then try again."),
)
_NOT_NOW = Explained(
    _l("Their mail server wants to be asked again later."),
    _l("You need not do anything: it is tried again by itself, for three days."),
)
_BROKE = Explained(
    _l("The connection broke while the message was being sent."),
    _l("You need not do anything: it is tried again by itself, for three days."),
)
_LETTERS = Explained(
    _l("The address has letters that our mail server does not take."),
    _l("Ask this person for an address without accents."),
)
_ANYTHING = Explained(
    _l("Their mail server refused the message."),
    _l("Read its answer below. Correct the address, or try again."),
)
_SUSPENDED = Explained(
    _l("Mail to this address came back twice, so no more goes there."),
    _l("Correct the address, or let mail go there again on the page To review; then try again."),
)
_MESSAGE = (
    (r"^The address is suspended", _SUSPENDED),
    (r"^The address has letters", _LETTERS),
    (r"^The connection broke", _BROKE),
    (r"\b[45]\.2\.2\b|mailbox (is )?full|over quota|quota exceeded", _FULL),
    (r"^552|\b5\.2\.3\b|\b5\.3\.4\b", _TOO_LARGE),
    (r"^4", _NOT_NOW),
    (r"\b5\.7\.\d", _AGAINST_US),
    (r"\b5\.1\.(2|8|10)\b|\b5\.4\.4\b|domain.*(not found|not exist)", _NO_DOMAIN),
    (r"\b5\.2\.1\b|disabled|inactive", _CLOSED),
    (r"\b5\.1\.\d|unknown|no such|does not exist|not found|^55[013]", _UNKNOWN),
)

_ANY_TROUBLE = Explained(
    _l("The mail server takes no mail from us now."),
    _l("It is tried again by itself. If this lasts, show the answer below to who manages it."),
)
_CHANNEL = (
    (
        r"certificate",
        Explained(
            _l("We do not trust the certificate of the mail server, so nothing was sent."),
            _l("Let who manages the mail server renew its certificate, or correct MAIL_URL."),
        ),
    ),
    (
        r"no encryption",
        Explained(
            _l("The mail server offers no encryption, so our password was not given."),
            _l("Use a port with encryption in MAIL_URL: smtps://, or smtp:// with STARTTLS."),
        ),
    ),
    (
        r"login was refused|^535|\b5\.7\.(8|9|139|57|3|30)\b",
        Explained(
            _l("The mail server does not accept our user name and password."),
            _l("Set the right password or token in MAIL_URL or MAIL_OAUTH_… and start anew."),
        ),
    ),
    (
        r"\btoken",
        Explained(
            _l("We got no token to sign in to the mail server with."),
            _l("Check the MAIL_OAUTH_… settings: the secret may have expired."),
        ),
    ),
    (
        r"no connection|connection (broke|unexpectedly)|name or service|resolution",
        Explained(
            _l("The mail server cannot be reached."),
            _l("It is tried again by itself. If this lasts, check MAIL_URL and the network."),
        ),
    ),
    (
        r"\b5\.7\.\d",
        Explained(
            _l("The mail server refuses mail from us."),
            _l("Let who manages it allow our address. It is tried again by itself."),
        ),
    ),
)
