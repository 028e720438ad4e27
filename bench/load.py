"""Requests a second by wrk, over connections that stay open."""

import re
import shutil
import subprocess
from collections.abc import Sequence

CONNECTIONS = 8
_REQUESTS = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAULTS = re.compile(r"Non-2xx or 3xx|Socket errors")


def wrk() -> str | None:
    """Where wrk is; None where it is not installed."""
    return shutil.which("wrk")


def requests(program: str, address: str, headers: Sequence[str], length: int) -> float:
    """Requests a second over so many seconds. Raises RuntimeError where one of them failed."""
    asked = [part for header in headers for part in ("-H", header)]
    counts = ["-t1", f"-c{CONNECTIONS}", f"-d{length}s", "--timeout", "30s"]
    command = [program, *counts, *asked, address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = _REQUESTS.search(done.stdout)
    if found is None or _FAULTS.search(done.stdout):
        raise RuntimeError(f"{' '.join(command)}: {done.stdout.strip()}")
    return float(found[1])
