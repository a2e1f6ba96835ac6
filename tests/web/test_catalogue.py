from pathlib import Path

import pytest

from program.web import catalogue


def test_every_sentence_has_its_dutch() -> None:
    assert catalogue.untranslated() == []


def test_the_translations_agree_with_each_other_and_with_their_sentences() -> None:
    _catalogue, wrong = catalogue.join()

    assert wrong == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "%(n)s people"\nmsgstr "mensen"', "fills in ['n'], its translation []"),
        ('msgid "Hello"\nmsgstr ""', "has no translation"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Dag"', "is marked fuzzy"),
    ],
)
def test_a_faulty_translation_is_named(
    entry: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (tmp_path / "one.po").write_text(head + entry)
    monkeypatch.setattr(catalogue, "DUTCH", tmp_path)

    (wrong,) = catalogue.join()[1]

    assert fault in wrong


def test_two_translations_of_one_sentence_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, dutch in (("one", "Dag"), ("two", "Hallo")):
        (tmp_path / f"{name}.po").write_text(f'msgid "Hello"\nmsgstr "{dutch}"\n')
    monkeypatch.setattr(catalogue, "DUTCH", tmp_path)

    assert catalogue.join()[1] == ["two.po: 'Hello' has another translation elsewhere"]
