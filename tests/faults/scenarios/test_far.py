"""The servers of the scenarios take what came whole, and nothing of one who dies over it."""

import random
import socket
import time

import pytest

from tests.faults.scenarios.servers import Far, hook, serving

BODY = b'{"data": {"subject": "Step", "text": "Step\\n[[key]]\\n((7))", "facts": []}}'
WHOLE = b"POST / HTTP/1.1\r\nwebhook-id: one\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


@pytest.mark.parametrize("count", [len(WHOLE) - len(BODY), len(WHOLE) - 1])
def test_a_hook_takes_no_half_of_a_message(count: int) -> None:
    far = Far(random.Random(1))
    with serving(far, hook) as port:
        with socket.create_connection(("127.0.0.1", port)) as dying:
            dying.sendall(WHOLE[:count])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(WHOLE)
            assert line.recv(100).startswith(b"HTTP/1.1 204")
        time.sleep(0.05)
    (taken,) = far.taken
    assert taken[:3] == ("one", ("key",), 7)
    assert taken.content.subject == "Step"
