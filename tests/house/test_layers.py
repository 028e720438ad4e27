"""Arrows run down, pure files are pure, one clock: in the tree, and each rule on a bad sample."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.house.layers import (
    MUST_BE_PURE,
    arrows_that_run_up,
    busy_inits,
    circles,
    clocks,
    impurities,
    tickers,
)
from tests.house.sources import BESIDE, PACKAGES, ROOT, Source, sources

Rule = Callable[[Iterable[Source]], Iterator[str]]
RULES: list[Rule] = [arrows_that_run_up, busy_inits, circles, clocks, impurities, tickers]
PURE = '"""PURE. A sample."""\n'


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(sources())) == []


BAD: list[tuple[Rule, dict[str, str], str]] = [
    (arrows_that_run_up, {"calendars/a.py": "import notifiers.b"}, "may not import notifiers.b"),
    (arrows_that_run_up, {"notifiers/a.py": "from config import b"}, "may not import config.b"),
    (arrows_that_run_up, {"config/a.py": "def f():\n  import scheduler"}, "config/a.py:2"),
    (arrows_that_run_up, {"config/a.py": "from . import b"}, "may not import ..b"),
    (busy_inits, {"config/__init__.py": '"""A word."""\nX = 1'}, "holds no code"),
    (busy_inits, {"config/sub/__init__.py": "from config.a import b"}, "holds no code"),
    (circles, {"config/a.py": "import config.b", "config/b.py": "from config import a"}, "circle"),
    (
        circles,
        {"config/a.py": "from config.b import X", "config/b.py": "import config.a"},
        "circle",
    ),
    (clocks, {"config/a.py": "import datetime\ndatetime.datetime.now()"}, "a.py:2: asks the time"),
    (clocks, {"scheduler/a.py": "datetime.now(tz=UTC)"}, "asks the time"),
    (clocks, {"scheduler/a.py": "f = date.today"}, "asks the time"),
    (clocks, {"scheduler/a.py": "from time import time"}, "asks the time"),
    (impurities, {"calendars/a.py": PURE + "import os.path"}, "a.py:2: a pure file"),
    (impurities, {"calendars/a.py": PURE + "path.read_text()"}, "may not call read_text"),
    (impurities, {"calendars/a.py": PURE + "from urllib import request"}, "urllib.request"),
    (impurities, {"calendars/a.py": PURE + "open('x')"}, "may not call open"),
    (impurities, {"calendars/a.py": '"""A sample."""'}, "must be pure"),
    (impurities, {"scheduler/planning/a.py": "X = 1"}, "must be pure"),
    (impurities, {"config/a.py": PURE + "import config.b", "config/b.py": "X = 1"}, "which is not"),
    (tickers, {"scheduler/web/a.py": "from apscheduler.triggers import date"}, "only scheduler/"),
]


@pytest.mark.parametrize(("rule", "files", "complaint"), BAD)
def test_the_rule_sees_a_bad_sample(rule: Rule, files: dict[str, str], complaint: str) -> None:
    (found,) = rule([Source(path, text) for path, text in files.items()])
    assert complaint in found


GOOD: dict[str, str] = {
    "calendars/__init__.py": "",
    "calendars/dates.py": PURE + "from datetime import date\nfrom urllib.parse import quote",
    "config/plan.py": PURE + "from calendars import dates\nfrom pathlib import Path\nPath().name",
    "config/load.py": "import os\nfrom config.plan import Plan\nfrom time import monotonic",
    "notifiers/email.py": "import smtplib, time\ntime.monotonic()",
    "scheduler/clock.py": "from datetime import datetime\ndatetime.now()",
    "scheduler/service.py": "import config.load, notifiers.email, scheduler.clock",
    "scheduler/ticker.py": "import apscheduler, scheduler.clock",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_lets_good_files_pass(rule: Rule) -> None:
    assert list(rule([Source(path, text) for path, text in GOOD.items()])) == []


def test_there_are_four_packages_and_no_others() -> None:
    folders = {path.parts[0] for path in (p.relative_to(ROOT) for p in ROOT.glob("*/**/*.py"))}
    packages = {name for name in folders if not name.startswith(".")} - set(BESIDE)
    assert packages == set(PACKAGES)
    assert [path.name for path in ROOT.glob("*.py")] == []


def test_every_place_that_must_be_pure_is_there() -> None:
    paths = [file.path for file in sources()]
    assert [place for place in MUST_BE_PURE if not any(p.startswith(place) for p in paths)] == []
