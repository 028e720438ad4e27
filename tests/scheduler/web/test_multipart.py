"""Forms with a file, as browsers write them and as nobody should."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.multipart import LONGEST_FIELD, MOST_PARTS, Sent, sent_parts

KIND = "multipart/form-data; boundary=edge"


def body(*parts: str, end: str = "--edge--\r\n") -> bytes:
    return ("".join(f"--edge\r\n{part}\r\n" for part in parts) + end).encode()


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def test_fields_and_a_file() -> None:
    file = 'Content-Disposition: form-data; name="file"; filename="a%22b.pdf"\r\n'
    file += "Content-Type: application/pdf\r\n\r\n%PDF\r\n\r\n--edg"
    found = sent_parts(KIND, body(field("say", "done"), field("say", "note"), file))
    assert found == Sent({"say": "done"}, ('a"b.pdf', b"%PDF\r\n\r\n--edg"))


def test_no_file_was_chosen() -> None:
    part = 'Content-Disposition: form-data; name="file"; filename=""\r\n\r\n'
    assert sent_parts(KIND, body(part)) == Sent({})


@given(st.binary(max_size=400), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_a_client_writes_is_read(octets: bytes, name: str) -> None:
    files = {"file": (name, octets, "application/pdf")}
    made = httpx.Request("POST", "http://x.example", data={"say": "done"}, files=files)
    found = sent_parts(made.headers["content-type"], made.read())
    assert found is not None
    assert found.fields == {"say": "done"}
    assert found.file is not None
    assert found.file[1] == octets


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("multipart/form-data", body(field("a", "b"))),
        ('multipart/form-data; boundary="' + "x" * 71 + '"', b""),
        (KIND, b""),
        (KIND, body(field("a", "b"), end="")),
        (KIND, body("no head at all")),
        (KIND, body("Content-Type: text/plain\r\n\r\nx")),
        (KIND, body("X: " + "y" * 5000 + "\r\n" + field("a", "b"))),
        (KIND, body(*(field(f"f{number}", "") for number in range(MOST_PARTS + 1)))),
        (KIND, body(field("a", "x" * (LONGEST_FIELD + 1)))),
    ],
)
def test_what_is_refused(kind: str, sent: bytes) -> None:
    assert sent_parts(kind, sent) is None


@given(st.text(max_size=80), st.binary(max_size=600))
def test_whatever_comes_in_ends(kind: str, sent: bytes) -> None:
    sent_parts(kind, sent)
    sent_parts(KIND, b"--edge\r\n" + sent + b"\r\n--edge--")
