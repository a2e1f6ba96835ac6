"""The draft as a question and a plan: what stands, with its groups and tables."""

from datetime import datetime

from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.meetings.models import Meeting
from program.planning.actions.posing import first_day_to_repair
from program.planning.changes import standing_plan
from program.planning.problem import BY_GROUP, Plan
from program.planning.question import Question, question_about
from program.planning.standing import table_order


def draft_question(cohort: Cohort, at: datetime) -> tuple[Question, Plan]:
    """What there is now, and what it is about."""
    today = local(at, cohort.timezone).date()
    from_on = first_day_to_repair(cohort, today)
    question = question_about(cohort, on=today, from_on=from_on, repair=True)
    return question, standing_plan(question.problem)


def draft_key(question: Question, meeting: Meeting) -> tuple[int, int, int | None] | None:
    """How plans name it; nothing when they do not (a module with its own enrolment)."""
    modules = {module.id: module for module in question.problem.modules}
    if meeting.module_id not in modules:
        return None
    if meeting.group_id is None:
        return meeting.module_id, meeting.round, None
    numbered = list(question.group_ids)
    if modules[meeting.module_id].kind not in BY_GROUP:
        numbered = table_order(meeting.cohort_id).get((meeting.module_id, meeting.round), [])
    if meeting.group_id not in numbered:
        return None
    return meeting.module_id, meeting.round, numbered.index(meeting.group_id)
