"""The doors by which mail comes in: what they bring is committed before the other side hears yes.

The runner keeps them. LMTP is open in every runner that finds its place free, leading or not;
the mailbox elsewhere is looked into by the one that leads.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import structlog
from flask import Flask, current_app

from program.core.clock import now
from program.core.db import db, reading
from program.mail import arrivals
from program.mail.arrivals import NoRoom
from program.mail.imap import Account, Found, ImapTrouble, Mailbox, account_of
from program.mail.lmtp import Door, Place, place_of
from program.mail.oauth import Tokens

BETWEEN_TRIES = 2.0  # seconds, while the place is taken
LONGEST_PAUSE = 300.0  # seconds, while a mailbox does not answer
log = structlog.get_logger()


@contextmanager
def lmtp_kept_open(app: Flask) -> Generator[None]:
    """Where LMTP_LISTEN says, for as long as this lasts."""
    listen = app.config["LMTP_LISTEN"]
    if not listen:
        yield
        return
    keeper = LmtpKeeper(app, place_of(listen))
    try:
        yield
    finally:
        keeper.stop()


class LmtpKeeper:
    """Opens the door, and opens it again when it fell shut or its place comes free."""

    def __init__(self, app: Flask, place: Place) -> None:
        self._door = Door(place, keeping(app))
        self._stop = Event()
        self._thread = Thread(target=self._keep_open, name="lmtp", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _keep_open(self) -> None:
        while not self._stop.is_set():
            if not self._door.is_open:
                self._try()
            self._stop.wait(BETWEEN_TRIES)
        self._door.close()

    def _try(self) -> None:
        self._door.close()
        try:
            self._door.open()
            log.info("lmtp_open")
        except OSError as error:
            log.warning("lmtp_not_open", error=error.strerror or type(error).__name__)


def keeping(app: Flask) -> Callable[[bytes, Sequence[str]], None]:
    """What the door calls for each message, in a thread of its own."""

    def keep(raw: bytes, recipients: Sequence[str]) -> None:
        with app.app_context():
            mail = arrivals.keep(raw, via="lmtp", at=now(), sent_to=recipients)
            db.session.commit()
            log.info("mail_arrived", via="lmtp", mail=mail.id)

    return keep


def collect_mail(stop: Event) -> None:
    """Look into the mailbox of IMAP_URL when it is time to."""
    if not current_app.config["IMAP_URL"]:
        return
    poller = current_app.extensions.get("imap_poller")
    if poller is None:
        poller = Poller(Mailbox(account()), current_app.config["IMAP_POLL"])
        current_app.extensions["imap_poller"] = poller
    poller.turn(stop)


def account() -> Account:
    """As the settings say."""
    config = current_app.config
    if not config["IMAP_OAUTH_TOKEN_URL"]:
        return account_of(config["IMAP_URL"])
    tokens = Tokens(
        config["IMAP_OAUTH_TOKEN_URL"], config["IMAP_OAUTH_CLIENT_ID"],
        config["IMAP_OAUTH_SECRET"], config["IMAP_OAUTH_SCOPE"],
    )  # fmt: skip
    return account_of(config["IMAP_URL"], tokens)


class Poller:
    """Looks each `seconds`; ever less often while the mailbox does not answer."""

    def __init__(self, mailbox: Mailbox, seconds: float) -> None:
        self._mailbox, self._seconds = mailbox, seconds
        self._next, self._failures = 0.0, 0

    def turn(self, stop: Event) -> None:
        if monotonic() < self._next:
            return
        try:
            self._collect(stop)
            self._failures, pause = 0, self._seconds
        except (ImapTrouble, NoRoom) as trouble:
            db.session.rollback()
            self._failures += 1
            pause = min(self._seconds * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
            event = "imap_waits_for_room" if isinstance(trouble, NoRoom) else "imap_does_not_answer"
            log.warning(event, failures=self._failures, seconds=pause)
        self._next = monotonic() + pause
        if stop.is_set():
            self._mailbox.close()

    def _collect(self, stop: Event) -> None:
        with reading():
            since = arrivals.position_in(self._mailbox.account.name)
            db.session.rollback()
        if number := self._mailbox.collect(since, self._keep, stop):
            log.info("mail_arrived", via="imap", number=number)

    def _keep(self, found: Found) -> None:
        """The message and how far we are, in one transaction. When there is no room for its files,
        they stay in the mailbox; the next message need not wait for them."""
        try:
            arrivals.keep(found.raw, via="imap", at=now(), size=found.size)
        except NoRoom:
            db.session.rollback()
            arrivals.keep(arrivals.readable(found.raw), via="imap", at=now(), size=found.size)
        arrivals.reached(self._mailbox.account.name, found.position)
        db.session.commit()
