"""Finds the heading row under title rows and says which field each column holds."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from program.intake.reading import aliases
from program.intake.reading.dates import read_date
from program.intake.reading.days import DAYS, read_days
from program.intake.reading.tables import Cell
from program.intake.reading.values import read_email, read_gender, text

LOOK_AT = 40  # rows in which a heading row may stand
EXACT = 100.0
ENOUGH = 82.0
SAMPLE = 200

_TOTAL = re.compile(r"((sub)?tota(a)?l(en|s)?|aantal|som|gemiddelde?|count|average|sum)\b")


@dataclass
class Columns:
    """Where the headings stand and what each column is. Row numbers are from 0 in here."""

    header_row: int | None
    first_row: int
    headings: list[str]
    fields: dict[int, str] = field(default_factory=dict)  # column number: field

    @property
    def recognised(self) -> dict[str, str]:
        return {self.headings[column]: name for column, name in sorted(self.fields.items())}

    @property
    def ignored(self) -> list[str]:
        return [h for column, h in enumerate(self.headings) if column not in self.fields and h]

    def of(self, name: str) -> int | None:
        return next((column for column, known in self.fields.items() if known == name), None)

    def heading(self, name: str) -> str:
        column = self.of(name)
        return "" if column is None else self.headings[column]


def normalised(heading: str) -> str:
    """ "E-mail (werk)" becomes "e mail werk"."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


@cache
def _aliases(kind: str) -> tuple[tuple[str, str], ...]:
    known = aliases.LISTS[kind]
    return tuple(
        (normalised(alias), name) for name, words in known.items() for alias in words.split(";")
    )


@cache
def _exact(kind: str) -> dict[str, str]:
    return {alias.replace(" ", ""): name for alias, name in reversed(_aliases(kind))}


@cache
def guesses(heading: str, kind: str) -> dict[str, float]:
    """Fields that this heading may stand for, with how sure that is, at most 100."""
    plain = normalised(heading)
    if not plain or len(plain) > 60:
        return {}
    known = _exact(kind).get(plain.replace(" ", ""))
    if known is not None:
        return {known: EXACT}
    scores: dict[str, float] = {}
    for alias, name in _aliases(kind):
        score = _likeness(plain, alias)
        if score >= ENOUGH and score > scores.get(name, 0):
            scores[name] = score
    return scores


def _likeness(heading: str, alias: str) -> float:
    """Misspelt, or with words around it; the more of the heading an alias covers, the surer."""
    from rapidfuzz import fuzz  # noqa: PLC0415 heavy, and only needed here

    if len(alias) < 4:
        return 0.0
    spelling = fuzz.ratio(heading, alias) if len(alias) > 4 else 0.0
    turned = fuzz.token_sort_ratio(heading, alias) if " " in heading else 0.0
    words, wanted = set(heading.split()), set(alias.split())
    part = 0.0
    if wanted <= words:
        part = 75 + 24 * sum(map(len, wanted)) / sum(map(len, words))
    return min(99.0, max(spelling if spelling >= 86 else 0, turned if turned >= 88 else 0, part))


def find_columns(rows: list[list[Cell]], kind: str, chosen: Mapping[str, str]) -> Columns:
    """The columns of a list; `chosen` says by heading what a person decided about them."""
    header = _header_row(rows, kind)
    if header is None:
        width = max(map(len, rows), default=0)
        columns = Columns(None, 0, [f"kolom {_letter(n)}" for n in range(width)])
    else:
        columns = _under_headings(rows, header, kind)
    values = _values(rows, columns)
    columns.headings = [
        ""
        if not written and not any(text(v) for v in values[n])
        else written or f"kolom {_letter(n)}"
        for n, written in enumerate(columns.headings)
    ]
    columns.fields = _assigned(columns.headings, values, kind, chosen)
    return columns


def score_of(rows: list[list[Cell]], kind: str) -> float:
    """How much a table looks like this kind of list."""
    header = _header_row(rows, kind)
    return 0.0 if header is None else _row_score(rows[header], kind)


def is_total(row: list[Cell]) -> bool:
    first = next((text(cell).casefold() for cell in row if text(cell)), "")
    return bool(_TOTAL.match(first)) and not any("@" in text(cell) for cell in row)


def _row_score(row: list[Cell], kind: str) -> float:
    found: dict[str, float] = {}
    for cell in row:
        if isinstance(cell, str) and cell.strip():
            for name, score in guesses(cell, kind).items():
                worth = 0.3 if not name else 1.0 if score == EXACT else 0.6
                found[name] = max(found.get(name, 0), worth)
    return sum(found.values())


