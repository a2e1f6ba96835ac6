import json

from flask import Flask

from tests.factories import make_cohort, make_enrolment, make_meeting, make_person, make_seat


def run(app: Flask, *words: object) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["attendance", *map(str, words)])
    return result.exit_code, result.stdout, result.stderr


def test_marking_by_command(app: Flask) -> None:
    meeting = make_meeting(cohort := make_cohort())
    people = [make_person(surname=name) for name in ("Aaij", "Bos")]
    for person in people:
        make_enrolment(cohort, person)
        make_seat(meeting, person)
    number, email = meeting.id, people[0].email

    _code, out, _err = run(app, "mark", number, email, "late", "--minutes", 30, "--json")
    assert json.loads(out)["minutes"] == 30
    assert json.loads(run(app, "rest", number, "present", "--json")[1])["marked"] == 1
    roll = json.loads(run(app, "roll", number, "--json")[1])
    assert [(one["name"], one["state"], one["minutes"]) for one in roll["people"]] == [
        ("Noor Aaij", "late", 30),
        ("Noor Bos", "present", 240),
    ]


def test_who_is_not_expected_is_one_sentence_and_exit_code_1(app: Flask) -> None:
    number, email = make_meeting().id, make_person().email

    code, out, err = run(app, "mark", number, email, "present", "--json")

    assert (code, out) == (1, "")
    assert err.startswith("Error: ")
    assert len(err.splitlines()) == 1


def test_an_unknown_session_is_named(app: Flask) -> None:
    assert run(app, "roll", 77)[2] == "Error: There is no session 77.\n"
