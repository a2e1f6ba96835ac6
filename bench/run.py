"""Measures our speed against the limits of the stack: `bench/run.py [--ops 1,3] [--rounds 7]`.

Every operation is a pair, ours and its limit, run by turns; what counts is their ratio, in CPU
(on the wall where it is waiting that counts: sending mail).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench import counted, exports, footprint, mails, pages, sending  # noqa: E402
from bench.measure import Comparison, Pair, compare  # noqa: E402
from bench.seed import seed  # noqa: E402
from bench.world import World, address_of, application  # noqa: E402

Group = Callable[[World], Iterator[Pair]]
#: which module measures which operations (the numbers are those of the list of goals)
GROUPS: dict[tuple[str, ...], Group] = {
    ("1", "2", "3", "6"): pages.one_at_a_time,
    ("4",): pages.eight_at_a_time,
    ("7", "8", "9"): exports.pairs,
    ("10", "10b"): mails.pairs,
    ("16", "18"): counted.pairs,
    ("17",): footprint.pairs,
    ("19",): sending.pairs,
}


def main() -> int:
    options = _options()
    wanted = set(options.ops.split(",")) if options.ops else {n for ns in GROUPS for n in ns}
    found: list[Comparison] = []
    for world in _worlds():
        for numbers, group in GROUPS.items():
            if wanted.isdisjoint(numbers):
                continue
            for pair in group(world):
                if pair.operation in wanted:
                    found.append(compare(pair, options.rounds))
                    print(_line(found[-1]), flush=True)
    _keep(found, options)
    return 0 if all(each.passes for each in found) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", default="", help="for example 1,2,7; all when left out")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="where the figures go as JSON as well")
    parser.add_argument("--keep", action="store_true", help="add the ratios to bench/history")
    return parser.parse_args()


def _worlds() -> Iterator[World]:
    """SQLite, and PostgreSQL as well when BENCH_PG is set."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        for address in address_of(Path(directory)):
            os.environ.update(DATABASE_URL=address, SECRET_KEY="bench", BENCH_SHAPES=directory)
            app = application(address)
            yield World(app, address, Path(directory), seed(app))


def _line(found: Comparison) -> str:
    sign = ">=" if found.more_is_better else "<="
    verdict = "ok  " if found.passes else "MISS"
    return (
        f"{verdict} {found.operation:>3} {found.name:<44}"
        f" {found.ratio:6.2f} [{found.low:.2f}-{found.high:.2f}] {sign} {found.goal:<5}"
        f" ours {found.ours:.4g} limit {found.limit:.4g} {found.unit} {found.note}"
    )


def _keep(found: list[Comparison], options: argparse.Namespace) -> None:
    facts = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 no request here
        "commit": _commit(),
        "rounds": options.rounds,
        "operations": [each.as_dict() for each in found],
    }
    if options.json:
        options.json.write_text(json.dumps(facts, indent=1))
    if options.keep:
        ratios = {
            each.name: [round(n, 3) for n in (each.ratio, each.low, each.high)] for each in found
        }
        line = json.dumps({"at": facts["at"], "commit": facts["commit"], "ratios": ratios})
        kept = ROOT / "bench" / "history" / "ratios.jsonl"
        kept.parent.mkdir(exist_ok=True)
        with kept.open("a") as history:
            history.write(line + "\n")


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
