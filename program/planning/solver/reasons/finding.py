"""Finds rules that cannot hold together, and makes sure of it."""

from collections.abc import Iterable

from program.planning.solver.proof.openings import Active
from program.planning.solver.proof.scarcity import has_scarcity
from program.planning.solver.reasons.conflict import Conflict, Proof
from program.planning.solver.reasons.counting import Counting
from program.planning.solver.reasons.judge import Judge
from program.planning.solver.reasons.shrinking import Refused, bundles, shrunk

COUNTING = 0.6  # of the time that is left


def found_by_days(judge: Judge, rules: Iterable[int]) -> Conflict | None:
    """Some of these rules that leave no days: at once. None when the days by themselves can be."""
    hopeless = judge.stuck(frozenset())
    if hopeless is not None:
        return _without_means(judge, hopeless.meeting)
    candidate = _by_days(judge, frozenset(rules))
    return None if candidate is None else _by_days_alone(judge, candidate)


def found_by_counting(judge: Judge, rules: Iterable[int]) -> Conflict | None:
    """Some of these rules that leave too few trainers or rooms; None: they do not, or who knows."""
    candidate = _by_counting(judge, frozenset(rules))
    return None if candidate is None else _exactly(judge, candidate)


def _without_means(judge: Judge, number: int) -> Conflict:
    """No rule is in its way: there are not as many trainers, or no room, or no day at all."""
    meeting = judge.book.model.meetings[number]
    short = len(meeting.trainers) < meeting.crew
    place = meeting.crew_rule if short else meeting.room_rule
    ref = judge.book.rules[place]
    return Conflict(rules=(ref,), proof=Proof.MINIMAL, places=(place,), meetings=(number,))


def _by_days(judge: Judge, every: Active) -> Active | None:
    stuck = judge.stuck(every)
    if stuck is None:
        return None
    about = stuck.rules.union(*(judge.openings.rules_of(n) for n in stuck.meetings)) & every
    return about if judge.stuck(about) is not None else every


def _by_days_alone(judge: Judge, candidate: Active) -> Conflict:
    rules = _shrunk(judge, candidate, lambda some: judge.stuck(some) is not None)
    if not has_scarcity(judge.book, rules):
        return _conflict(judge, rules, Proof.MINIMAL)
    return _exactly(judge, rules)


def _by_counting(judge: Judge, every: Active) -> Active | None:
    """What CP-SAT names, if the judge agrees; when it names nothing, all of them."""
    if not has_scarcity(judge.book, every) or judge.is_time_up:
        return None
    seconds = COUNTING * judge.seconds_left
    named = Counting(judge.book, judge.openings, every).core(seconds)
    candidate = every if named is None else named
    return candidate if judge.holds(candidate) is False else None


def _exactly(judge: Judge, candidate: Active) -> Conflict:
    """Each of the rules left out in turn: then the others hold, or it was not needed."""
    unsure = judge.unsure
    rules = _shrunk(judge, candidate, lambda some: judge.holds(some) is False)
    sure = judge.unsure == unsure
    return _conflict(judge, rules, Proof.MINIMAL if sure else Proof.NOT_MINIMAL)


def _shrunk(judge: Judge, candidate: Active, refused: Refused) -> Active:
    """First whole bundles, then of each bundle as few as matter."""
    refs = judge.book.rules
    rules = shrunk(bundles(refs, candidate), refused)
    for bundle in bundles(refs, rules):
        if len(bundle) > 1:
            single = [frozenset({rule}) for rule in sorted(bundle)]
            rules = rules - bundle | shrunk(single, refused, rules - bundle)
    return rules


def _conflict(judge: Judge, rules: Active, proof: Proof) -> Conflict:
    places = tuple(sorted(rules))
    return Conflict(
        rules=tuple(judge.book.rules[place] for place in places), proof=proof, places=places
    )
