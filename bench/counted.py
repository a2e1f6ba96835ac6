"""Operations 16 and 18: what can be counted, and so is the same on every machine and every day."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import event, select
from werkzeug.test import TestResponse

from bench.measure import Pair
from bench.pages import pages_of
from bench.server import BROWSER
from bench.world import World
from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.db import bump, db, read_only

WINDOW = 14_600  # bytes that arrive in the first round trip: ten packets of 1,460
_LINKED = re.compile(
    r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src|<use[^>]+href)="(?!data:)([^"#]+)'
)


@dataclass(frozen=True)
class Weight:
    """What a browser fetches for a page that it has not seen before, compressed."""

    html: int
    css: int
    js: int
    requests: int


def ask(world: World, path: str, cookie: str, **headers: str) -> TestResponse:
    client = world.app.test_client(use_cookies=False)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with world.app.app_context():
        answer = client.get(path, headers={**BROWSER, "Cookie": cookie, **given}, buffered=True)
        db.session.remove()
    read_only(False)
    return answer


@contextmanager
def _counted(world: World) -> Generator[list[str]]:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def change(world: World) -> None:
    """As if something changed on every page that is measured."""
    with world.app.app_context():
        bump(Cohort, list(db.session.scalars(select(Cohort.id))))
        bump(Person, [world.ids["reader"], world.ids["trainer"]])
        db.session.commit()
        db.session.remove()


def statements(world: World, path: str, cookie: str, **headers: str) -> tuple[int, list[str]]:
    """The status of the answer, and what it asked the database."""
    with _counted(world) as seen:
        answer = ask(world, path, cookie, **headers)
    return answer.status_code, seen


def steps(world: World, path: str, cookie: str) -> int:
    """What SQLite's machine did for an answer, in instructions (by the ten)."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 10
        return 0

    with world.app.app_context(), db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(count, 10)  # the pool hands out the same one again
    ask(world, path, cookie)
    return taken


def weight(world: World, path: str, cookie: str) -> Weight:
    page, packed = ask(world, path, cookie), ask(world, path, cookie, Accept_Encoding="gzip")
    assert (page.status_code, packed.headers.get("Content-Encoding")) == (200, "gzip")
    css = js = 0
    found = {urlsplit(address).path: address for address in _LINKED.findall(page.text)}
    for name, address in found.items():
        if name.endswith((".css", ".js")):
            size = len(ask(world, address, cookie, Accept_Encoding="gzip").data)
            css, js = (css + size, js) if name.endswith(".css") else (css, js + size)
    return Weight(len(packed.data), css, js, 1 + len(found))


def pairs(world: World) -> Iterator[Pair]:
    def fixed(operation: str, name: str, ours: float, limit: float, unit: str) -> Pair:
        return Pair(operation, name, lambda: ours, lambda: limit, 1, unit=unit)

    for name, page in pages_of(world).items():
        change(world)
        _, seen = statements(world, page.path, page.cookie)
        yield fixed("16", f"statements, {name}{world.on}", len(seen), 4, "")
        tag = ask(world, page.path, page.cookie).headers.get("ETag", "")
        status, seen = statements(world, page.path, page.cookie, If_None_Match=tag)
        yield fixed("16", f"statements, {name} unchanged ({status}){world.on}", len(seen), 1, "")
    if world.on:
        return
    board = pages_of(world)["board"]
    found = weight(world, board.path, board.cookie)
    yield fixed("18", "board: HTML and CSS compressed", found.html + found.css, WINDOW, "B")
    yield fixed("18", "board: requests", found.requests, 5, "")
    yield fixed("18", "board: JavaScript compressed", found.js, 12_800, "B")
