"""PURE. What is an address of the web."""

import re
from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a host, and nothing beside it."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").strip(".") if parts.port != 0 else ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and host != "" and not re.search(r"\s", text)
