"""A signal comes between any two steps of the main thread, also while it holds a lock or sleeps."""

import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 60
_HOLDING = """
import os, signal, threading
from scheduler.commands.run import at_signal

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever the tests were started by
lock, told, times = threading.Lock(), threading.Event(), []

def tell():
    with lock:
        times.append(1)
        told.set()

at_signal(tell)
for number in (signal.{first}, signal.{second}):
    told.clear()
    with lock:
        os.kill(os.getpid(), number)
    assert told.wait({seconds})
print("told", len(times))
"""


@pytest.mark.parametrize(
    ("first", "second"), [("SIGTERM", "SIGINT"), ("SIGINT", "SIGINT"), ("SIGHUP", "SIGTERM")]
)
def test_a_signal_is_taken_while_the_main_thread_holds_the_lock_it_needs(
    first: str, second: str
) -> None:
    program = _HOLDING.format(first=first, second=second, seconds=SECONDS)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=3 * SECONDS,
        check=False,
    )
    assert done.stdout == "told 2\n", done.stderr


_ASLEEP = """
import signal, threading, time
from scheduler.commands.run import at_signal

told = threading.Event()
at_signal(told.set)
other = threading.Thread(target=time.sleep, args=({seconds} * 4,), daemon=True)
other.start()

def send():
    time.sleep(0.5)
    signal.pthread_kill(other.ident, signal.SIGTERM)

threading.Thread(target=send).start()
told.wait()
print("told")
"""


def test_a_signal_is_taken_that_does_not_wake_the_main_thread() -> None:
    """As one that comes just when it falls asleep; it sleeps without an end."""
    done = subprocess.run(
        [sys.executable, "-c", _ASLEEP.format(seconds=SECONDS)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout == "told\n", done.stderr


_WITHOUT_A_TERMINAL = """
import os, signal, threading
from scheduler.commands.run import at_signal

signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
told = threading.Event()
at_signal(told.set)
os.kill(os.getpid(), signal.SIGHUP)
print("told" if told.wait(1) else "goes on")
"""


def test_under_nohup_the_end_of_the_terminal_is_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_A_TERMINAL],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout == "goes on\n", done.stderr
