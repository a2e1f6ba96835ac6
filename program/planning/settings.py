"""How the rules of a cohort are set, as it is stored."""

from program.cohorts.models import Cohort
from program.core.db import db
from program.planning import queries
from program.planning.agreements import rules_of
from program.planning.rules import Rule


def rulebook_rows(cohort: Cohort) -> tuple[list[Rule], dict[int, str]]:
    """The rules that are set otherwise than usual, and the titles of the modules to plan."""
    titles = {
        module.id: f"{module.position}. {module.title}"
        for module in db.session.scalars(queries.modules(cohort.programme_id))
        if module.kind in queries.KINDS
    }
    return list(rules_of(cohort)), titles
