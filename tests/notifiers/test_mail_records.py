"""SPF, DKIM and DMARC: what the records mean, and looking them up at a real name server."""

import base64
import socketserver
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from notifiers.dkim import Signer
from notifiers.email_options import EmailOptions
from notifiers.mail_records import LookUp, NoAnswerError, dmarc, dns_look_up, remarks, spf
from notifiers.secret import Secret
from tests.notifiers.scripted import serving

FROM = "Resolution tracker <tracker@mail.example.org>"


def of(records: Mapping[str, Sequence[str]]) -> LookUp:
    return lambda name: records.get(name, ())


@pytest.mark.parametrize(
    ("texts", "state", "words"),
    [
        ([], "look", "does not say who may send"),
        (["google-site-verification=x"], "look", "does not say who may send"),
        (["v=spf10 -all"], "look", "does not say who may send"),
        (["other", "v=spf1 mx -all"], "good", "v=spf1 mx -all"),
        (["V=SPF1 include:example.net ~all"], "good", "~all"),
        (["v=spf1 redirect=example.net"], "good", "redirect"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "bad", "2 records"),
        (["v=spf1 mx +all"], "bad", "+all"),
        (["v=spf1 mx all"], "bad", "mx all"),
        (["v=spf1 mx ?all"], "look", "?all"),
        (["v=spf1 mx"], "look", "mx"),
        (["v=spf1"], "look", "v=spf1"),
        (["v=spf1 a:all.example.net -all"], "good", "-all"),
    ],
)
def test_what_spf_says(texts: list[str], state: str, words: str) -> None:
    found = spf("example.org", of({"example.org": texts}))
    assert (found.what, found.state) == ("SPF", state)
    assert words in found.text
    assert bool(found.hint) == (state != "good")


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        ({}, "look", "has no record"),
        ({"_dmarc.mail.example.org": ["v=DMARC1; p=none"]}, "good", "p=none"),
        ({"_dmarc.example.org": ["v=DMARC1;p=reject"]}, "good", "_dmarc.example.org"),
        ({"_dmarc.org": ["v=DMARC1; p=none"]}, "look", "has no record"),
        ({"_dmarc.example.org": ["v=DMARC1; sp=none"]}, "bad", "sp=none"),
        ({"_dmarc.example.org": ["v=DMARC1; p=some"]}, "bad", "p=some"),
        ({"_dmarc.example.org": ["v=DMARC1; p=none"] * 2}, "bad", "2 records"),
        ({"_dmarc.example.org": ["v=DMARC12; p=none"]}, "look", "has no record"),
    ],
)
def test_what_dmarc_says(records: Mapping[str, Sequence[str]], state: str, words: str) -> None:
    found = dmarc("mail.example.org", of(records))
    assert (found.what, found.state) == ("DMARC", state)
    assert words in found.text
    assert bool(found.hint) == (state != "good")


def test_a_domain_of_one_label_is_asked_for_once() -> None:
    asked: list[str] = []

    def look_up(name: str) -> Sequence[str]:
        asked.append(name)
        return ()

    dmarc("localhost", look_up)
    assert asked == ["_dmarc.localhost"]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("key") / "key.pem"
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-out", str(path)]
    subprocess.run(command, capture_output=True, check=True)
    return path.read_text()


@pytest.fixture
def published(pem: str) -> str:
    pytest.importorskip("cryptography", reason="needs cryptography (pip install cryptography)")
    return base64.b64encode(Signer.make("x", "x", pem).public_key.published).decode()


def options(pem: str, **changes: Any) -> EmailOptions:
    signing: dict[str, Any] = {
        "dkim_selector": "sel",
        "dkim_key": Secret(plain=pem),
        "dkim_domain": "example.org",
    }
    return EmailOptions(host="h", from_=FROM, **(signing | changes))


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("v=DKIM1; k=rsa; p={p}", "good", "fits `dkim-key`"),
        ("p={p};", "good", "fits `dkim-key`"),
        ("v=DKIM1; p= {p0} {p1}", "good", "fits `dkim-key`"),
        ("v=DKIM1; p={p1}", "bad", "not the other half"),
        ("v=DKIM1; p=ü", "bad", "not the other half"),
        ("v=DKIM1", "bad", "not the other half"),
        ("v=DKIM1; p=", "bad", "withdrawn"),
        (None, "bad", "is not there"),
    ],
)
def test_what_the_published_key_says(
    pem: str, published: str, record: str | None, state: str, words: str
) -> None:
    name, texts = "sel._domainkey.example.org", []
    if record is not None:
        texts = [record.format(p=published, p0=published[:80], p1=published[80:])]
    (found,) = [one for one in remarks(options(pem), of({name: texts})) if one.what == "DKIM"]
    assert found.state == state
    assert words in found.text
    if "publish" in found.hint:
        assert f'"v=DKIM1; k=rsa; p={published}"' in found.hint


def test_two_published_keys_are_one_too_many(pem: str, published: str) -> None:
    records = {"sel._domainkey.example.org": [f"v=DKIM1; p={published}"] * 2}
    assert [one.state for one in remarks(options(pem), of(records))] == ["look", "bad", "look"]


def test_a_key_that_cannot_be_read_is_said(published: str) -> None:
    found = list(remarks(options("no key"), of({})))
    assert "no private key in PEM" in found[1].text


def test_a_relay_that_signs_is_left_to_a_trial() -> None:
    found = {one.what: one for one in remarks(EmailOptions("h", FROM), of({}))}
    assert found["DKIM"].state == "look"
    assert "test-send" in found["DKIM"].hint


def test_the_bounces_have_their_own_domain() -> None:
    made = EmailOptions("h", FROM, envelope_sender="bounces@bücher.example")
    records = {
        "xn--bcher-kva.example": ["v=spf1 mx -all"],
        "_dmarc.example.org": ["v=DMARC1; p=none"],
    }
    found = {one.what: one.state for one in remarks(made, of(records))}
    assert found == {"SPF": "good", "DKIM": "look", "DMARC": "good"}


class _Zone(socketserver.BaseRequestHandler):
    """A name server by UDP with four names."""

    def handle(self) -> None:
        import dns.message  # noqa: PLC0415  the library is optional
        import dns.rcode  # noqa: PLC0415
        import dns.rrset  # noqa: PLC0415

        data, udp = self.request
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        name = query.question[0].name.to_text()
        if name == "example.org.":
            texts = ['"v=spf1 " "mx -all"', '"other"']
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        elif name == "broken.example.org.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name != "empty.example.org.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        udp.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def look_up() -> Iterator[LookUp]:
    pytest.importorskip("dns.resolver", reason="needs dnspython (pip install dnspython)")
    with serving(socketserver.UDPServer, _Zone) as port:
        yield dns_look_up(["127.0.0.1"], port)


def test_a_real_name_server_is_asked(look_up: LookUp) -> None:
    assert sorted(look_up("example.org")) == ["other", "v=spf1 mx -all"]
    assert look_up("nowhere.example.org") == ()
    assert look_up("empty.example.org") == ()
    assert spf("example.org", look_up).state == "good"
    for name in ("broken.example.org", "a" * 70, "a..b"):
        with pytest.raises(NoAnswerError, match="cannot be looked up now"):
            look_up(name)


def test_without_the_library_the_operator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dns.resolver", None)
    with pytest.raises(NoAnswerError, match=r"the extra `dkim`.*dig TXT"):
        dns_look_up()
