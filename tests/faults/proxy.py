"""A way to a socket that breaks: connections are cut after a while, in mid-transaction too."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Cuts each connection after a number of portions; `calm` ends that. `place`: where it leads.

    A portion is what one side says at once. The last is swallowed: so an answer to COMMIT, too,
    may never come.
    """

    port: int
    place: str
    chance: random.Random
    longest: int
    calm: bool = False
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, near: socket.socket) -> None:
        """Pass on what both sides say, until the cut or the end; nothing where nobody is there."""
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self.place)
        except OSError:
            near.close()
            far.close()
            return
        left = [self.chance.randint(5, self.longest)]
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._pass, args=[one, other, left], daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while portion := one.recv(65536):
                left[0] -= 1
                if left[0] <= 0 and not self.calm:
                    with self._lock:
                        self.cuts += 1
                    break
                other.sendall(portion)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def proxy(place: str, seed: int, longest: int = 120) -> Iterator[Proxy]:
    """A proxy on a port of this machine before the socket at `place`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Proxy(listening.getsockname()[1], place, random.Random(seed), longest)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    found.serve(near)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)
