"""Operations 1 to 4 and 6: pages through the server, each against the least it could cost."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.limits.rows import ROWS
from bench.limits.shape import learn
from bench.measure import Cost, Pair
from bench.server import Answer, Server, serving, throughput
from bench.world import World

ASKED = 15  # requests in one sample of a page
SECONDS = 3.0  # of one sample of throughput
_SECRETS = re.compile(r'(name="csrf_token" value|"X-CSRFToken")(=|: )"[^"]*"')


@dataclass(frozen=True)
class Page:
    """One of our pages: where it is, what it must hold, and what a row of it looks like."""

    path: str
    cookie: str
    fragment: str
    parameters: list[int]
    holds: int


def pages_of(world: World) -> dict[str, Page]:
    ids = world.ids
    trainer = world.cookie(ids["trainer"])
    return {
        "board": Page(
            f"/cohorts/{ids['cohort']}/board", trainer, r"<a class=\"cell.*?</a>",
            [ids["cohort"]], 84,
        ),
        "roll": Page(
            f"/meetings/{ids['meeting']}/roll", trainer, r"<li id=\"p\d+\".*?</li>",
            [ids["meeting"]], 90,
        ),
        "feed": Page(
            f"/calendar/{ids['secret']}.ics", "", r"BEGIN:VEVENT.*?END:VEVENT\r\n",
            [ids["reader"]], 84,
        ),
    }  # fmt: skip


class Asking:
    """Asks the server for pages, and tells what its workers spent on them."""

    def __init__(self, world: World, server: Server) -> None:
        self.world, self.server = world, server
        self._database = sqlite3.connect(
            world.address.removeprefix("sqlite:///"), isolation_level=None
        )

    def cost(self, ask: Callable[[], Answer], check: Callable[[Answer], object]) -> Cost:
        """Milliseconds of CPU for one answer; the data change before each."""

        def cost() -> float:
            spent = 0.0
            for _ in range(ASKED):
                self._database.execute("UPDATE cohort SET version = version + 1")
                self._database.execute("UPDATE person SET version = version + 1 WHERE id < 20")
                before = self.server.cpu()
                answer = ask()
                spent += self.server.cpu() - before
                check(answer)
            return spent / ASKED * 1000

        return cost

    def unchanged(self, ask: Callable[[], Answer], status: int) -> Cost:
        def cost() -> float:
            before = self.server.cpu()
            for _ in range(ASKED * 3):
                assert ask().status == status
            return (self.server.cpu() - before) / ASKED / 3 * 1000

        return cost

    def pair(self, operation: str, name: str, page: Page, goal: float) -> Pair:
        first = self.get(page)
        assert first.status == 200, (page.path, first.status)
        text = _without_secrets(first.text)
        self._teach(name, page, first)

        def ours(answer: Answer) -> None:
            assert len(re.findall(page.fragment, answer.text, re.DOTALL)) == page.holds

        def limit(answer: Answer) -> None:
            assert _without_secrets(answer.text) == text, "the limit writes something else"

        return Pair(
            operation, f"{name}, changed{self.world.on}",
            self.cost(lambda: self.get(page), ours),
            self.cost(lambda: self.server.get(f"/limit/{name}"), limit), goal,
        )  # fmt: skip

    def pair_unchanged(self, operation: str, name: str, page: Page, goal: float) -> Pair:
        tag = self.get(page).headers.get("etag", "")
        headers, status = ({"If_None_Match": tag}, 304) if tag else ({}, 200)
        return Pair(
            operation, f"{name}, unchanged: {status}",
            self.unchanged(lambda: self.get(page, **headers), status),
            self.unchanged(lambda: self.server.get("/limit/hello"), 200), goal,
        )  # fmt: skip

    def get(self, page: Page, **headers: str) -> Answer:
        return self.server.get(page.path, **({"Cookie": page.cookie} | headers))

    def _teach(self, name: str, page: Page, answer: Answer) -> None:
        sql, values = ROWS[name]
        rows = [values(row) for row in self._database.execute(sql, page.parameters)]
        shape = learn(answer.text, page.fragment, rows)
        shape |= {"parameters": page.parameters, "mimetype": answer.headers["content-type"]}
        (self.world.directory / f"{name}.json").write_text(json.dumps(shape))


def _without_secrets(text: str) -> str:
    return _SECRETS.sub("", text)


def one_at_a_time(world: World) -> Iterator[Pair]:
    if world.on:
        return  # the limits of pages are written for SQLite
    pages = pages_of(world)
    with serving("bench.serve:app") as server:
        asking = Asking(world, server)
        yield asking.pair("1", "board", pages["board"], 3)
        yield asking.pair_unchanged("2", "board", pages["board"], 1.8)
        yield asking.pair("3", "roll", pages["roll"], 3)
        yield asking.pair("6", "feed", pages["feed"], 2.5)


def eight_at_a_time(world: World) -> Iterator[Pair]:
    """Eight connections, two workers: a page that is kept, and one that is made anew each time."""
    if world.on:
        return
    page = pages_of(world)["board"]
    with serving("bench.serve:app", workers=2) as server:
        cookie = {"Cookie": page.cookie}

        def rate(path: str, **headers: str) -> Cost:
            return lambda: throughput(server, path, seconds=SECONDS, headers=headers)

        hello = rate("/limit/hello")
        yield Pair(
            "4", "board kept, 8 connections", rate(page.path, **cookie), hello, 1 / 2,
            unit="/s", more_is_better=True,
        )  # fmt: skip
    with serving("bench.serve:app", workers=2, BENCH_KEEP_NOTHING="1") as server:
        yield Pair(
            "4", "board made anew, 8 connections", rate(page.path, **cookie), hello, 1 / 8,
            unit="/s", more_is_better=True,
        )  # fmt: skip
