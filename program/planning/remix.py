"""Mixes the rounds to come anew: other people at the tables, dates where they are. Pure.

Meetings for groups and for everybody stay. Tables that have a date are mixed for it; the dates that
do not suit their new people are repaired afterwards, and only those.
"""

from dataclasses import replace
from random import Random

from program.planning.newcomers import seated
from program.planning.problem import TABLES, Limits, Placed, Problem, Proposal, Tables
from program.planning.repair import repair
from program.planning.solver import TABLE_STEPS
from program.planning.solver.clock import Clock, Report
from program.planning.solver.mixing import mix

STEPS = 8 * TABLE_STEPS  # dates make it harder
SHARE = 0.5  # of the time, for what comes after the mixing


def remix(
    problem: Problem, limits: Limits | None = None, report: Report = lambda _progress: True
) -> Proposal:
    """The plan with new tables, as near to `problem.standing` as can be."""
    limits = limits or Limits()
    whole = seated(problem)
    clock = Clock(limits, report)
    clock.leave(SHARE)
    rng = Random(limits.seed)  # noqa: S311  (repeatable)
    tables, cost = mix(_emptied(whole), whole.groups, rng, limits.steps * STEPS, clock)
    rest = replace(limits, seconds=limits.seconds * SHARE)
    proposal = repair(replace(whole, tables=tables), rest, report)
    return replace(
        proposal,
        cost={**proposal.cost, "tables": cost},
        stopped=proposal.stopped or clock.stopped,
    )


def _emptied(problem: Problem) -> Problem:
    """Only who sits at kept tables sits; only tables still move."""
    kept = {(meeting.module, meeting.round, meeting.group) for meeting in problem.kept}
    stays = tuple(replace(m, kept=True) for m in problem.standing if not _is_table(problem, m))
    return replace(
        problem,
        kept=(*problem.kept, *stays),
        standing=tuple(m for m in problem.standing if _is_table(problem, m)),
        tables=tuple(
            Tables(
                mix.module,
                mix.round,
                tuple(
                    people if (mix.module, mix.round, t) in kept else ()
                    for t, people in enumerate(mix.tables)
                ),
                tuple(
                    people if (mix.module, mix.round, t) in kept else ()
                    for t, people in enumerate(mix.tasks)
                ),
            )
            for mix in problem.tables
        ),
    )


def _is_table(problem: Problem, meeting: Placed) -> bool:
    return any(m.id == meeting.module and m.kind == TABLES for m in problem.modules)
