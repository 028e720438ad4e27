"""Who may read the metrics, as a table."""

import pytest

from scheduler.operation.access import PASSED_ON, may_read

TOKEN = "b7c1e6f0a9d24e55"
SHOWN = {"authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("peer", "may"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.88.0.3", True),
        ("192.168.1.20", True),
        ("fd00::7", True),
        ("93.184.216.34", False),
        ("::ffff:93.184.216.34", False),
        ("2606:2800:220:1:248:1893:25c8:1946", False),
        ("0.0.0.0", False),
        ("", False),
        ("localhost", False),
    ],
)
@pytest.mark.parametrize("token", [None, TOKEN])
def test_an_address_alone(peer: str, may: bool, token: str | None) -> None:
    assert may_read(peer, {}, token) is may


@pytest.mark.parametrize("header", PASSED_ON)
def test_what_came_through_a_proxy_needs_the_token(header: str) -> None:
    headers = {header: "93.184.216.34"}
    assert not may_read("127.0.0.1", headers, TOKEN)
    assert may_read("127.0.0.1", headers | SHOWN, TOKEN)


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (f"Basic {TOKEN}", False),
        ("Bearer ", False),
        ("Bearer", False),
        (f"Bearer {TOKEN}x", False),
        ("Bearer \udcff", False),
        ("Bearer é", False),
        (TOKEN, False),
    ],
)
def test_the_token(shown: str, may: bool) -> None:
    assert may_read("93.184.216.34", {"authorization": shown}, TOKEN) is may


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_opens_nothing(token: str | None) -> None:
    for shown in ("Bearer ", "Bearer None", "Bearer"):
        assert not may_read("93.184.216.34", {"authorization": shown}, token)
