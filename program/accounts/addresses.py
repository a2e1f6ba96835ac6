"""Other addresses that a person answers from: remembered when somebody says so, and forgotten.

Mail never goes there. One may be of several people, as that of a secretariat; none may be
somebody else's own.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from program.accounts.models import OtherAddress, Person
from program.accounts.queries import answers_come_from, owner_of, remembered_for
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal


def others_of(person_id: int) -> frozenset[str]:
    """From where this person's answers may come, beside the invited address; in lower case."""
    return frozenset(db.session.scalars(answers_come_from(person_id)))


def remember(person_id: int, address: str, *, by: int, at: datetime) -> bool:
    """From now on answers from there are theirs; says whether that is news."""
    address = address.strip().lower()
    locked(Person, person_id)  # two who say so at once would both add it
    if is_another_s(address, person_id):
        raise Refusal(
            _("%(address)s is the address of somebody else here.", address=address),
            field="remember",
        )
    known = remembered_for(person_id).where(OtherAddress.address == address)
    if db.session.scalars(known).first():
        return False
    added = OtherAddress(
        person_id=person_id, address=address, remembered_at=at, remembered_by_id=by
    )
    db.session.add(added)
    db.session.flush()
    record("address.remembered", f"person:{person_id} address:{added.id}", by=by)
    return True


def is_another_s(address: str, person_id: int) -> bool:
    """Whether somebody else is invited there."""
    return db.session.scalars(owner_of(address, beside=person_id)).first() is not None


def forget(person_id: int, address_id: int, *, by: int) -> str | None:
    """Answers from there wait for somebody to look again; gives the address, if it was theirs."""
    address = db.session.scalars(
        delete(OtherAddress)
        .where(OtherAddress.id == address_id, OtherAddress.person_id == person_id)
        .returning(OtherAddress.address),
        execution_options={"synchronize_session": False},
    ).first()
    if address is not None:
        record("address.forgotten", f"person:{person_id} address:{address_id}", by=by)
    return address
