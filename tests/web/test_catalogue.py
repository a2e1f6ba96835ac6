from program.web import catalogue


def test_every_sentence_has_its_dutch() -> None:
    assert catalogue.untranslated() == []


def test_the_translations_agree_with_each_other_and_with_their_sentences() -> None:
    _catalogue, wrong = catalogue.join()

    assert wrong == []
