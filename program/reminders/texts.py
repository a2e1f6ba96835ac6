"""Texts with fields that planners edit. Pure: a text is checked before it is kept.

The language is the smallest part of Jinja that reminders need: a field, and a part that stands
only where a field is filled. No attributes, calls, loops or filters; on top of that the sandbox.
"""

from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
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
        tree = _SANDBOX.parse(text)
    except TemplateSyntaxError as error:
        raise Fault("syntax", str(error.lineno)) from error
    for node in _nodes(tree):
        if not isinstance(node, _ALLOWED):
            raise Fault("too much", str(node.lineno))
    if unknown := sorted(meta.find_undeclared_variables(tree) - set(FIELDS[kind])):
        raise Fault("unknown", ", ".join(unknown))


def _nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _nodes(child)


def filled(text: str, values: Mapping[str, str]) -> str:
    return _SANDBOX.from_string(text).render(values)
