"""What leaves is signed so that receivers can check it; dkimpy judges the signatures."""

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from flask import Flask
from sqlalchemy import select

from program.cli import signing
from program.cli.doctor import examine
from program.core.db import db
from program.mail import transport
from program.mail.dkim import KeyWrong, Signer, relaxed, signed, signers_of
from program.mail.jobs import deliver_due
from program.mail.models import OutgoingMail
from tests.factories import MONDAY_9H
from tests.invitations.cohort import make_scene
from tests.mail.letters import posted
from tests.mail.sink import Sink, smtp_sink
from tests.test_settings import settings

DOMAIN = "leergang.example"


@cache
def pem(kind: str, password: bytes = b"") -> bytes:
    key = generate_private_key(65537, 2048) if kind == "rsa" else Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def signer(folder: Path, kind: str) -> Signer:
    file = folder / f"{kind}.pem"
    file.write_bytes(pem(kind))
    return signers_of(DOMAIN, kind, str(file))[0]


@pytest.fixture(params=["rsa", "ed25519"])
def ours(tmp_path: Path, request: pytest.FixtureRequest) -> Signer:
    return signer(tmp_path, request.param)


def dns(*signers: Signer) -> Callable[..., bytes | None]:
    records = {f"{each.name}.".encode(): each.record.encode() for each in signers}
    return lambda name, timeout=5: records.get(name)


def is_good(content: bytes, *signers: Signer) -> bool:
    """Whether each of its signatures is."""
    judge = dkim.DKIM(content)
    try:
        return all(judge.verify(idx=n, dnsfunc=dns(*signers)) for n in range(len(signers)))
    except dkim.ValidationError:  # the body is another
        return False


def letter(text: str = "Hoi") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Leergang Café <afspraken@leergang.example>"
    mail["To"] = "Noor <noor@enschede.example>"
    mail["Subject"] = "Uitnodiging: één bijeenkomst met een naam die niet op één regel past, " * 2
    mail["Message-ID"] = "<a@leergang.example>"
    mail.set_content(text, cte="8bit")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "text",
    ["Hoi", "", "\n\n\n", "Hoi \t daar  \n  ja\t\n\n\n", ".\n..\n", "é\n" * 40, "x" * 900],
    ids=["word", "none", "empty lines", "spaces", "dots", "accents", "long"],
)
def test_a_receiver_finds_the_signature_right(ours: Signer, text: str) -> None:
    assert is_good(signed(letter(text), [ours]), ours)


def test_every_invitation_is_signed_right(app: Flask, ours: Signer) -> None:
    scene = make_scene(people=2, meetings=2)
    scene.publish()
    mails = db.session.scalars(select(OutgoingMail.content)).all()

    assert app.testing
    assert len(mails) >= 4
    assert all(is_good(signed(mail, [ours]), ours) for mail in mails)


def test_two_keys_sign_twice(tmp_path: Path) -> None:
    both = [signer(tmp_path, "rsa"), signer(tmp_path, "ed25519")]

    assert is_good(signed(letter(), both), *both)


def test_a_repeat_is_the_same_to_the_byte(ours: Signer) -> None:
    assert signed(letter(), [ours]) == signed(letter(), [ours])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hoi", b"Hou"),
        (b"noor@", b"anna@"),
        (b"To:", b"From: ceo@bank.example\r\nTo:"),
        (b"To:", b"Reply-To: x@y.example\r\nTo:"),
        (b"Subject:", b"Subject: Betaal nu\r\nSubject:"),
    ],
)
def test_what_was_changed_or_added_breaks_it(ours: Signer, old: bytes, new: bytes) -> None:
    head, _from, rest = signed(letter(), [ours]).partition(b"\r\nFrom:")
    changed = head + _from + rest.replace(old, new, 1)

    assert not is_good(changed, ours)


def test_what_relays_do_to_spaces_breaks_nothing(ours: Signer) -> None:
    mail = signed(letter("Hoi  daar\n"), [ours]).replace(b"\r\nTo: ", b"\r\nto:   ")

    assert is_good(mail + b"\r\n\r\n", ours)


def test_every_line_is_short_and_the_body_is_untouched(ours: Signer) -> None:
    mail = signed(letter(), [ours])

    assert mail.endswith(letter())
    assert max(map(len, mail.removesuffix(letter()).split(b"\r\n"))) <= 78
    assert b" t=" not in mail.removesuffix(letter())


def test_an_empty_body_is_nothing() -> None:
    assert (relaxed(b""), relaxed(b"\r\n\r\n"), relaxed(b"a")) == (b"", b"", b"a\r\n")


