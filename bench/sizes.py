"""`python -m bench sizes`: one table of what the product costs at its largest, with aims.

Each line is measured in one run beside its peer, in turn. On SQLite and on PostgreSQL.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import sized_delivery, sized_planning
from bench.measure import folder, note, title
from bench.nodes import waited
from bench.places import Place, place
from bench.servers import mail_sink, slow_line, smtp_sink
from bench.sized_delivery import Amount, Ports
from bench.sized_planning import Size
from bench.table import Row, show

KINDS = ("sqlite", "postgresql")
ONE_WAY = 0.010
"""Seconds that each direction of the slow line takes: a round trip of 20 ms."""
WAITS = {False: 125, True: 35}
"""Seconds in which a waiting service is looked at; four heartbeats, or one."""
FULL = Size(100_000, 5_000, 3), Amount(10_000, 60, 900, 4_000, 3_000)
QUICK = Size(1_000, 200, 1), Amount(400, 20, 120, 200, 250)
_IDLE = """[plan]
id = "waiting"
name = "A plan that waits"
timezone = "Africa/Nairobi"
coordinators = ["p0"]
[people.p0]
name = "Person 0"
email = "p0@example.org"
[tracks.t0]
title = "Track 0"
[[tracks.t0.milestones]]
id = "m0"
title = "Report 0 to the Executive Board"
due = "{due}"
owner = "p0"
"""


def run(*, quick: bool, kinds: Sequence[str] = KINDS) -> None:
    """Print the table."""
    title("Sizes")
    found: list[Row] = []
    for kind in kinds:
        with folder() as files, place(kind, files) as where:
            if where is not None:
                found.extend(_rows(where, files, quick=quick))
                show(found)


def _rows(where: Place, files: Path, *, quick: bool) -> Iterator[Row]:
    size, amount = QUICK if quick else FULL
    yield from sized_planning.rows(where, files, size)
    yield _idle(where, files, WAITS[quick])
    program = smtp_sink()
    if program is None:
        note("smtp-sink is not here (apt-get install postfix): delivery is left out")
        return
    with ExitStack() as stack:
        near = stack.enter_context(mail_sink(program))
        far = stack.enter_context(slow_line(near, ONE_WAY))
        yield from sized_delivery.rows(where, files, Ports(near, far), amount)


def _idle(where: Place, files: Path, span: int) -> Row:
    """What a service does between due times, beside its heartbeat each half minute."""
    file = files / "waiting.toml"
    file.write_text(_IDLE.format(due=sized_delivery.day_far_ahead()), encoding="utf-8")
    found = waited(file, where.new(), span)
    other = found["other rounds"] + found["other statements"]
    note(
        f"{where.name}, waiting {span} s: {found['beats']} heartbeats, {found['statements']} "
        f"statements in them, {found['switches'] / span:.1f} times a second a thread went to "
        f"sleep, {found['busy'] / span * 100:.2g} % of a core"
    )
    return Row("rounds and queries beside the heartbeat", where.name, f"{other}", "",
               float(other), 1, below=True, unit="")  # fmt: skip
