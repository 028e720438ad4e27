"""PURE. The table of how the service is watched over, as a value of the plan."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from config.documents import Fault
from config.parse import Tables
from config.plan import Operation
from config.positions import Path as KeyPath
from config.secrets import HINT
from config.service_shapes import ServiceShape

SOONEST, LATEST = timedelta(minutes=1), timedelta(days=1)
"""How often the address may be asked."""
SHORTEST_TOKEN = 16
_PATH: KeyPath = ("service",)


def read_service(tables: Tables, folder: Path) -> Operation:
    """How the service of a plan is watched over; files are looked for from `folder` on.

    What is wrong with it is added to the `faults` of `tables`.
    """
    shape = tables.service
    if shape is None:
        return Operation()
    tables.faults.extend(_faults(shape))
    return Operation(
        ping=shape.ping.secret(folder) if shape.ping else None,
        ping_every=shape.ping_every or Operation().ping_every,
        allow_private=shape.allow_private,
        metrics_token=shape.metrics_token.secret(folder) if shape.metrics_token else None,
    )


def _faults(shape: ServiceShape) -> Iterator[Fault]:
    if shape.ping and shape.ping.plain is not None:
        schemes = ("https://", "http://") if shape.allow_private else ("https://",)
        if not shape.ping.plain.lower().startswith(schemes):
            hint = 'write it in full, with "https://" before it'
            yield Fault((*_PATH, "ping"), "`ping` is no address of the web with TLS", hint)
    if shape.ping_every and not SOONEST <= shape.ping_every.as_timedelta() <= LATEST:
        message = f'"{shape.ping_every}" is no good interval'
        yield Fault((*_PATH, "ping-every"), message, 'write "1 minute" to "1 day"')
    token = shape.metrics_token.plain if shape.metrics_token else None
    if token is not None and len(token) < SHORTEST_TOKEN:
        message = f"`metrics-token` has fewer than {SHORTEST_TOKEN} characters"
        yield Fault((*_PATH, "metrics-token"), message, "make one with: openssl rand -hex 32")
    for key, written in (("ping", shape.ping), ("metrics-token", shape.metrics_token)):
        if written and written.plain is not None:
            message = f"the secret `{key}` stands in the plain in the plan"
            hint = HINT.replace("KEY", key)
            yield Fault((*_PATH, key), message, hint, "key", "warning")
