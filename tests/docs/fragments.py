"""Pieces of a plan, as the documentation shows them, made whole so that they can be checked.

A piece may leave out the people, channels and tracks that it speaks of: each table below that it
does not have itself is put beside it.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from config.load import load_texts
from config.problems import ConfigError

BESIDE = """
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"

[people.jonas]
name = "Jonas Berg"
email = "jonas@example.org"

[teams.smart-cities]
name = "Smart cities"
members = ["amina", "jonas"]
lead = "jonas"
channels = ["smart-chat"]

[teams.housing]
name = "Housing"
members = ["amina"]

[channels.smart-chat]
type = "slack"
url = { env = "SMART_CHAT_URL" }

[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"

[reminders.default]
on-the-day = true

[reminders.meeting]
before = ["2 hours"]

[tracks.executive-board]
title = "Executive Board"
owner = "amina"
milestones = [{ id = "session", title = "Session", due = 2024-05-06 }]

[tracks.board]
title = "Board"
owner = "amina"

[[tracks.board.milestones]]
id = "meeting"
title = "Board meeting"
starts = 2027-01-19T17:30:00
repeats = "FREQ=MONTHLY;BYDAY=3TU"

[tracks.first]
title = "First"
owner = "amina"

[tracks.smart-cities]
title = "Smart cities"
owner = "smart-cities"
"""
_DRAFT = '[[tracks.smart-cities.milestones]]\nid = "zero-draft"\ntitle = "Draft"\ndue = "2024-04"\n'


def mistakes(piece: str) -> list[str]:
    """What is wrong with a piece of a plan, in the words of `milestones check`."""
    files = {"docs.toml": piece, **dict(_beside(piece))}
    if "[[tracks.smart-cities.milestones]]" in piece and '"zero-draft"\ntitle' not in piece:
        files["docs.toml"] = f"{piece}\n{_DRAFT}"
    try:
        load_texts(files, Path())
    except ConfigError as error:
        return [str(problem) for problem in error.errors]
    return []


def _beside(piece: str) -> Iterator[tuple[str, str]]:
    """The tables that the piece does not have, each as a file of its own."""
    own = _tables(tomllib.loads(piece))
    for table in re.split(r"\n\n(?=\[)", BESIDE.strip()):
        (name,) = _tables(tomllib.loads(table))
        if name not in own:
            yield f"{name[0]}-{name[1]}-{len(table)}.toml", table


def _tables(data: dict[str, object]) -> set[tuple[str, str, bool]]:
    """The tables by kind and id; of a track its own keys and its milestones are told apart."""
    return {
        (kind, name, isinstance(table, dict) and list(table) == ["milestones"])
        for kind, tables in data.items()
        if isinstance(tables, dict)
        for name, table in tables.items()
    }
