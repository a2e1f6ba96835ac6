"""What the shared macros promise to who cannot see or click."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from program.web.forms import Form


class EveryKind(Form):
    title = StringField("Title", [InputRequired()], description="As people see it.")
    kind = SelectField("Kind", choices=[SelectChoice("a", "A")])
    tell = BooleanField("Tell everyone")
    answer = RadioField("Answer", choices=[SelectChoice("y", "Yes"), SelectChoice("n", "No")])


@pytest.fixture
def shown(app: Flask) -> str:
    """A form that came back with a mistake in it."""
    with app.test_request_context():
        form = EveryKind(MultiDict({"kind": "a", "answer": "y"}))
        form.validate()
        form.form_errors.append("No trainer is free.")
        template = '{% from "macros/forms.html" import fields %}{{ fields(form) }}'
        return " ".join(app.jinja_env.from_string(template).render(form=form).split())


def test_a_mistake_is_tied_to_its_field(shown: str) -> None:
    assert 'aria-describedby="title-hint title-error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="title-error"' in shown
    assert 'id="title-hint">As people see it.' in shown


def test_a_field_without_mistake_carries_no_marks(shown: str) -> None:
    assert shown.count("aria-invalid") == 1


def test_every_input_has_its_label(shown: str) -> None:
    assert '<label for="title">Title</label>' in shown
    assert "<legend>Answer</legend>" in shown
    assert "<span>Tell everyone</span>" in shown


def test_a_broken_rule_of_the_whole_form_is_announced(shown: str) -> None:
    assert 'role="alert"' in shown
    assert "No trainer is free." in shown


def test_a_bar_says_its_number_in_words(app: Flask) -> None:
    call = 'bar("1. Uzelf", 2, 3, "2 van 3", position=1)'
    template = '{% from "macros/parts.html" import bar %}{{ ' + call + " }}"
    with app.test_request_context():
        made = " ".join(app.jinja_env.from_string(template).render().split())

    assert '<progress max="3" value="2">2 van 3</progress>' in made
    assert "style=" not in made
