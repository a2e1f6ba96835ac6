from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from program.attendance.norm import Forecast, Norm, Part, Progress, Task, progress

TODAY = date(2030, 3, 1)
DOMAINS = (1, 2, 3)
RANK = [Forecast.IMPOSSIBLE, Forecast.AT_RISK, Forecast.REACHABLE, Forecast.MET]


@st.composite
def a_part(draw: st.DrawFn) -> Part:
    minutes = draw(st.integers(30, 480))
    chosen = draw(st.sets(st.sampled_from(DOMAINS), min_size=1))
    over = draw(st.booleans())
    attended = draw(st.none() | st.integers(0, minutes)) if over else None
    weights = dict.fromkeys(chosen, 1 / len(chosen))
    return Part(minutes, weights, over, attended, catch_up=draw(st.booleans()))


parts = st.lists(a_part(), max_size=12)
tasks = st.lists(
    st.builds(
        Task,
        domain=st.sampled_from(DOMAINS),
        handed_in=st.booleans(),
        due_on=st.none() | st.dates(date(2030, 1, 1), date(2030, 6, 1)),
    ),
    max_size=5,
)
norms = st.builds(Norm, share=st.floats(0, 1), every_assignment=st.booleans())


def standing(given: list[Part], *work: Task, share: float = 0.8) -> Progress:
    return progress((1,), given, work, norm=Norm(share), today=TODAY)[0]


def day(attended: int | None = None, *, over: bool = True, catch_up: bool = False) -> Part:
    return Part(100, {1: 1.0}, over, attended, catch_up=catch_up)


COMING = day(over=False)


@given(parts, tasks, norms)
def test_what_is_attended_never_passes_what_is_attainable(
    given_parts: list[Part], work: list[Task], norm: Norm
) -> None:
    for found in progress(DOMAINS, given_parts, work, norm=norm, today=TODAY):
        assert 0 <= found.attended <= found.attainable
        assert found.planned_so_far <= found.planned_total
        assert 0 <= found.share <= 1


@given(parts, norms)
def test_the_domains_share_out_all_hours(given_parts: list[Part], norm: Norm) -> None:
    found = progress(DOMAINS, given_parts, (), norm=norm, today=TODAY)

    attended = sum(part.attended or 0 for part in given_parts)
    assert abs(sum(domain.attended for domain in found) - attended) < 0.001
    planned = sum(part.minutes for part in given_parts if not part.catch_up)
    assert abs(sum(domain.planned_total for domain in found) - planned) < 0.001


@given(parts, tasks, norms)
def test_it_is_impossible_exactly_when_the_maximum_falls_short(
    given_parts: list[Part], work: list[Task], norm: Norm
) -> None:
    for found in progress(DOMAINS, given_parts, work, norm=norm, today=TODAY):
        short = found.attainable < found.required - 1e-6
        assert (found.forecast is Forecast.IMPOSSIBLE) == short


@given(parts, tasks, norms, st.data())
def test_having_attended_more_never_makes_the_forecast_worse(
    given_parts: list[Part], work: list[Task], norm: Norm, data: st.DataObject
) -> None:
    marked = [i for i, part in enumerate(given_parts) if part.attended is not None]
    if not marked:
        return
    i = data.draw(st.sampled_from(marked))
    better = list(given_parts)
    better[i] = replace(better[i], attended=better[i].minutes)

    before = progress(DOMAINS, given_parts, work, norm=norm, today=TODAY)
    after = progress(DOMAINS, better, work, norm=norm, today=TODAY)
    for old, new in zip(before, after, strict=True):
        assert RANK.index(new.forecast) >= RANK.index(old.forecast)


@given(parts, tasks, norms)
def test_a_catch_up_never_asks_more(given_parts: list[Part], work: list[Task], norm: Norm) -> None:
    extra = Part(120, dict.fromkeys(DOMAINS, 1 / 3), over=True, attended=120, catch_up=True)

    before = progress(DOMAINS, given_parts, work, norm=norm, today=TODAY)
    after = progress(DOMAINS, [*given_parts, extra], work, norm=norm, today=TODAY)
    for old, new in zip(before, after, strict=True):
        assert new.planned_total == old.planned_total
        assert new.attended > old.attended


@given(parts, tasks, norms)
def test_the_order_of_meetings_does_not_matter(
    given_parts: list[Part], work: list[Task], norm: Norm
) -> None:
    def forecasts(given: list[Part]) -> list[Forecast]:
        found = progress(DOMAINS, given, work, norm=norm, today=TODAY)
        return [domain.forecast for domain in found]

    assert forecasts(given_parts) == forecasts(given_parts[::-1])


def test_four_of_five_days_meet_the_norm() -> None:
    assert standing([day(100)] * 4 + [day(0)]).forecast is Forecast.MET


def test_three_of_five_days_do_not() -> None:
    assert standing([day(100)] * 3 + [day(0)] * 2).forecast is Forecast.IMPOSSIBLE


def test_a_catch_up_makes_good_for_a_missed_day() -> None:
    given = [day(100)] * 3 + [day(0)] * 2 + [day(100, catch_up=True)]

    assert standing(given).forecast is Forecast.MET


def test_a_planned_catch_up_keeps_the_norm_attainable() -> None:
    given = [day(100)] * 3 + [day(0)] * 2 + [day(over=False, catch_up=True)]

    assert standing(given).attainable == 400
    assert standing(given).forecast is Forecast.AT_RISK


def test_missing_the_first_day_is_a_risk() -> None:
    assert standing([day(0)] + [COMING] * 4).forecast is Forecast.AT_RISK


def test_a_day_that_is_not_marked_yet_is_no_risk() -> None:
    assert standing([day(), *[COMING] * 4]).forecast is Forecast.REACHABLE


def test_an_overdue_assignment_is_a_risk() -> None:
    late = Task(1, handed_in=False, due_on=date(2030, 2, 28))

    found = standing([day(100), COMING], late)

    assert (found.forecast, found.overdue) == (Forecast.AT_RISK, 1)


def test_an_assignment_is_not_overdue_on_its_day() -> None:
    assert standing([COMING], Task(1, handed_in=False, due_on=TODAY)).overdue == 0


def test_all_hours_without_the_assignment_is_not_yet_met() -> None:
    assert standing([day(100)], Task(1, handed_in=False)).forecast is Forecast.REACHABLE


def test_nothing_planned_is_not_met() -> None:
    assert standing([]).forecast is Forecast.REACHABLE
