"""PURE. References to secrets: `{ env = "NAME" }`, `{ file = "PATH" }`, or a plain text.

What is read here is only where the secret is; the secret itself is read when it is used, by
`notifiers.secret.Secret`. A plain text in the plan is taken, with a warning.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from notifiers.secret import Secret

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
HINT = 'write KEY = { env = "NAME" } with an environment variable\'s name, or { file = "PATH" }'


class SecretReferenceError(ValueError):
    """A reference that cannot be read; the text never holds what was written."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is: in an environment variable, in a file, or here in the plain."""

    env: str | None = None
    file: str | None = None
    plain: str | None = field(default=None, repr=False)

    def secret(self, folder: Path) -> Secret:
        """The secret that is referred to; a file is looked for from the plan's `folder` on."""
        return Secret(env=self.env, file=self.file, plain=self.plain, base=folder)


def parse_secret(value: object) -> SecretReference:
    """Read a secret's reference; raises `SecretReferenceError`, which never quotes the value."""
    if isinstance(value, str):
        if not value:
            raise SecretReferenceError("is empty")
        return SecretReference(plain=value)
    if not isinstance(value, dict):
        raise SecretReferenceError("takes a reference to a secret, { env = … } or { file = … }")
    if len(value) != 1 or next(iter(value)) not in ("env", "file"):
        raise SecretReferenceError("takes exactly one of `env` and `file`")
    kind, name = next(iter(value.items()))
    if not isinstance(name, str) or not name or "\0" in name:
        raise SecretReferenceError(f"takes a name in quotes after `{kind}`")
    if kind == "env" and not _VARIABLE.fullmatch(name):
        raise SecretReferenceError(
            "takes the name of an environment variable after `env`: letters, digits and _"
        )
    return SecretReference(**{kind: name})
