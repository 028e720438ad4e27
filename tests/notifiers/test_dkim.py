"""DKIM signatures, judged by another implementation, which reads the key as it is published."""

import base64
import functools
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from notifiers.dkim import ONCE_MORE, Signer, relaxed_body, relaxed_header
from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.message import Address, Attachment, Message
from notifiers.mime import Sender, build
from notifiers.secret import Secret
from tests.needs import missing

FROM = "Resolution tracker <tracker@example.org>"
MakeMessage = Callable[..., Message]
_JUDGE = """
import sys, dkim
mail, record = sys.stdin.buffer.read().split(b"\\0", 1)
def look_up(name, timeout=5):
    return record if bytes(name) == b"sel._domainkey.example.org." else None
verdict = dkim.DKIM(mail).verify(dnsfunc=look_up)
sys.exit(0 if verdict else 1)
"""


@functools.cache
def judge() -> str:
    """A Python that has dkimpy, which cannot be locked, because it comes as source alone."""
    pythons = (sys.executable, "/usr/bin/python3")
    found = next((python for python in pythons if has(python, "dkim")), None)
    if found is None:
        missing("dkimpy", "python3-dkim")
    return found


def has(python: str, module: str) -> bool:
    try:
        ran = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False)
    except OSError:
        return False
    return ran.returncode == 0


