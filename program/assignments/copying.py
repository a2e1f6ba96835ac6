"""A programme as a template: its copy gets the assignments too."""

from program.assignments.actions import copy_assignments
from program.core.db import db
from program.programmes import actions as programmes
from program.programmes.models import Programme


def copy_programme(programme: Programme, *, title: str, by: int | None) -> Programme:
    """A new programme with the same domains, modules and assignments."""
    copy = programmes.copy_programme(programme, title=title, by=by)
    copy_assignments(programme.id, copy.id)
    db.session.flush()
    return copy
