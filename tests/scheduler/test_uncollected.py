"""What Python's collector and its threads do while much is made, and afterwards."""

import gc
import sys

import pytest

from scheduler.turns import SHORT, short_turns
from scheduler.uncollected import set_aside, uncollected


def test_the_collector_waits_and_goes_on() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_set_aside_is_looked_at_no_more() -> None:
    try:
        set_aside()
        assert gc.get_freeze_count() > 0
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()


def test_turns_are_short_meanwhile_only() -> None:
    before = sys.getswitchinterval()
    with short_turns():
        assert sys.getswitchinterval() == pytest.approx(SHORT)
    assert sys.getswitchinterval() == before
