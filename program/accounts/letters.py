"""The mail with the link to sign in."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from urllib.parse import urlencode

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from program.accounts.models import Person


@dataclass(frozen=True)
class Letter:
    subject: str
    content: bytes
    message_id: str


def sign_in_letter(
    person: Person, token: str, *, at: datetime, onward: str | None = None
) -> Letter:
    """In the person's own language; text and HTML say the same."""
    sender = str(current_app.config["MAIL_ADDRESS"])
    name, _at, domain = sender.partition("@")
    with force_locale(person.language):
        facts = {"person": person, "link": address_of(token, onward), "language": person.language}
        subject = str(_("Your link to sign in to Leergang"))
        text, html = _rendered("txt", facts), _rendered("html", facts | {"subject": subject})
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(str(current_app.config["MAIL_NAME"]), name, domain)
    message["To"] = Address(person.name, addr_spec=person.email)
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<sign-in.{sha256(token.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return Letter(subject, message.as_bytes(), str(message["Message-ID"]).strip("<>"))


def address_of(token: str, onward: str | None = None) -> str:
    query = f"?{urlencode({'next': onward})}" if onward else ""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/{token}{query}"


def _rendered(kind: str, facts: dict[str, object]) -> str:
    return current_app.jinja_env.get_template(f"mail/sign_in.{kind}").render(facts)
