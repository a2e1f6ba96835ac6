"""What templates say with `_`."""

from flask import Flask, render_template_string
from flask_babel import force_locale


def test_a_sentence_is_in_the_language_of_the_reader(app: Flask) -> None:
    with app.test_request_context("/"):
        said = []
        for language in ("nl", "en", "nl"):
            with force_locale(language):
                said.append(render_template_string("{{ _('locked') }}"))
    assert said == [said[0], "locked", said[0]]
    assert said[0] != "locked"


def test_what_is_put_in_a_sentence_is_escaped(app: Flask) -> None:
    template = "{{ _('Roll: %(title)s', title=title) }}"
    with app.test_request_context("/"), force_locale("en"):
        assert render_template_string(template, title="<b>") == "Roll: &lt;b&gt;"


def test_a_text_without_html_is_not_escaped(app: Flask) -> None:
    template = (
        "{% autoescape false %}{{ _('Roll: %(title)s', title='<b>') ~ '&' }}{% endautoescape %}"
    )
    with app.test_request_context("/"), force_locale("en"):
        assert render_template_string(template) == "Roll: <b>&"


def test_a_percent_sign_is_written_twice(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("en"):
        assert render_template_string("{{ _('all of it: 100%%') }}") == "all of it: 100%"