def _header_row(rows: list[list[Cell]], kind: str) -> int | None:
    scores = [
        0.0 if any("@" in text(cell) for cell in row) else _row_score(row, kind)
        for row in rows[:LOOK_AT]
    ]
    best = max(scores, default=0.0)
    return scores.index(best) if best >= 1.5 else None


def _under_headings(rows: list[list[Cell]], header: int, kind: str) -> Columns:
    """The heading row, together with a second one below it that splits the working days."""
    headings = [text(cell) for cell in rows[header]]
    below = rows[header + 1] if header + 1 < len(rows) else []
    days = [n for n, cell in enumerate(below) if text(cell).casefold().strip(". ") in DAYS]
    first = header + 1
    if kind in {"people", "trainers"} and len(days) >= 3 and _only(below, days):
        headings += [""] * (len(below) - len(headings))
        for n in days:
            headings[n] = text(below[n])
        first += 1
    return Columns(header, first, _distinct(headings))


def _only(row: list[Cell], filled: list[int]) -> bool:
    return all(not text(cell) for n, cell in enumerate(row) if n not in filled)


def _distinct(headings: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        again = heading and seen[heading] > 1
        result.append(f"{heading} ({seen[heading]})" if again else heading)
    return result


def _letter(column: int) -> str:
    return (_letter(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def _values(rows: list[list[Cell]], columns: Columns) -> list[list[Cell]]:
    sample = rows[columns.first_row : columns.first_row + SAMPLE]
    return [
        [row[n] for row in sample if n < len(row) and text(row[n])]
        for n in range(len(columns.headings))
    ]


def _assigned(
    headings: list[str], values: list[list[Cell]], kind: str, chosen: Mapping[str, str]
) -> dict[int, str]:
    """Each column at most one field and each field at most one column, the surest first."""
    fixed = {n: chosen[h] for n, h in enumerate(headings) if h in chosen}
    taken = {name for name in fixed.values() if name}
    result = {n: name for n, name in fixed.items() if name}
    left: set[int] = set()
    for _score, column, name in _candidates(headings, values, kind):
        if column in fixed or column in result or column in left or name in taken:
            continue
        if name:
            result[column] = name
            taken.add(name)
        else:
            left.add(column)
    return _names_settled(result, fixed) if kind != "venues" else result


def _candidates(
    headings: list[str], values: list[list[Cell]], kind: str
) -> list[tuple[float, int, str]]:
    found = []
    for column, heading in enumerate(headings):
        by_heading = guesses(heading, kind) if heading else {}
        for name, score in by_heading.items():
            found.append((score + _fit(name, values[column]), column, name))
        if not by_heading and kind in {"people", "trainers", "absences"}:
            found += [(50.0, column, name) for name in _sniffed(values[column], kind)]
    return sorted(found, key=lambda c: (-c[0], c[1]))


_TESTS = {
    "email": lambda v: read_email(v) is not None,
    "gender": lambda v: read_gender(v) != "" and len(text(v)) < 12,
    "working_days": lambda v: isinstance(v, str) and read_days(v) is not None,
    "employed_since": lambda v: read_date(v) is not None,
    "from": lambda v: read_date(v) is not None,
    "until": lambda v: read_date(v) is not None,
}


def _share(name: str, values: list[Cell]) -> float:
    return sum(map(_TESTS[name], values)) / len(values) if values else 0.0


def _fit(name: str, values: list[Cell]) -> float:
    """Breaks ties: what is in the column speaks for or against what stands above it."""
    if name not in _TESTS or not values:
        return 0.0 if values else -5.0
    share = _share(name, values)
    return 5.0 * share if share > 0.5 else -15.0 * (1 - share)


def _sniffed(values: list[Cell], kind: str) -> Iterable[str]:
    """Without a heading that says anything, only what is unmistakable."""
    names = ("email", "gender", "working_days") if kind == "people" else ("email",)
    return [name for name in names if len(values) >= 2 and _share(name, values) >= 0.8]


def _names_settled(fields: dict[int, str], fixed: Mapping[int, str]) -> dict[int, str]:
    """Beside a given name a column "Naam" holds surnames; beside both it is not needed."""
    known = set(fields.values())
    column = next((n for n, name in fields.items() if name == "name"), None)
    if column is None or column in fixed or not known & {"given_name", "infix"}:
        return fields
    if "surname" in known:
        del fields[column]
    else:
        fields[column] = "surname"
    return fields
