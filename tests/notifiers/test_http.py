"""The one HTTP request: statuses, Retry-After, lost connections; no way into private networks."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.guard import PrivateAddressError, is_public, public_addresses
from notifiers.http import LONGEST_WAIT, Http, HttpTimeouts, retry_after
from notifiers.urls import host_of, url_problem

NOW = datetime(2024, 3, 28, 6, 0, tzinfo=UTC)
TOKEN = "tOpSecretToken"


@pytest.fixture
def http() -> Http:
    return Http(lambda: NOW, HttpTimeouts(5.0, 5.0))


def failure(http: Http, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        http.post(url, b"{}", {}, ["another-secret"])
    error = caught.value
    assert TOKEN not in repr(error)
    assert "another-secret" not in repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert "\n" not in error.message
    return error


@pytest.mark.parametrize(
    ("status", "permanent", "scope"),
    [
        (400, True, "unknown"),
        (401, True, "channel"),
        (403, True, "channel"),
        (404, True, "channel"),
        (405, True, "channel"),
        (408, False, "channel"),
        (410, True, "channel"),
        (413, True, "unknown"),
        (422, True, "unknown"),
        (425, False, "channel"),
        (429, False, "channel"),
        (500, False, "channel"),
        (503, False, "channel"),
        (301, True, "channel"),
        (307, True, "channel"),
    ],
)
def test_what_a_status_means(
    http: Http, http_server: Any, status: int, permanent: bool, scope: str
) -> None:
    http_server.status = status
    http_server.headers["Location"] = http_server.url("/elsewhere")
    http_server.body = f"sorry, /services/T0/B0/{TOKEN} another-secret".encode()
    error = failure(http, http_server.url())
    assert (error.permanent, error.scope, error.unknown) == (permanent, scope, False)
    assert f"127.0.0.1 answered: {status} sorry, ***" in error.message
    assert len(http_server.requests) == 1
    assert ("redirects are not followed" in error.message) == (300 <= status < 400)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "99999999"}, LONGEST_WAIT),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "1e5"}, None),
        ({"Retry-After": format_datetime(NOW + timedelta(minutes=2), usegmt=True)}, 120.0),
        ({"Retry-After": format_datetime(NOW - timedelta(minutes=2), usegmt=True)}, 0.0),
        ({"Retry-After": format_datetime(NOW + timedelta(days=9), usegmt=True)}, LONGEST_WAIT),
        (
            {
                "Retry-After": format_datetime(NOW + timedelta(hours=1), usegmt=True),
                "Date": format_datetime(NOW + timedelta(minutes=58), usegmt=True),
            },
            120.0,
        ),
    ],
)
def test_retry_after_in_both_forms(
    http: Http, http_server: Any, status: int, headers: dict[str, str], wait: float | None
) -> None:
    http_server.status = status
    http_server.headers = headers
    assert failure(http, http_server.url()).retry_after == wait


def test_retry_after_is_for_passing_faults_only(http: Http, http_server: Any) -> None:
    http_server.status = 403
    http_server.headers["Retry-After"] = "60"
    assert failure(http, http_server.url()).retry_after is None


@given(st.text(), st.text())
def test_any_retry_after_is_none_or_within_a_day(value: str, date: str) -> None:
    wait = retry_after({"Retry-After": value, "Date": date}, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not HTTP at all\r\n\r\n",
        b"\xff\xfe\x00\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly a part",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_an_answer_that_is_lost_or_odd_leaves_it_unknown(
    http: Http, http_server: Any, raw: bytes
) -> None:
    http_server.raw = raw
    error = failure(http, http_server.url())
    assert (error.permanent, error.scope, error.unknown) == (False, "channel", True)


def test_a_server_that_hangs(http_server: Any) -> None:
    http_server.stall = threading.Event()
    error = failure(Http(lambda: NOW, HttpTimeouts(5.0, 0.1)), http_server.url())
    assert (error.permanent, error.unknown) == (False, True)
    assert "did not answer in time" in error.message


def test_a_server_that_drips_is_given_up() -> None:
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _address = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"1\r\nx\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        http = Http(lambda: NOW, HttpTimeouts(5.0, 0.2))
        error = failure(http, f"http://127.0.0.1:{server.getsockname()[1]}/{TOKEN}")
        stop.set()
        thread.join()
    assert "in time" in error.message


def test_a_long_answer_is_not_read_to_its_end(http: Http, http_server: Any) -> None:
    http_server.body = b"x" * 1_000_000
    assert len(http.post(http_server.url(), b"", {}).body) == 65536


def test_nobody_there(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    error = failure(http, f"http://127.0.0.1:{port}/{TOKEN}")
    assert (error.permanent, error.unknown) == (False, False)
    assert "cannot be connected to" in error.message


def test_a_login_in_the_address_is_sent(http: Http, http_server: Any) -> None:
    http.post(http_server.url().replace("//", "//name:word@"), b"x", {})
    assert http_server.requests[0].headers["Authorization"] == "Basic bmFtZTp3b3Jk"


def test_an_unknown_name(http: Http) -> None:
    error = failure(http, f"https://nowhere.invalid/{TOKEN}")
    assert (error.permanent, error.unknown) == (False, False)


def test_https_to_a_server_that_speaks_none(http: Http, http_server: Any) -> None:
    error = failure(http, http_server.url().replace("http:", "https:"))
    assert (error.permanent, error.unknown) == (False, False)
    assert "TLS" in error.message


def test_the_connection_is_kept(http: Http, http_server: Any) -> None:
    for _ in range(3):
        assert http.post(http_server.url(), b"x", {"X-Test": "1"}).line == "200 ok"
    assert [request.headers["X-Test"] for request in http_server.requests] == ["1", "1", "1"]
    http.close()
    http.close()
    assert http.post(http_server.url(), b"x", {}).status == 200


def test_no_password_of_a_netrc_is_sent(
    http: Http, http_server: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    http.post(http_server.url(), b"x", {})
    assert "Authorization" not in http_server.requests[0].headers


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://hooks.example.org/x", None),
        ("http://localhost:8000/x", None),
        ("http://[::1]/x", None),
        ("http://hooks.example.org/x", "https"),
        ("ftp://hooks.example.org/x", "https"),
        ("hooks.example.org/x", "no URL"),
        ("https://", "no URL"),
        ("https://exa mple.org/", "no URL"),
        ("https://example.org/\r\nX: y", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://example.org:99999/", "no URL"),
        ("https://bücher.example/", "no URL"),
    ],
)
def test_urls(http: Http, url: str, problem: str | None) -> None:
    found = url_problem(url)
    assert (found is None) == (problem is None)
    if problem is not None:
        assert problem in (found or "")
        error = failure(http, url)
        assert (error.permanent, error.scope) == (True, "channel")


def test_only_the_host_of_a_url_is_shown() -> None:
    assert host_of("https://user:pass@hooks.example.org:8443/secret?x") == "hooks.example.org"
    assert host_of("https://[::1/") == "the server"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("2002:a00:1::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "0", "[::ffff:127.0.0.1]"],
)
def test_no_spelling_of_this_machine_is_let_through(http_server: Any, host: str) -> None:
    guarded = Http(lambda: NOW, HttpTimeouts(2.0, 2.0), public_only=True, http_allowed=True)
    error = failure(guarded, f"http://{host}:{http_server.port}/{TOKEN}")
    assert isinstance(error, PrivateAddressError)
    assert (error.permanent, error.scope) == (True, "channel")
    assert http_server.requests == []


def test_a_proxy_is_not_asked_to_go_there(
    http_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", http_server.url("/"))
    monkeypatch.setenv("http_proxy", http_server.url("/"))
    guarded = Http(lambda: NOW, HttpTimeouts(2.0, 2.0), public_only=True, http_allowed=True)
    failure(guarded, f"http://localhost:1/{TOKEN}")
    assert http_server.requests == []


def test_every_address_of_a_name_counts() -> None:
    with pytest.raises(PrivateAddressError, match="allow-private"):
        public_addresses("localhost", 80)
    assert public_addresses("8.8.8.8", 443) == ["8.8.8.8"]


def test_the_guard_sees_an_unknown_name() -> None:
    guarded = Http(lambda: NOW, HttpTimeouts(2.0, 2.0), public_only=True)
    error = failure(guarded, f"https://nowhere.invalid/{TOKEN}")
    assert (error.permanent, error.unknown) == (False, False)


@pytest.fixture
def all_public(monkeypatch: pytest.MonkeyPatch) -> Http:
    """A guarded session to which this machine counts as public, to see that it connects."""
    monkeypatch.setattr("notifiers.guard.is_public", lambda _address: True)
    return Http(lambda: NOW, HttpTimeouts(5.0, 5.0), public_only=True, http_allowed=True)


def test_the_guard_connects_to_what_it_checked(all_public: Http, http_server: Any) -> None:
    for host in ("127.0.0.1", "localhost"):
        url = f"http://{host}:{http_server.port}/hook"
        assert all_public.post(url, b"x", {}).line == "200 ok"
    assert [request.headers["Host"] for request in http_server.requests] == [
        f"127.0.0.1:{http_server.port}",
        f"localhost:{http_server.port}",
    ]


def test_the_guard_checks_certificates(all_public: Http, start_mail_server: Any) -> None:
    port = start_mail_server("tls").port
    error = failure(all_public, f"https://localhost:{port}/{TOKEN}")
    assert "no certificate that is trusted" in error.message


def test_the_guard_says_that_nobody_is_there(all_public: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    error = failure(all_public, f"http://localhost:{port}/{TOKEN}")
    assert "cannot be connected to" in error.message
    assert not error.unknown
