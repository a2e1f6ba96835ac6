from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from program.programmes.forms import NumberField


def test_a_number_has_no_zeros_that_say_nothing(app: Flask) -> None:
    class Hours(Form):
        hours = NumberField()

    shown = [Hours(data={"hours": hours}).hours._value() for hours in (7.0, 3.5, None)]  # noqa: SLF001

    assert shown == ["7", "3.5", ""]
    assert Hours(MultiDict({"hours": "7,5x"})).hours._value() == "7,5x"  # noqa: SLF001
