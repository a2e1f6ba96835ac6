"""Rows that are filled in look as if each had been rendered."""

from flask import Flask, render_template
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from program.web.stencil import filled

ROW = "meetings/_cell.html"
NAMES = (
    "url", "css", "label", "table", "day", "clock", "where", "why", "cancelled", "changed",
    "new", "locked", "answers", "accepted", "declined", "open",
)  # fmt: skip
TEXTS = st.sampled_from(["", "A & B", "<b>", "\"'", "0", "%s {0}"]) | st.text(
    st.sampled_from("\x010<é"), max_size=6
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), max_size=4))
def test_a_row_is_what_its_template_makes_of_it(app: Flask, rows: list[dict[str, str]]) -> None:
    with app.test_request_context("/"):
        assert filled(ROW, rows) == [render_template(ROW, row=row) for row in rows]


def test_each_language_has_its_own_words(app: Flask) -> None:
    row = dict.fromkeys(NAMES, "") | {"locked": "yes"}
    with app.test_request_context("/"):
        found = []
        for language in ("nl", "en", "nl"):
            with force_locale(language):
                found.append(filled(ROW, [row])[0])
    assert [("vastgezet" in one, "locked" in one) for one in found] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip
