"""HTTP whose answers end: however a server drips, no answer lasts longer than was said.

A time-out of a socket is for each piece, and `http.client` reads lines, headers and "100 Continue"
for as long as pieces come, so that a server could hold a thread for ever without a body.
"""

import io
import socket
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Pieces(io.RawIOBase):
    """The octets of a socket until a deadline (monotonic seconds)."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline
        self._each = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left if self._each is None else min(left, self._each))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer that is read for so many seconds, head and body, and no longer."""

    def __init__(self, sock: socket.socket, *args: Any, whole: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Pieces(raw, sock, time.monotonic() + whole))


class BoundedConnection(HTTPConnection):
    """A connection whose answers take at the most `whole` seconds each."""

    def __init__(self, *args: Any, whole: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_class: Any = partial(_Answer, whole=whole)


class _BoundedHTTPS(BoundedConnection, HTTPSConnection):
    """Over TLS."""


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = BoundedConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedHTTPS


Pools = dict[str, Callable[..., HTTPConnectionPool]]


class BoundedAdapter(HTTPAdapter):
    """A transport for a requests session, by a proxy too."""

    pools: Pools = {"http": _HTTPPool, "https": _HTTPSPool}  # noqa: RUF012  a constant

    def __init__(self, whole: float) -> None:
        self._whole = whole
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self._bind(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(*args, **options)
        self._bind(manager)
        return manager

    def _bind(self, manager: PoolManager) -> None:
        pools: Any = {name: partial(pool, whole=self._whole) for name, pool in self.pools.items()}
        manager.pool_classes_by_scheme = pools
