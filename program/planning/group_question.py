"""The learning groups that a cohort asks for, as a question of groups. Pure."""

from program.planning.grouping import Attribute, GroupProblem, Member, Sizes, even_sizes
from program.planning.problem import Person, Problem

ALWAYS = ("department", "gender", "job_title")


def asked(problem: Problem) -> GroupProblem:
    """Groups that stand are kept: whoever is in none of them finds the best place in one."""
    more = sorted({key for person in problem.people for key in person.attributes})
    return GroupProblem(
        people=tuple(
            Member(person.id, values(person), person.working_days, person.name)
            for person in problem.people
        ),
        attributes=tuple(Attribute(key) for key in dict.fromkeys((*ALWAYS, *more))),
        sizes=_sizes(problem),
        together=tuple((pair.one, pair.other) for pair in problem.pairs if pair.together),
        apart=tuple(apart(problem)),
        pinned=_pinned(problem),
        second_days=True,
    )


def values(person: Person) -> dict[str, str]:
    """What may be spread."""
    return {
        **person.attributes,
        "department": person.department,
        "gender": person.gender,
        "job_title": person.job_title,
    }


def apart(problem: Problem) -> list[tuple[int, int]]:
    """Somebody and their own manager, and the pairs that are named."""
    there = {person.id for person in problem.people}
    managed = {
        (min(person.id, person.manager), max(person.id, person.manager))
        for person in problem.people
        if person.manager is not None and person.manager in there and person.manager != person.id
    }
    named = {
        (min(pair.one, pair.other), max(pair.one, pair.other))
        for pair in problem.pairs
        if not pair.together
    }
    return sorted(managed | named)


def _sizes(problem: Problem) -> tuple[Sizes, ...]:
    people = len(problem.people)
    if not problem.groups:
        return even_sizes(people, max(1, min(problem.group_count, people)))
    most = -(-people // len(problem.groups))
    return tuple(Sizes(len(group), max(most, len(group))) for group in problem.groups)


def _pinned(problem: Problem) -> tuple[tuple[int, int], ...]:
    there = {person.id for person in problem.people}
    standing = {
        person: g for g, group in enumerate(problem.groups) for person in group if person in there
    }
    wanted = dict(problem.pinned) if not problem.groups else {}
    return tuple(sorted({**wanted, **standing}.items()))