@pytest.fixture
def server(app: Flask) -> Iterator[Sink]:
    assert app.testing
    with smtp_sink() as found:
        yield found
    transport._kept.cache_clear()  # noqa: SLF001


def test_what_leaves_is_signed_and_what_is_kept_is_not(
    app: Flask, server: Sink, tmp_path: Path
) -> None:
    ours = signer(tmp_path, "rsa")
    app.config.update(
        MAIL_URL=server.url, DKIM_DOMAIN=DOMAIN, DKIM_SELECTOR="rsa",
        DKIM_KEY_FILE=str(tmp_path / "rsa.pem"),
    )  # fmt: skip
    mail = posted()
    db.session.commit()

    deliver_due(MONDAY_9H)
    transport.transport_of(app.config).close()

    ((_to, content),) = server.accepted
    assert is_good(content, ours)
    assert content.endswith(mail.content)
    assert b"DKIM-Signature" not in mail.content


# settings


def test_a_key_and_its_selector_are_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    signer(tmp_path, "rsa")
    found = settings(
        monkeypatch, DKIM_SELECTOR="s1", DKIM_KEY_FILE=str(tmp_path / "rsa.pem"),
        MAIL_ADDRESS="afspraken@leergang.example",
    )  # fmt: skip

    assert found["DKIM_DOMAIN"] == "leergang.example"


@pytest.mark.parametrize(
    ("selector", "content", "sentence"),
    [
        ("", pem("rsa"), "DKIM_SELECTOR and DKIM_KEY_FILE go together"),
        ("s1", None, "cannot be read"),
        ("s1", b"no key", "holds no key that can sign"),
        ("s1", pem("rsa", b"geheim"), "holds no key that can sign"),
        ("s 1", pem("rsa"), "write letters, digits and hyphens"),
    ],
    ids=["no selector", "no file", "no key", "a password", "odd selector"],
)
def test_a_key_that_cannot_sign_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    selector: str,
    content: bytes | None,
    sentence: str,
) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)

    with pytest.raises(SystemExit, match=sentence):
        settings(monkeypatch, DKIM_SELECTOR=selector, DKIM_KEY_FILE=str(tmp_path / "key.pem"))


def test_a_domain_may_have_other_letters(tmp_path: Path) -> None:
    signer(tmp_path, "rsa")

    found = signers_of("café.example", "s1", str(tmp_path / "rsa.pem"))[0]

    assert found.name == "s1._domainkey.xn--caf-dma.example"
    with pytest.raises(KeyWrong, match="DKIM_DOMAIN"):
        signers_of("nergens", "s1", str(tmp_path / "rsa.pem"))


# commands


@pytest.fixture
def signing_app(app: Flask, tmp_path: Path) -> Flask:
    signer(tmp_path, "rsa")
    app.config.update(
        MAIL_URL="smtp://mail.example.nl", MAIL_ADDRESS=f"afspraken@{DOMAIN}", DKIM_DOMAIN=DOMAIN,
        DKIM_SELECTOR="rsa", DKIM_KEY_FILE=str(tmp_path / "rsa.pem"),
    )  # fmt: skip
    return app


def test_a_command_prints_what_to_publish(signing_app: Flask, tmp_path: Path) -> None:
    run = signing_app.test_cli_runner().invoke
    (found,) = json.loads(run(args=["mail", "dkim-record", "--json"]).output)
    line = run(args=["mail", "dkim-record"]).output

    ours = signer(tmp_path, "rsa")
    assert (found["name"], found["record"]) == (f"rsa._domainkey.{DOMAIN}", ours.record)
    assert "".join(line.split('"')[1::2]) == ours.record
    assert max(map(len, line.split('"')[1::2])) <= 255


@pytest.mark.parametrize(
    ("record", "level"),
    [(None, "note"), ("", "wrong"), ("v=DKIM1; p=AAAA", "wrong"), ("ours", "good")],
)
def test_the_doctor_says_whether_the_dns_has_our_key(
    signing_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str | None,
    level: str,
) -> None:  # fmt: skip
    ours = signer(tmp_path, "rsa").record.replace(" ", "")
    monkeypatch.setattr(signing, "published", lambda _name: ours if record == "ours" else record)

    assert signing_app.testing
    found = [each for each in examine(MONDAY_9H) if each.about == "signing"]

    assert [each.level for each in found] == [level]


def test_the_doctor_says_when_the_signature_is_of_another_domain(
    signing_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "published", lambda _name: None)
    signing_app.config["MAIL_ADDRESS"] = "afspraken@elders.example"

    found = [each for each in examine(MONDAY_9H) if each.about == "signing"]

    assert [each.level for each in found] == ["wrong", "note"]
