import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from program.core.audit import AuditEntry, record
from program.core.db import db

pytestmark = pytest.mark.usefixtures("each_app")


def test_a_line_of_the_audit_can_be_neither_changed_nor_dropped() -> None:
    record("meeting.moved", "meeting:1", by=None)
    db.session.commit()

    for change in (update(AuditEntry).values(result="never"), delete(AuditEntry)):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(change)
        db.session.rollback()
    assert db.session.query(AuditEntry.result).all() == [("ok",)]
