"""`flask plan groups COHORT`."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from program.cohorts.models import GroupMembership
from program.core.db import db
from program.planning.models import PlanRun
from tests.planning.stored import plannable
from tests.planning.test_command import flask


def test_groups_are_made_by_one_command(app: Flask) -> None:
    cohort = plannable()

    done = flask(app, "groups", cohort.name, "--attributes", "gender:2,department", "--json")

    facts = json.loads(done.stdout)
    assert (facts["optimal"], facts["broken"], facts["cost"]) == (True, [], facts["bound"])
    assert [len(group["people"]) for group in facts["groups"]] == [4, 4]
    run = db.session.get_one(PlanRun, facts["run"])
    assert run.question["problem"]["attributes"] == [
        {"key": "department", "weight": 1}, {"key": "gender", "weight": 2},
    ]  # fmt: skip
    assert list(db.session.scalars(select(GroupMembership))) == []


def test_accepted_at_once_they_are_the_learning_groups(app: Flask) -> None:
    cohort = plannable()

    done = flask(app, "groups", cohort.name, "--sizes", "2-3", "--groups", "3", "--accept")

    assert done.exit_code == 0
    assert "These are the learning groups now." in done.output
    assert len(list(db.session.scalars(select(GroupMembership)))) == 8


@pytest.mark.parametrize(
    "wrong", [("--sizes", "three"), ("--attributes", "gender:much"), ("--groups", "99")]
)
def test_what_makes_no_sense_is_refused(app: Flask, wrong: tuple[str, str]) -> None:
    cohort = plannable()

    done = flask(app, "groups", cohort.name, *wrong)

    assert done.exit_code != 0
    assert list(db.session.scalars(select(PlanRun))) == []
