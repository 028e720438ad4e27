"""Two nodes on one PostgreSQL behind nginx, as `deploy/nginx` has it, on this one machine."""

import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests import asking
from tests.mailbox import SmtpServer
from tests.needs import missing
from tests.scheduler.operation.process import Node, node, wait_for

ROOT = Path(__file__).parents[2]
TOKEN = "8d1f5c02b7e94a36"
PEOPLE = 30
HEAD = """
[plan]
timezone = "UTC"
url = "https://tracker.example.org"
[channels.email]
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
[service]
metrics-token = {{ env = "METRICS_TOKEN" }}
[tracks.t]
title = "A track of many"
owner = [{owners}]
"""
MILESTONE = """
[[tracks.t.milestones]]
id = "{id}"
title = "{title}"
due = "{due}"
"""


def plan(port: int) -> str:
    owners = ", ".join(f'"p{number}"' for number in range(PEOPLE))
    people = "".join(
        f'[people.p{number}]\nemail = "p{number}@example.org"\n' for number in range(PEOPLE)
    )
    return HEAD.format(port=port, owners=owners) + milestone("first", "First") + people


def milestone(name: str, title: str) -> str:
    due = (datetime.now(UTC) + timedelta(days=5)).date()
    return MILESTONE.format(id=name, title=title, due=due)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def nginx(
    folder: Path, nodes: list[str], certificate: tuple[Path, Path]
) -> Iterator[tuple[str, str]]:
    """The shipped configuration, with the ports, nodes and certificate of this test; its addresses
    by https and by http."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        missing("nginx", "nginx")
    port, plain = free_port(), free_port()
    text = (ROOT / "deploy/nginx/milestones.conf").read_text(encoding="utf-8")
    for old, new in zip(("127.0.0.1:8025", "127.0.0.1:8026"), nodes, strict=True):
        assert old in text
        text = text.replace(old, new.removeprefix("http://"))
    text = re.sub(r"listen \[::\]:\d+.*\n", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = re.sub(r"/etc/letsencrypt\S+fullchain.pem", str(certificate[0]), text)
    text = re.sub(r"/etc/letsencrypt\S+privkey.pem", str(certificate[1]), text)
    text = text.replace("/var/log/nginx/milestones.log", str(folder / "access.log"))
    text = text.replace("/var/log/nginx/milestones-errors.log", str(folder / "errors.log"))
    places = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    whole = (
        f"{user}daemon off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\n"
        f"events {{ worker_connections 256; }}\n"
        # As Debian's nginx.conf has it: for whoever says nothing else.
        f"http {{\naccess_log {folder / 'others.log'};\n{places}{text}\n}}\n"
    )
    written = folder / "nginx.conf"
    written.write_text(whole, encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(written)])
    try:
        wait_for(lambda: _listens(port) or process.poll() is not None, "nginx")
        assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield f"https://127.0.0.1:{port}", f"http://127.0.0.1:{plain}"
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def mails(server: SmtpServer, title: str) -> Counter[str]:
    """How many mails of a milestone each person got."""
    found = [one for one in server.taken if title in str(one.parsed["Subject"])]
    return Counter(one.recipients[0] for one in found)


EACH_ONCE = Counter({f"p{number}@example.org": 1 for number in range(PEOPLE)})


@pytest.mark.slow
def test_two_nodes_behind_nginx(
    tmp_path: Path,
    postgres_url: str,
    smtp_server: SmtpServer,
    certificate: tuple[Path, Path],
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(plan(smtp_server.port), encoding="utf-8")
    words = [str(path), "--port=0", "--database", postgres_url]
    with (
        node(*words, METRICS_TOKEN=TOKEN) as one,
        node(*words, METRICS_TOKEN=TOKEN) as two,
        nginx(tmp_path, [one.url, two.url], certificate) as (address, plain),
        asking.client(
            base_url=address, verify=False, headers={"Host": "tracker.example.org"}
        ) as client,
    ):
        for found in (one, two):
            wait_for(lambda found=found: _ready(found), "a node to be ready")  # type: ignore[misc]
        wait_for(lambda: mails(smtp_server, "First") == EACH_ONCE, "a mail to each")
        _pages(client)
        link = _answer_with_a_file(client, smtp_server)
        assert asking.get(f"{plain}{link}").status_code == 301
        _metrics(client, one, two)
        one.process.kill()
        one.process.wait()
        _without_one(client, path, smtp_server)
        assert {client.get(link).status_code for _ in range(4)} == {200}
        two.tell()
        assert two.ended() == 0
    assert mails(smtp_server, "First") == EACH_ONCE
    assert mails(smtp_server, "Second") == EACH_ONCE
    logged = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert "GET 200" in logged
    for log in tmp_path.glob("*.log"):
        text = log.read_text(encoding="utf-8")
        assert "/subscribe" not in text, log.name
        assert link not in text, log.name


def _answer_with_a_file(client: httpx.Client, server: SmtpServer) -> str:
    """The form behind the first mail's link takes a file; the path of that link."""
    body = server.taken[0].parsed.get_body(("plain",))
    assert body is not None
    found = re.search(r"https://tracker\.example\.org(/answer/[^\s?]+)", body.get_content())
    assert found is not None
    link = found[1]
    page = re.search(r'name="page" value="([^"]+)"', client.get(link).text)
    assert page is not None
    fields = {"page": page[1], "say": "note", "note": "See the file."}
    pdf = b"%PDF-1.7\n" + bytes(4_900_000) + b"\n%%EOF\n"
    posted = client.post(link, data=fields, files={"file": ("minutes.pdf", pdf)})
    assert posted.status_code == 200, posted.text
    assert "minutes.pdf" in client.get(link).text or "recorded" in posted.text
    return link


