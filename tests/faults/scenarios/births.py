"""Where the nodes of scenarios are born: processes that have lived before."""

import json
import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from tests.faults.lives import wards
from tests.faults.scenarios.lives import NodeLife
from tests.faults.scenarios.scenario import START, Wards, leading_to
from tests.faults.scenarios.servers import PATIENCE, Far, hook, mail, serving
from tests.faults.simulation.plans import Entry, written

_LIVES = "tests.faults.scenarios.lives"
_DAYS = {"a": 8, "b": 9}
"""Milestones of the first lives, and in how many days they are due; one more has no date yet."""


@contextmanager
def births(number: int, url: str) -> Iterator[list[Wards]]:
    """Wards for so many scenarios at once, which lived first on a database that is nobody else's.

    They are born of one process, so that what is loaded and compiled is there once.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scenario-")))
        fars = [(Far(random.Random(turn), bad=0.3), talk) for turn, talk in enumerate((mail, hook))]
        mails, hooks = (stack.enter_context(serving(far, talk)) for far, talk in fars)
        due = {name: START.date() + timedelta(days=days) for name, days in _DAYS.items()}
        steps = {name: Entry(name, due.get(name), watched=True) for name in (*due, "undated")}
        path = folder / "plan.toml"
        path.write_text(leading_to(written(steps), (mails, hooks), PATIENCE), encoding="utf-8")
        first = json.dumps(asdict(NodeLife(str(path), url, START.isoformat())))
        found = stack.enter_context(wards(_LIVES, 2 * number, first))
        yield list(zip(found[::2], found[1::2], strict=True))
