"""What the sessions of a module are called: numbered when there are more of the same name."""

from collections import Counter, defaultdict
from collections.abc import Iterable

Turn = tuple[int, int]  # a module and its round


def titles(modules: Iterable[tuple[int, str, int]]) -> dict[Turn, str]:
    """From (number, title, rounds) in the order of the programme: "Intervisie 1", "Intervisie 2".

    Modules of one title count on: the second "Intervisie" with two rounds holds 3 and 4.
    """
    modules = list(modules)
    total: Counter[str] = Counter()
    for _number, title, rounds in modules:
        total[title] += rounds
    seen: dict[str, int] = defaultdict(int)
    found = {}
    for number, title, rounds in modules:
        for turn in range(1, rounds + 1):
            seen[title] += 1
            found[number, turn] = f"{title} {seen[title]}" if total[title] > 1 else title
    return found