def holds(mail: bytes, record: bytes) -> bool:
    """Whether dkimpy takes the signature on a mail for one of the key in `record`."""
    ran = subprocess.run(
        [judge(), "-c", _JUDGE],
        input=mail + b"\0" + record,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert ran.returncode in (0, 1), ran.stderr.decode()
    return ran.returncode == 0


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Private keys in PEM, made by openssl."""
    folder = tmp_path_factory.mktemp("keys")
    wanted = {
        "rsa": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "short": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:768",
        "ed25519": "genpkey -algorithm ED25519",
        "ec": "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "locked": "genpkey -algorithm RSA -aes128 -pass pass:x",
    }
    return {name: made(folder / name, command) for name, command in wanted.items()}


def made(path: Path, command: str) -> str:
    subprocess.run(["openssl", *command.split(), "-out", path], capture_output=True, check=True)
    return path.read_text()


def signer(pem: str) -> Signer:
    pytest.importorskip("cryptography", reason="needs cryptography (pip install cryptography)")
    return Signer.make("example.org", "sel", pem)


def record(of: Signer) -> bytes:
    key = of.public_key
    return f"v=DKIM1; k={key.kind}; p={base64.b64encode(key.published).decode()}".encode()


def mails(make_message: MakeMessage) -> list[bytes]:
    sender = EmailOptions("h", FROM).sender
    messages = [
        make_message(),
        make_message(text="a  b \t\n\n. \n\n\n", html=None, thread=None, unsubscribe=None),
        make_message(subject="Sujet à travers — " * 20, to=Address("a@example.org", "é" * 90)),
        make_message(to=Address("josé@example.org"), text="ünï\n" * 50),
        make_message(attachments=(Attachment("x.bin", "application/octet-stream", b"\0\xff"),)),
        make_message(text="", html=None),
    ]
    found = [build(one, sender) for one in messages]
    with_reply = Sender(sender.address, Address("replies@example.org", "Answers"))
    return [*found, build(messages[0], with_reply)]


def test_another_implementation_takes_the_signature(
    keys: dict[str, str], make_message: MakeMessage, now: Callable[[], datetime]
) -> None:
    rsa = signer(keys["rsa"])
    for mail in mails(make_message):
        signed = rsa.signed(mail, now())
        assert signed.endswith(mail)
        assert holds(signed, record(rsa))
        head = signed.removesuffix(mail)
        assert all(len(line) <= 78 for line in head.split(b"\r\n"))


def test_ed25519_is_taken_too(
    keys: dict[str, str], make_message: MakeMessage, now: Callable[[], datetime]
) -> None:
    if not has(judge(), "nacl"):
        missing("pynacl", "python3-nacl")
    ed25519 = signer(keys["ed25519"])
    for mail in mails(make_message):
        assert holds(ed25519.signed(mail, now()), record(ed25519))


def test_what_is_changed_or_added_on_the_way_is_seen(
    keys: dict[str, str], make_message: MakeMessage, now: Callable[[], datetime]
) -> None:
    rsa = signer(keys["rsa"])
    signed = rsa.signed(mails(make_message)[0], now())
    for old, new in [
        (b"Zero draft: April", b"Zero draft: March"),
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
        (b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: list"),
        *((b"MIME-Version", f"{name}: x\r\nMIME-Version".encode()) for name in ONCE_MORE),
    ]:
        assert old in signed
        assert not holds(signed.replace(old, new), record(rsa)), old


def test_folding_anew_on_the_way_does_no_harm(
    keys: dict[str, str], make_message: MakeMessage, now: Callable[[], datetime]
) -> None:
    rsa = signer(keys["rsa"])
    signed = rsa.signed(mails(make_message)[0], now())
    relayed = signed.replace(b"Auto-Submitted: auto", b"Auto-Submitted:  \r\n\t auto")
    assert relayed != signed
    assert holds(b"Received: from here\r\n" + relayed + b"\r\n\r\n", record(rsa))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("short", "768 bits"),
        ("ec", "neither an RSA nor an Ed25519 key"),
        ("locked", "no private key in PEM without a pass phrase"),
        ("nothing", "no private key in PEM"),
    ],
)
def test_a_key_that_is_none(keys: dict[str, str], name: str, words: str) -> None:
    pem = keys.get(name, "-----BEGIN NOTHING-----")
    with pytest.raises(DeliveryError, match=words) as caught:
        signer(pem)
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")
    assert pem[40:60] not in str(caught.value) or name == "nothing"


def test_mails_go_out_signed(
    keys: dict[str, str],
    make_message: MakeMessage,
    start_mail_server: Any,
    now: Callable[[], datetime],
) -> None:
    rsa = signer(keys["rsa"])
    server = start_mail_server()
    email = Email(options(server.port, dkim_key=Secret(plain=keys["rsa"])), now)
    for number in range(2):
        email.send(make_message(key=f"k{number}"))
    email.close()
    assert len(server.recorder.contents) == 2
    for content in server.recorder.contents:
        assert content.count(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;") == 1
        assert holds(content, record(rsa))


def test_without_the_library_the_operator_is_told(
    make_message: MakeMessage,
    start_mail_server: Any,
    now: Callable[[], datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    server = start_mail_server()
    email = Email(options(server.port, dkim_key=Secret(plain="pem")), now)
    for attempt in (email.check, lambda: email.send(make_message())):
        with pytest.raises(DeliveryError, match=r"the extra `dkim`") as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (True, "channel")
    assert server.recorder.contents == []


def options(port: int, **changes: Any) -> EmailOptions:
    values: dict[str, Any] = {"port": port, "security": "none", "dkim_selector": "sel"}
    made = EmailOptions(host="localhost", from_=FROM, **(values | changes))
    assert made.problems() == []
    return made


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b"", b""),
        (b"\r\n", b""),
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\n \r\n\t\r\n", b"a\r\n"),
        (b"a\r\n\r\nb  ", b"a\r\n\r\nb\r\n"),
        (b"  ", b""),
    ],
)
def test_a_relaxed_body(body: bytes, canonical: bytes) -> None:
    """The second is the example of RFC 6376 3.4.5."""
    assert relaxed_body(body) == canonical


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("A: X", "a:X"),
        ("B : Y\t\r\n\tZ  ", "b:Y Z"),
        ("Subject:", "subject:"),
        ("C:  a:b", "c:a:b"),
    ],
)
def test_a_relaxed_header(line: str, canonical: str) -> None:
    """The first two are the example of RFC 6376 3.4.5."""
    assert relaxed_header(line) == canonical


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"dkim_domain": "bücher.example"}, []),
        ({"dkim_key": None}, ["dkim-selector"]),
        ({"dkim_selector": None}, ["dkim-key"]),
        ({"dkim_selector": None, "dkim_key": None, "dkim_domain": "example.org"}, ["dkim-domain"]),
        ({"dkim_selector": "a b"}, ["dkim-selector"]),
        ({"dkim_domain": "a b"}, ["dkim-domain"]),
    ],
)
def test_what_is_wrong_with_the_keys(changes: dict[str, Any], found: list[str]) -> None:
    values: dict[str, Any] = {"dkim_selector": "sel", "dkim_key": Secret(plain="pem")}
    made = EmailOptions(host="h", from_=FROM, **(values | changes))
    assert [key for key, _text in made.problems()] == found
