"""Every rule has a name, an explanation and, where it applies to somebody, a sentence."""

import pytest
from flask import Flask
from flask_babel import force_locale

from program.planning.rules import BY_KEY
from program.planning.words import EXPLANATIONS, TITLES, rule_explanation, rule_title, rule_words


def test_every_rule_and_no_other_has_a_title_and_an_explanation() -> None:
    assert set(TITLES) == set(EXPLANATIONS) == set(BY_KEY)


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_a_rule_reads_differently_in_dutch_and_in_english(app: Flask, key: str) -> None:
    with app.test_request_context():
        with force_locale("nl"):
            dutch = rule_title(key), rule_explanation(key)
        with force_locale("en"):
            english = rule_title(key), rule_explanation(key)

    assert dutch[0] != english[0]
    assert dutch[1] != english[1]


def test_a_rule_names_what_it_is_about(app: Flask) -> None:
    with app.test_request_context(), force_locale("nl"):
        gap = {"module": "Patronen", "after": "Kracht", "most": "70"}

        assert rule_words("gap.most", gap) == "Patronen hoogstens 70 dagen na Kracht"
        assert rule_words("room.free", {"module": "Aftrap"}) == "een vrije zaal voor Aftrap"
        assert rule_words("travel.people", {}) == "Korte reistijd voor de deelnemers"


def test_a_share_keeps_its_percent_sign(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        words = rule_words("parallel.weekday", {"percent": "60", "module": "Day"})

    assert words == "at most 60% of the sessions of Day on one weekday"
