"""The pages' HTTP server: uvicorn in a thread of its own, on a socket that is bound beforehand."""

import errno
import logging
import socket
import threading
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from scheduler.errors import OutsideFailed
from scheduler.web.wire import BoundedRequests

STOP_SECONDS = 10.0
_OF_STRANGERS = ("Invalid HTTP request", "Unsupported upgrade", "No supported WebSocket")
"""What uvicorn logs of each request that is no HTTP, or asks for another protocol."""
_IN_USE = frozenset({errno.EADDRINUSE, errno.EACCES})
_TAKEN = "port {port} on {host} is in use or not allowed; choose another with --port"


class PortTaken(OutsideFailed):
    """The port is in use, or not allowed; the text says which and what to do."""


class Server:
    """A running server; `stop` ends it and waits for the answers under way."""

    def __init__(self, app: ASGIApp, bound: socket.socket) -> None:
        self.port: int = bound.getsockname()[1]
        self.url = address(bound)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="off",
            ws="none",
            http=BoundedRequests,
            timeout_graceful_shutdown=int(STOP_SECONDS),
        )
        logging.getLogger("uvicorn.access").disabled = True  # addresses hold private links
        logging.getLogger("uvicorn.error").addFilter(_is_of_ours)
        self._server = uvicorn.Server(config)
        self._bound = bound
        run = {"sockets": [bound]}
        self._thread = threading.Thread(
            target=self._server.run, kwargs=run, name="pages", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the server; may be called twice."""
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS + 1)
        self._bound.close()


def _is_of_ours(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn tells of this server: anybody could fill the log with the others,
    in which stands not even who it was."""
    return not str(record.msg).startswith(_OF_STRANGERS)


def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 8025, *, tries: int = 1) -> Server:
    """Start to serve; connections are taken from this moment on.

    port: 0 takes any free one. tries: so many ports, from `port` on, are tried in turn. Raises
    `PortTaken`.
    """
    return Server(app, bind(host, port, tries=tries))


def address(bound: socket.socket) -> str:
    """The address under which this machine reaches a server on that socket."""
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else shown}:{port}"


def bind(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A socket that listens, for `Server`; see `serve`. Who asks now is answered later."""
    tried = range(port, min(port + tries, 65_536))
    for number in tried:
        with suppress(PortTaken):
            made = reserve(host, number)
            listen(made)
            return made
    named = str(tried[0]) if len(tried) == 1 else f"{tried[0]} to {tried[-1]}"
    raise PortTaken(_TAKEN.format(port=named, host=host))


def reserve(host: str, port: int) -> socket.socket:
    """A socket for `listen`. Until then who asks is refused, so that a web server in front of
    several nodes asks another one. Raises `PortTaken` and, for a wrong host, `OutsideFailed`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise _told(error, host, port) from None
    except TypeError:  # a name that cannot be written as one of the DNS
        made.close()
        raise OutsideFailed(f"cannot listen on {host}: that is no name of a host") from None
    return made


def listen(bound: socket.socket) -> None:
    """Take connections from now on; raises `PortTaken` where another has come first."""
    host, port = bound.getsockname()[:2]
    try:
        bound.listen(2048)
    except OSError as error:
        bound.close()
        raise _told(error, host, port) from None


def _told(error: OSError, host: str, port: int) -> OutsideFailed:
    if error.errno in _IN_USE:
        return PortTaken(_TAKEN.format(port=port, host=host))
    return OutsideFailed(f"cannot listen on {host}: {error.strerror or error}")
