"""The least that a page can cost in this stack: bare Flask, one statement by sqlite3, strings.

A limit writes the same bytes as our page. It learns the page's shape beforehand (`shape.py`): what
never changes, and for every row where its values stand. On each request it reads the rows anew,
formats their values and puts them in.
"""

import json
import sqlite3
from functools import cache
from os import environ
from pathlib import Path
from typing import Any

from flask import Flask, Response

from bench.limits.rows import ROWS

limits = Flask("limits")


@cache
def shape(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(environ["BENCH_SHAPES"], f"{name}.json").read_text())
    return found


@cache
def connection() -> sqlite3.Connection:
    address = environ["DATABASE_URL"].removeprefix("sqlite:///")
    return sqlite3.connect(address, check_same_thread=False)


@limits.get("/limit/hello")
def hello() -> str:
    return "Hello, world"


@limits.get("/limit/<name>")
def page(name: str) -> Response:
    known = shape(name)
    sql, values = ROWS[name]
    rows = connection().execute(sql, known["parameters"])
    pieces = known["pieces"]
    made = [pieces[0]]
    for template, after, row in zip(known["templates"], pieces[1:], rows, strict=True):
        made += (template.format(*values(row)), after)
    return Response("".join(made), mimetype=known["mimetype"])
