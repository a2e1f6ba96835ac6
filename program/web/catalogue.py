"""The Dutch of every sentence: one hand-written .po file per feature, joined into one .mo.

`python -m program.web.catalogue` checks and joins them; the application does the same at its start
when a .po file is newer than the result.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

PROGRAM = Path(__file__).parent.parent
TEMPLATES = PROGRAM.parent / "templates"
DUTCH = PROGRAM / "translations" / "nl"
COMPILED = DUTCH / "LC_MESSAGES" / "messages.mo"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2), "_n": (1, 2), "_ln": (1, 2),
}  # fmt: skip
Forms = str | tuple[str, ...] | list[str]
Source = tuple[Path, list[tuple[str, str]], dict[str, dict[str, str]]]


def join() -> tuple[Catalog, list[str]]:
    """All Dutch sentences, and what is wrong with how they are written."""
    joined = Catalog(locale="nl", fuzzy=False)
    wrong: list[str] = []
    for path in sorted(DUTCH.glob("*.po")):
        with path.open("rb") as file:
            found = read_po(file, locale="nl", abort_invalid=False)
        for message in found:
            if not message.id:
                continue
            wrong += [f"{path.name}: {fault}" for fault in _faults(message)]
            known = joined.get(message.id)
            if known is not None and known.string != message.string:
                wrong.append(f"{path.name}: {message.id!r} has another translation elsewhere")
            if known is None and not message.fuzzy:
                joined.add(message.id, message.string)
    return joined, wrong


def _faults(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"{message.id!r} is marked fuzzy"
    texts = _forms(message.string)
    if not all(texts):
        yield f"{message.id!r} has no translation"
    allowed = {name for text in _forms(message.id) for name in _PLACEHOLDER.findall(text)}
    for text in texts:
        used = set(_PLACEHOLDER.findall(text))
        if used - allowed or (isinstance(message.id, str) and used != allowed):
            yield f"{message.id!r} fills in {sorted(allowed)}, its translation {sorted(used)}"


def _forms(text: Forms | None) -> list[str]:
    """The singular and the plural, or the one text there is."""
    return [text] if isinstance(text, str) else list(text or ())


def sentences() -> dict[str | tuple[str, ...], str]:
    """Every sentence that code and templates show, and where the first one stands."""
    found: dict[str | tuple[str, ...], str] = {}
    sources: tuple[Source, ...] = (
        (PROGRAM, [("**.py", "python")], {}),
        (TEMPLATES, [("**.html", "jinja2"), ("**.txt", "jinja2")], {"**": {"trimmed": "true"}}),
    )
    for root, methods, options in sources:
        extracted = extract_from_dir(
            root, method_map=methods, options_map=options, keywords=_KEYWORDS
        )
        for filename, line, message, *_ in extracted:
            found.setdefault(message, f"{root.name}/{filename}:{line}")
    return found


def untranslated() -> list[str]:
    """Sentences without Dutch, each with its place."""
    catalogue, _wrong = join()
    return [
        f"{place}: {sentence!r}"
        for sentence, place in sentences().items()
        if (known := catalogue.get(sentence)) is None or not known.string
    ]


def write() -> None:
    """Replace the .mo in one step: another process may be reading it."""
    catalogue, _wrong = join()
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=COMPILED.parent)
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(COMPILED)


def is_stale() -> bool:
    newest = max((path.stat().st_mtime_ns for path in DUTCH.glob("*.po")), default=0)
    return not COMPILED.exists() or COMPILED.stat().st_mtime_ns < newest


def init_app(_app: Flask) -> None:
    if is_stale():
        with suppress(OSError):  # installed read-only: then the .mo was made when it was installed
            write()


def main() -> int:
    """Join; with `--check` say what is wrong and where Dutch is missing."""
    write()
    if "--check" not in sys.argv:
        return 0
    _catalogue, wrong = join()
    for line in [*wrong, *(missing := untranslated())]:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
