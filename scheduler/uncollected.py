"""Work that makes many values and no circles of them, without Python looking for circles."""

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
