"""What was wrong with a file or a row, as data; the sentence for people is made elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """`why` is a machine word ("duplicate"); rows are counted as the spreadsheet shows them."""

    file: str
    row: int
    column: str  # the heading, as written
    value: str
    why: str


class Unreadable(Exception):
    """The file as a whole cannot be read; `why` is a machine word, `value` what it is about."""

    def __init__(self, why: str, value: str = "") -> None:
        super().__init__(why, value)
        self.why = why
        self.value = value
