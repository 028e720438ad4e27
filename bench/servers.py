"""The servers that the measurements talk to: PostgreSQL, nginx, a mail sink, and a slow line."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
_SETTINGS = "-c listen_addresses= -c shared_buffers=256MB"


def postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version; None where there is none."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: int(path.parts[-3]))
    program = str(found[-1]) if found else shutil.which("initdb")
    return Path(program).parent if program else None


@contextmanager
def postgresql_server(programs: Path) -> Iterator[str]:
    """A private server with its own, safe settings; yields the URL of an empty database.

    It refuses to run as root; then it runs as the user postgres that its package makes.
    """
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="bench-pg-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        if user:
            os.chown(home, pwd.getpwnam(user).pw_uid, -1)
        data = str(home / "data")
        options = f"-k {home} {_SETTINGS}"
        _run(home, user, programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust",
             "--encoding=UTF8", "--locale=C")  # fmt: skip
        _run(home, user, programs / "pg_ctl", "-D", data, "-o", options, "-l", "log", "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            _run(home, user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(home: Path, user: str | None, program: Path, *arguments: str) -> None:
    groups: list[str | int] | None = [] if user else None
    subprocess.run(
        [program, *arguments],
        cwd=home,
        user=user,
        group=user,
        extra_groups=groups,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def smtp_sink() -> str | None:
    """Where Postfix's smtp-sink is; None where it is not installed."""
    return shutil.which("smtp-sink", path=_PATH)


@contextmanager
def mail_sink(program: str) -> Iterator[int]:
    """A server that takes every mail and forgets it; yields its port on 127.0.0.1."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [program, *user, f"127.0.0.1:{port}", "100"]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def nginx() -> str | None:
    """Where nginx is; None where it is not installed."""
    return shutil.which("nginx", path=_PATH)


@contextmanager
def nginx_server(program: str, path: str, content: bytes) -> Iterator[str]:
    """nginx with one worker that serves some octets as a file under a path; yields its address.

    As a busy site would set it: `sendfile`, connections that stay open, no log.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-nginx-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        file = home / "served" / path.lstrip("/")
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        settings = home / "nginx.conf"
        settings.write_text(_nginx(home, port), encoding="utf-8")
        running = subprocess.Popen(
            [program, "-p", str(home), "-c", str(settings), "-e", str(home / "errors")]
        )
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait()


def _nginx(home: Path, port: int) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{kind}_temp_path {home}/{kind};" for kind in kinds)
    return f"""{user} daemon off; worker_processes 1; pid {home}/pid; error_log {home}/errors;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  types {{ text/calendar ics; }} {paths}
  server {{ listen 127.0.0.1:{port}; root {home}/served; }}
}}
"""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def slow_line(port: int, one_way: float) -> Iterator[int]:
    """A line to a local port on which each direction takes `one_way` seconds; yields its port.

    It delays, it does not throttle: what is sent together arrives together.
    """
    loop = asyncio.new_event_loop()
    line = _Line(port, one_way)
    server = loop.run_until_complete(asyncio.start_server(line.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class _Line:
    """Carries connections over to a port, each piece late."""

    def __init__(self, port: int, one_way: float) -> None:
        self._port = port
        self._one_way = one_way

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(
            self._carry(reader, far_writer), self._carry(far_reader, writer), return_exceptions=True
        )

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while piece := await source.read(65_536):
            loop.call_later(self._one_way, target.write, piece)
        loop.call_later(self._one_way, target.close)
