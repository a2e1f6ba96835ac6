"""Learns from one of our pages what is fixed in it and where the values of each row stand."""

import re
from collections.abc import Iterable, Sequence


def learn(page: str, fragment: str, rows: Sequence[Sequence[str]]) -> dict[str, object]:
    """`fragment` is a pattern that matches the text of each row, in the order of the rows."""
    pieces: list[str] = []
    templates: list[str] = []
    at = 0
    found = list(re.finditer(fragment, page, re.DOTALL))
    assert len(found) == len(rows), f"{len(found)} fragments, {len(rows)} rows"
    for match, values in zip(found, rows, strict=True):
        pieces.append(page[at : match.start()])
        templates.append(template_of(match[0], values))
        at = match.end()
    pieces.append(page[at:])
    return {"pieces": pieces, "templates": templates}


def template_of(text: str, values: Iterable[str]) -> str:
    """The text with {0}, {1} … in the place of the values, the longest first."""
    numbered = sorted(((v, n) for n, v in enumerate(values) if v), key=lambda one: -len(one[0]))
    pattern = re.compile("|".join(re.escape(value) for value, _ in numbered))
    place = {value: f"{{{n}}}" for value, n in reversed(numbered)}
    made: list[str] = []
    at = 0
    for match in pattern.finditer(text):
        made += (_literal(text[at : match.start()]), place[match[0]])
        at = match.end()
    return "".join([*made, _literal(text[at:])])


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
