"""Secrets by reference: read when they are used, shown never.

What is not done here: reading the reference out of a plan (`config.secrets`).
"""

import base64
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

from notifiers.errors import DeliveryError
from notifiers.files import read_file

MASK = "***"
LONGEST_FILE = 64 * 1024
"""Octets of a file that holds a secret."""
SHORTEST_PART = 6
"""Parts of a secret URL that are shorter are words of the service's own, not tokens."""


class SecretError(DeliveryError):
    """A secret cannot be read: the channel is at fault until somebody provides it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True, scope="channel")


class Secret:
    """A reference to a secret: exactly one of an environment variable, a file, a plain value.

    `file` is relative to `base` (the plan's folder). Every textual form is masked. It is no
    dataclass, so that `dataclasses.asdict` of something that holds one cannot lay it open.
    Two secrets are equal if they refer to the same place.
    """

    __slots__ = ("_env", "_file", "_plain")

    def __init__(
        self,
        *,
        env: str | None = None,
        file: str | None = None,
        plain: str | None = None,
        base: Path | None = None,
    ) -> None:
        if sum(given is not None for given in (env, file, plain)) != 1:
            raise ValueError("a secret is exactly one of env, file and plain")
        self._env = env
        self._file = None if file is None else (base or Path()) / file
        self._plain = plain

    @property
    def is_plain(self) -> bool:
        """True where the secret itself stands in the plan."""
        return self._plain is not None

    @property
    def source(self) -> str:
        """Where it is read from, in words fit for a message; never the secret."""
        if self._env is not None:
            return f"environment variable {self._env}"
        if self._file is not None:
            return f"file {self._file}"
        return "plain text"

    def reveal(self) -> str:
        """The secret, read now; one line break at the end of a file does not belong to it.

        Raises SecretError, which names the variable or the file and what to do.
        """
        if self._env is not None:
            value = os.environ.get(self._env)
            if value is None:
                raise SecretError(f"the {self.source} is not set: set it for the service")
        elif self._file is not None:
            value = self._read(self._file)
        else:
            value = self._plain or ""
        if not value:
            raise SecretError(f"the {self.source} is empty: put the secret there")
        return value

    def _read(self, path: Path) -> str:
        try:
            octets = read_file(path, LONGEST_FILE + 1)
            text = octets.decode("utf-8")
        except UnicodeDecodeError:
            raise SecretError(f"the {self.source} is no UTF-8 text: store the secret so") from None
        except OSError as error:
            raise SecretError(
                f"the {self.source} cannot be read ({error.strerror}): "
                "create it, and let the service's user read it"
            ) from None
        if len(octets) > LONGEST_FILE:
            raise SecretError(f"the {self.source} is too long to be a secret: is it the right one?")
        return text.removesuffix("\n").removesuffix("\r")

    def __repr__(self) -> str:
        return f"Secret({self.source})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str | None, Path | None, str | None]:
        return self._env, self._file, self._plain

    def __deepcopy__(self, memo: object) -> "Secret":
        """Itself: it never changes, so that `dataclasses.asdict` can pass it on."""
        return self

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


def redact(text: str, secrets: Iterable[str]) -> str:
    """Strike the secrets out of a text, also as base64, percent-encoded, and by parts of a URL."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> set[str]:
    encoded = secret.encode("utf-8", "replace")
    forms = {secret, quote(secret, safe=""), quote(secret), base64.b64encode(encoded).decode()}
    if "://" in secret:
        forms |= _url_parts(secret)
    return forms


def _url_parts(url: str) -> set[str]:
    """What may be a token in a URL: path, segments, query and its values, user and password."""
    authority, _, rest = url.partition("://")[2].partition("/")
    userinfo = authority.rpartition("@")[0]
    try:
        query = urlsplit(url).query
    except ValueError:
        query = ""
    parts = {f"/{rest}", query, userinfo, *userinfo.split(":")}
    parts |= set(rest.partition("?")[0].split("/"))
    parts |= {pair.partition("=")[2] for pair in query.split("&")}
    return {part for part in parts if len(part) >= SHORTEST_PART}
