from program.planning.curve import MOST, Chart, Curve, chart_of


def told(cost: float, phase: str = "calendar", broken: int = 0) -> dict[str, object]:
    return {"phase": phase, "broken": broken, "cost": cost, "bound": 80}


def test_a_long_curve_keeps_its_ends_and_few_points() -> None:
    curve = Curve()

    for step in range(2400):
        curve.add(step / 4, told(5000 - step))

    assert len(curve.points) <= MOST
    assert curve.points[0] == [0, 0, 5000, 80]
    assert curve.points[-1][0] > 590


def test_each_phase_begins_its_own_curve() -> None:
    curve = Curve()

    curve.add(0, told(900, "tables"))
    curve.add(1, told(300))
    curve.add(2, told(200))

    assert [point[2] for point in curve.points] == [300, 200]


def test_before_the_first_plan_there_is_no_point() -> None:
    curve = Curve()

    curve.add(0, {"phase": "calendar", "broken": 0, "cost": 0, "bound": 0})
    curve.add(1, told(300))

    assert [point[0] for point in curve.points] == [1]


def test_one_point_is_no_curve() -> None:
    assert chart_of(None) is None
    assert chart_of([[0, 0, 10, 5]]) is None


def test_the_cost_comes_down_in_steps_towards_the_bound() -> None:
    chart = Chart([[0, 0, 200, 100], [1, 0, 150, 100], [4, 0, 110, 100]], width=400, height=120)

    assert chart.cost_line == "0,10 100,10 100,60 400,60 400,100 400,100"
    assert chart.bound_line == "0,110 400,110"
    assert (chart.first, chart.last, chart.bound, chart.above) == (200, 110, 100, 10)


def test_costs_of_plans_that_broke_more_rules_are_not_drawn() -> None:
    chart = Chart([[0, 7, 10, 0], [1, 0, 500, 0], [2, 0, 400, 0]])

    assert chart.first == 500
    assert chart.above is None
