from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from program.core.db import db
from program.core.errors import Refusal
from program.programmes import actions
from program.programmes.actions import ModuleSpec
from program.programmes.models import Domain, Module, ModuleKind, Programme
from tests.factories import make_assignment, make_meeting, make_module, make_programme

pytestmark = pytest.mark.usefixtures("app")


def spec(programme: Programme, **given: object) -> ModuleSpec:
    defaults: dict[str, object] = {
        "title": "Koers",
        "kind": ModuleKind.GROUP,
        "minutes": 240,
        "weights": {programme.domains[0].id: 1.0},
    }
    return ModuleSpec(**defaults | given)  # type: ignore[arg-type]


def test_a_new_programme_has_the_four_connections() -> None:
    bureau = make_programme().organisation_id

    programme = actions.add_programme(organisation_id=bureau, title="Koers", norm=0.8, by=None)

    assert [domain.key for domain in programme.domains] == list(actions.CONNECTIONS)


def test_a_title_is_used_once_by_a_bureau() -> None:
    programme = make_programme(title="Koers")

    with pytest.raises(Refusal, match="Koers"):
        actions.add_programme(
            organisation_id=programme.organisation_id, title="Koers", norm=0.8, by=None
        )


def test_modules_with_the_same_title_get_keys_of_their_own() -> None:
    programme = make_programme()

    keys = [actions.add_module(programme, spec(programme), by=None).key for _ in range(3)]

    assert keys == ["koers", "koers-2", "koers-3"]


def test_modules_cannot_follow_each_other_in_a_circle() -> None:
    programme = make_programme()
    first, second = make_module(programme), make_module(programme)
    actions.edit_module(second, spec(programme, title="Twee", after_id=first.id), by=None)

    with pytest.raises(Refusal, match="→") as refusal:
        actions.edit_module(first, spec(programme, title="Een", after_id=second.id), by=None)

    assert refusal.value.field == "after_id"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"min_gap_days": 20, "max_gap_days": 10}, "max_gap_days"),
        ({"weights": {}}, "weights"),
        ({"weights": {1: 0.5}}, "weights"),
    ],
)
def test_a_module_that_cannot_be_is_refused(change: dict[str, object], field: str) -> None:
    programme = make_programme()

    with pytest.raises(Refusal) as refusal:
        actions.add_module(programme, spec(programme, **change), by=None)

    assert refusal.value.field == field


def in_sessions(module: Module) -> None:
    make_meeting(module=module)


def due_after(module: Module) -> None:
    make_assignment(module.programme, due_after_id=module.id)


@pytest.mark.parametrize("use", [in_sessions, due_after])
@pytest.mark.usefixtures("each_app")
def test_a_module_in_use_stays(use: Callable[[Module], None]) -> None:
    module = make_module(make_programme())
    use(module)

    with pytest.raises(Refusal, match=r"."):
        actions.remove_module(module, by=None)

    assert db.session.scalar(select(func.count(Module.id))) == 1


def test_a_module_that_another_comes_after_stays() -> None:
    programme = make_programme()
    first = make_module(programme)
    make_module(programme, after=first, title="Later")

    with pytest.raises(Refusal, match="Later"):
        actions.remove_module(first, by=None)


def test_removing_a_module_closes_the_gap_in_the_order() -> None:
    programme = make_programme()
    modules = [actions.add_module(programme, spec(programme), by=None) for _ in range(3)]

    actions.remove_module(modules[1], by=None)
    db.session.commit()

    assert [module.position for module in programme.modules] == [1, 2]


def test_a_module_moves_to_the_front() -> None:
    programme = make_programme()
    titles = ("Een", "Twee", "Drie")
    modules = [actions.add_module(programme, spec(programme, title=t), by=None) for t in titles]

    actions.move(modules[2], steps=-1, by=None)
    db.session.commit()
    db.session.refresh(programme)

    assert [module.title for module in programme.modules] == ["Een", "Drie", "Twee"]


def test_a_domain_with_hours_stays() -> None:
    programme = make_programme()
    make_module(programme, title="Koers", domains=("zelf",))

    with pytest.raises(Refusal, match="Koers"):
        actions.remove_domain(programme.domains[0], by=None)


def test_a_domain_without_hours_goes() -> None:
    programme = make_programme()

    actions.remove_domain(programme.domains[3], by=None)
    db.session.commit()

    assert db.session.scalar(select(func.count(Domain.id))) == 3


def test_a_copy_has_the_same_modules_in_the_same_dependence() -> None:
    programme = make_programme()
    first = make_module(programme, key="start", domains=("zelf", "opgave"))
    make_module(programme, key="later", after=first, min_gap_days=14, max_gap_days=70)

    copy = actions.copy_programme(programme, title="Copy", by=None)
    db.session.commit()

    start, later = copy.modules
    assert (later.after, later.min_gap_days, later.max_gap_days) == (start, 14, 70)
    assert {(w.domain.key, w.weight) for w in start.weights} == {("zelf", 0.5), ("opgave", 0.5)}
    assert {domain.programme_id for domain in copy.domains} == {copy.id}
    assert copy.copied_from_id == programme.id