def _ready(found: Node) -> bool:
    return asking.get(f"{found.url}/ready").status_code == 200


def _pages(client: httpx.Client) -> None:
    """Pages, feeds and the conditional requests of calendar programs, through the proxy."""
    page = client.get("/subscribe")
    assert page.status_code == 200
    assert "https://tracker.example.org/" in page.text
    assert page.headers["strict-transport-security"]
    assert page.headers["content-security-policy"]
    assert client.get("/health").text == "well\n"
    overview = client.get("/")
    assert "A track of many" in overview.text
    feeds = re.findall(r"https://tracker.example.org(/\S+?\.ics)", page.text)
    feed = client.get(feeds[0])
    assert feed.text.startswith("BEGIN:VCALENDAR")
    # Either node knows the other's answer.
    for _ in range(4):
        known = client.get(feeds[0], headers={"If-None-Match": feed.headers["etag"]})
        assert known.status_code == 304


def _metrics(client: httpx.Client, *nodes: Node) -> None:
    """Refused to the world, open to the token and to this machine; the sums are right."""
    assert client.get("/metrics").status_code == 401
    shown = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert 'milestones_nodes{role="all"} 2.0' in shown.text
    assert shown.headers["content-type"].startswith("text/plain; version=0.0.4")
    name = 'milestones_messages_total{channel="email",outcome="sent"} '
    texts = [asking.get(f"{found.url}/metrics").text for found in nodes]
    assert sum(float(text.partition(name)[2].split()[0]) for text in texts) == PEOPLE


def _without_one(client: httpx.Client, path: Path, server: SmtpServer) -> None:
    """A node is dead: no request fails, and the other takes up and sends what is new."""
    assert {client.get("/milestones").status_code for _ in range(20)} == {200}
    text = path.read_text(encoding="utf-8") + milestone("second", "Second")
    path.write_text(text, encoding="utf-8")
    wait_for(lambda: mails(server, "Second") == EACH_ONCE, "the mails of the node that is left")
    wait_for(
        lambda: "Second" in client.get("/milestones").text, "the page of the node that is left"
    )
