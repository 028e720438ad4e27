"""Writing a plan's tables as TOML, and writing the same plan in another order or in more files."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from random import Random
from typing import Any

BETWEEN = "\n\n"


def value(thing: Any) -> str:
    """Write one value; tables inside a table are written inline."""
    if isinstance(thing, datetime | date):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        inside = ", ".join(f"{json.dumps(key)} = {value(item)}" for key, item in thing.items())
        return f"{{ {inside} }}"
    if isinstance(thing, list):
        return f"[{', '.join(value(item) for item in thing)}]"
    return json.dumps(thing)


def block(header: str, table: Mapping[str, Any]) -> str:
    """Write one table under its header ("[plan]", "[[tracks.a.milestones]]")."""
    return "\n".join([header, *(f"{key} = {value(item)}" for key, item in table.items())])


def document(blocks: list[str]) -> str:
    """Join blocks into a document that `reordered` and `into_files` can take apart."""
    return BETWEEN.join(blocks) + "\n"


def keys_turned(text: str, random: Random) -> str:
    """Give a block with its keys in another order."""
    header, *lines = text.split("\n")
    return "\n".join([header, *random.sample(lines, len(lines))])


def reordered(text: str, random: Random) -> str:
    """Give the same plan with its tables, and the keys in them, in another order."""
    blocks = text.strip("\n").split(BETWEEN)
    mixed = random.sample(blocks, len(blocks))
    return document([keys_turned(one, random) for one in mixed])


def into_files(text: str, random: Random, count: int = 2) -> list[str]:
    """Give the same plan in several documents; a track stays whole."""
    files: list[list[str]] = [[] for _ in range(count)]
    homes: dict[str, int] = {}
    for one in text.strip("\n").split(BETWEEN):
        name = ".".join(one.split("\n")[0].strip("[]").split(".")[:2])
        files[homes.setdefault(name, random.randrange(count))].append(one)
    return [document(blocks) for blocks in files]
