"""What a page costs that can be counted; the times are measured by `bench/run.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.counted import ask, change, statements, steps, weight
from bench.pages import pages_of
from bench.seed import seed
from bench.world import World
from program.accounts.models import Person
from program.core.db import db
from tests.conftest import app_on

PAGES = ["board", "roll", "feed"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A cohort of 84 meetings and 1,260 places, one roll of 90 people."""
    directory = tmp_path_factory.mktemp("speed")
    address = f"sqlite:///{directory / 'speed.db'}"
    app = app_on(address, SECRET_KEY="bench")
    yield World(app, address, Path(directory), seed(app, many=6))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_at_most_four_statements(world: World, name: str) -> None:
    page = pages_of(world)[name]
    ask(world, page.path, page.cookie)
    change(world)

    assert len(statements(world, page.path, page.cookie)[1]) <= 4


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_did_not_change_is_not_sent_again(world: World, name: str) -> None:
    page = pages_of(world)[name]
    tag = ask(world, page.path, page.cookie).headers["ETag"]

    status, seen = statements(world, page.path, page.cookie, If_None_Match=tag)
    assert status == 304
    assert len(seen) == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_changed_is_sent_anew(world: World, name: str) -> None:
    page = pages_of(world)[name]
    tag = ask(world, page.path, page.cookie).headers["ETag"]
    change(world)

    assert ask(world, page.path, page.cookie, If_None_Match=tag).status_code == 200


def test_the_number_in_the_menu_takes_one_statement(world: World) -> None:
    cookie = world.cookie(world.ids["trainer"])
    ask(world, "/review/count", cookie)

    status, seen = statements(world, "/review/count", cookie)
    assert (status, len(seen)) == (200, 1)


def test_the_number_in_the_menu_is_not_looked_for_among_all_invitations(world: World) -> None:
    cookie = world.cookie(world.ids["trainer"])

    assert steps(world, "/review/count", cookie) < 2_000  # and there are more invitations


def test_the_board_has_all_its_meetings(world: World) -> None:
    page = pages_of(world)["board"]

    assert ask(world, page.path, page.cookie).text.count('<a class="cell') == page.holds


def test_the_board_is_small_on_its_way(world: World) -> None:
    page = pages_of(world)["board"]
    found = weight(world, page.path, page.cookie)

    assert found.html + found.css <= 14_600
    assert found.js <= 15_100
    assert found.requests <= 5


def test_the_load_is_what_the_measurements_say(world: World) -> None:
    with world.app.app_context():
        people = db.session.scalar(select(func.count()).select_from(Person))
    assert people == 12 + 1 + 90 + 6 + 90 + 1
