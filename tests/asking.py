"""HTTP as the tests ask it: patiently, since a busy machine answers late."""

from typing import Any

import httpx

PATIENCE_SECONDS = 60


def client(**settings: Any) -> httpx.Client:
    """A client that waits long for each answer."""
    return httpx.Client(timeout=PATIENCE_SECONDS, **settings)


def get(url: str, **settings: Any) -> httpx.Response:
    """One GET, with the same patience."""
    return httpx.get(url, timeout=PATIENCE_SECONDS, **settings)
