"""What people settle for themselves."""

from program.accounts.models import Person
from program.core.audit import record
from program.core.db import bump, db


def choose_language(person_id: int, language: str) -> None:
    """The language of this person's pages and mails."""
    db.session.get_one(Person, person_id).language = language
    bump(Person, [person_id])
    record("person.language_chosen", f"person:{person_id}", by=person_id)
