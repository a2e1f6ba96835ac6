"""Texts with fields that planners edit. Pure: a text is checked before it is kept.

The language is the smallest part of Jinja that reminders need: a field, and a part that stands
only where a field is filled. No attributes, calls, loops or filters; on top of that the sandbox.
"""

from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from program.reminders.models import ReminderKind

_ALL = ("name", "full_name", "programme", "schedule_link")
_SESSION = (
    "session", "date", "time", "place", "trainer", "group", "note", "join_link", "answer_link",
)  # fmt: skip
FIELDS: dict[ReminderKind, tuple[str, ...]] = {
    ReminderKind.UNANSWERED: _ALL + _SESSION,
    ReminderKind.PRACTICAL: _ALL + _SESSION,
    ReminderKind.DIGEST: (*_ALL, "week", "sessions"),
}
DEEPEST = 20  # parts within parts; Python compiles no more than a hundred
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not)
_SANDBOX = SandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)


class Fault(Exception):
    """What is wrong with a text: `kind` is "unknown", "syntax" or "too much"."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


def check(text: str, kind: ReminderKind) -> None:
    """Raise a Fault unless this text can be filled in for everybody."""
    try:
        found = list(_nodes(_SANDBOX.parse(text)))
    except TemplateSyntaxError as error:
        raise Fault("syntax", str(error.lineno)) from error
    except RecursionError as error:
        raise Fault("too much", "1") from error
    for node, depth in found:
        if not isinstance(node, _ALLOWED) or depth > DEEPEST:
            raise Fault("too much", str(node.lineno))
    # by name: what Jinja calls undeclared leaves out its own, such as `range` and `self`
    names = {node.name for node, _depth in found if isinstance(node, nodes.Name)}
    if unknown := sorted(names - set(FIELDS[kind])):
        raise Fault("unknown", ", ".join(unknown))


def _nodes(tree: nodes.Node, depth: int = 0) -> Iterator[tuple[nodes.Node, int]]:
    """Each with how many it stands in."""
    yield tree, depth
    for child in tree.iter_child_nodes():
        yield from _nodes(child, depth + 1)


def filled(text: str, values: Mapping[str, str]) -> str:
    return _SANDBOX.from_string(text).render(values)
