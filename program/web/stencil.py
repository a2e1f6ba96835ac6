"""Rows of a page by the hundred: the template of a row is rendered once, then only filled in.

The template sees every text of a row as a mark; what comes out is cut at those marks, and a row is
then one join of strings. An empty text stays empty, so `{% if row.note %}` works as always; rows
that leave other texts empty have a cut of their own. A template may print the texts of a row, and
ask whether they are there, and nothing else: no filters, and nothing that differs by request.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from flask import Flask, current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

MARK = "\x01"
Texts = Mapping[str, str]
Cut = tuple[list[str], list[int]]  # what is ours, and which text comes in each gap


def filled(template: str, rows: Iterable[Texts]) -> list[Markup]:
    """The template for each row, its texts escaped."""
    known: dict[object, Cut] = {} if current_app.debug else current_app.extensions["stencils"]
    language = str(get_locale())
    rows = list(rows)
    texts = iter(_escaped([text for row in rows for text in row.values()]))
    made = []
    for row in rows:
        shape = template, language, tuple(row), tuple(map(bool, row.values()))
        cut = known.get(shape)
        if cut is None:
            cut = known[shape] = _cut(template, row)
        made.append(_joined(cut, list(islice(texts, len(row)))))
    return made


def together(made: Iterable[Markup]) -> Markup:
    """What `filled` made, as one piece: a template need not look at each again."""
    return Markup("".join(made))  # noqa: S704 all of it is HTML


def _cut(template: str, row: Texts) -> Cut:
    marked = {name: f"{MARK}{n}{MARK}" if row[name] else "" for n, name in enumerate(row)}
    pieces = current_app.jinja_env.get_template(template).render(row=marked).split(MARK)
    return pieces, [int(place) for place in pieces[1::2]]


def _joined(cut: Cut, texts: list[str]) -> Markup:
    pieces, places = cut
    made = pieces.copy()
    made[1::2] = [texts[place] for place in places]
    return Markup("".join(made))  # noqa: S704 ours, with texts that are escaped


def _escaped(texts: list[str]) -> list[str]:
    """All of all rows in one go; one by one only when a text holds the mark itself."""
    found = str(escape(MARK.join(texts))).split(MARK)
    return found if len(found) == len(texts) else [str(escape(text)) for text in texts]


def init_app(app: Flask) -> None:
    app.extensions["stencils"] = {}
