"""programma.yaml: every mistake is named with the key that it is in."""

from program.intake.reading.programme import KINDS, read_programme
from tests.intake.lists import enschede

GOOD = enschede()["programma.yaml"].decode()


def mistakes(text: str) -> list[tuple[str, str, str]]:
    return [(p.column, p.why, p.value) for p in read_programme(text.encode(), "p.yaml")[1]]


def test_mistakes_are_named_by_their_key() -> None:
    wrong = (
        GOOD.replace("school_holidays: noord", "school_holidays: oost")
        .replace("until: 2020-12-18", "until: 2018-12-18")
        .replace("key: zelf-1, title: Kracht en valkuil, kind: group, hours: 7",
                 "key: zelf-1, title: Kracht en valkuil, kind: grop, hours: zeven")
        .replace("domains: [opgave], after: zelf-2", "domains: [opgaven], after: zelf-9")
        .replace("gap_days: [14, 84]", "gap_days: [84, 14]")
        .replace("domain: zelf, due_after: zelf-2", "domain: zelf, due_after: nooit")
    )  # fmt: skip

    assert mistakes(wrong) == [
        ("school_holidays", "unknown choice", "oost (noord, midden, zuid)"),
        ("period.until", "ends before it starts", "2018-12-18"),
        ("modules[1].kind", "unknown choice", f"grop ({', '.join(KINDS)})"),
        ("modules[1].hours", "not a number", "zeven"),
        ("modules[4].after", "unknown key", "zelf-9"),
        ("modules[4].domains", "unknown key", "opgaven"),
        ("modules[9].gap_days", "not a gap", "[84, 14]"),
        ("assignments[0].due_after", "unknown key", "nooit"),
    ]  # fmt: skip


def test_what_is_missing_double_unknown_or_goes_round_is_said() -> None:
    text = """
title: Kort
kleur: blauw
domains: [{key: zelf, title: Zelf}, {key: zelf, title: Weer}]
modules:
  - {key: a, title: A, hours: 4, domains: [zelf], after: b}
  - {key: b, title: B, hours: 4, domains: [zelf], after: a, online: ja, repeat: 1.5}
"""

    assert sorted(mistakes(text)) == [
        ("domains[1].key", "duplicate", "zelf"),
        ("kleur", "unknown setting", "kleur"),
        ("modules[0].after", "comes after itself", "a"),
        ("modules[1].after", "comes after itself", "b"),
        ("modules[1].repeat", "not a whole number", "1.5"),
        ("period.from", "missing", ""),
        ("period.until", "missing", ""),
    ]


def test_words_where_numbers_should_be_are_named() -> None:
    wrong = GOOD.replace("repeat: 2", "repeat: vaak", 1).replace("count: 6", "count: 0")

    assert mistakes(wrong) == [
        ("groups.learning.count", "out of range", "0 (1 … 500)"),
        ("modules[3].repeat", "not a number", "vaak"),
    ]


def test_a_list_where_settings_should_be_is_a_mistake_and_no_error() -> None:
    for text in ("- a\n- b", "title: [x]\nmodules: 3\ndomains: {a: b}\nperiod: x", "42", ""):
        assert mistakes(text) != []
