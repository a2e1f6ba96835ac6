"""Browsers whose reader chose English, so that tests can name the sentences of the code."""

from flask import Flask
from flask.testing import FlaskClient

from program.accounts.models import Person
from tests import conftest


def sign_in(app: Flask, person: Person) -> FlaskClient:
    browser = conftest.sign_in(app, person)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser
