"""Many values and no circles of them, without Python looking for circles again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's collector waits meanwhile; what nothing refers to is freed at once all the same.

    It would look through a large plan again and again. For work that ends; of two at once the
    one that ends first may let it go on.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def set_aside() -> None:
    """Python's collector looks no more at what is there now, for as long as the process lives.

    It holds up all threads while it looks, for half a second with a hundred thousand milestones,
    and begins when much is made: just when a thousand messages are due. What nothing refers to any
    more is freed all the same.
    """
    gc.collect()
    gc.freeze()
