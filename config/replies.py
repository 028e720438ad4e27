"""PURE. The table of the mailbox in which answers and bounces arrive, as a value of the plan."""

from collections.abc import Iterator
from pathlib import Path

from config.documents import Fault
from config.parse import Tables
from config.plan import Replies
from config.positions import Path as KeyPath
from config.secrets import HINT
from config.shapes import RepliesShape
from notifiers.headers import AddressError, addr_spec, needs_utf8

LONGEST_NAME = 30
"""Characters of the address before the `@`: a plus sign and 33 more are put behind them, and a
local part holds 64 octets (RFC 5321, section 4.5.3.1.1)."""
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
        address=_in_ascii(shape.address),
        authserv_id=shape.authserv_id,
    )


def _faults(shape: RepliesShape) -> Iterator[Fault]:
    if any(sign.isspace() for sign in shape.host):
        yield Fault((*_PATH, "host"), "`host` takes the name of a mail server", "write it alone")
    if shape.security == "none" and shape.host not in _THIS_MACHINE:
        message = '`security` = "none" would send the password in the clear'
        yield Fault((*_PATH, "security"), message, 'write "tls" or "starttls"')
    yield from _faults_of_address(shape.address)
    if shape.password.plain is not None:
        message = "the secret `password` stands in the plain in the plan"
        hint = HINT.replace("KEY", "password")
        yield Fault((*_PATH, "password"), message, hint, "key", "warning")


def _faults_of_address(address: str | None) -> Iterator[Fault]:
    if address is None:
        return
    name = address.rpartition("@")[0]
    if len(name) > LONGEST_NAME:
        message = f"`address` has {len(name)} characters before the `@`, more than {LONGEST_NAME}"
        yield Fault((*_PATH, "address"), message, "34 more are put behind them: take a shorter one")
    if _in_ascii(address) is None:
        message = f'`address` cannot be "{address}"'
        yield Fault(
            (*_PATH, "address"), message, "write name@domain in plain ASCII, without quotes"
        )


def _in_ascii(address: str | None) -> str | None:
    """The address with its domain in ASCII, as mails name it; None where it cannot be written."""
    try:
        written = addr_spec(address) if address else ""
    except AddressError:
        return None
    return None if not written or needs_utf8(written) else written
