"""PURE. The table of the mailbox in which answers to invitations arrive, as a value of the plan."""

from collections.abc import Iterator
from pathlib import Path

from config.documents import Fault
from config.parse import Tables
from config.plan import Replies
from config.positions import Path as KeyPath
from config.secrets import HINT
from config.shapes import RepliesShape

PORTS = {"tls": 993, "starttls": 143, "none": 143}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_PATH: KeyPath = ("replies",)


def read_replies(tables: Tables, folder: Path) -> Replies | None:
    """The mailbox of a plan; files are looked for from `folder` on.

    What is wrong with it is added to the `faults` of `tables`.
    """
    shape = tables.replies
    if shape is None or any(path[:1] == _PATH for path in tables.doubtful):
        return None
    tables.faults.extend(_faults(shape))
    return Replies(
        host=shape.host,
        port=shape.port or PORTS[shape.security],
        security=shape.security,
        username=shape.username,
        password=shape.password.secret(folder),
        folder=shape.folder,
        certificates=str(folder / shape.certificates) if shape.certificates else None,
    )


def _faults(shape: RepliesShape) -> Iterator[Fault]:
    if any(sign.isspace() for sign in shape.host):
        yield Fault((*_PATH, "host"), "`host` takes the name of a mail server", "write it alone")
    if shape.security == "none" and shape.host not in _THIS_MACHINE:
        message = '`security` = "none" would send the password in the clear'
        yield Fault((*_PATH, "security"), message, 'write "tls" or "starttls"')
    if shape.password.plain is not None:
        message = "the secret `password` stands in the plain in the plan"
        hint = HINT.replace("KEY", "password")
        yield Fault((*_PATH, "password"), message, hint, "key", "warning")
