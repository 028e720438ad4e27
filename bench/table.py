"""The table of sizes: a row for each cost on each database, with its peer, ratio and aim."""

from collections.abc import Sequence
from dataclasses import dataclass

_HEAD = ("what", "on", "found", "against", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `aim`: at least so much, or with `below` less than so much; None for none."""

    what: str
    where: str
    found: str
    against: str
    ratio: float
    aim: float | None
    below: bool = False
    unit: str = "x"

    @property
    def verdict(self) -> str:
        """Whether the aim is met."""
        if self.aim is None:
            return ""
        met = self.ratio < self.aim if self.below else self.ratio >= self.aim
        return "met" if met else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        aim = "" if self.aim is None else f"{'<' if self.below else '>='} {self.aim:g} {self.unit}"
        ratio = f"{self.ratio:.3g} {self.unit}"
        return (self.what, self.where, self.found, self.against, ratio, aim, self.verdict)


def show(rows: Sequence[Row]) -> None:
    """Print a table in Markdown."""
    cells = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [_line(line, widths) for line in cells]
    lines.insert(1, _line(["-" * width for width in widths], widths))
    print("\n" + "\n".join(lines), flush=True)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
