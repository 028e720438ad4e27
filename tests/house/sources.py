"""The files of this folder as the house tests see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("calendars", "config", "notifiers", "scheduler")
BESIDE = ("bench", "build", "deploy", "dist", "docs", "htmlcov", "tests")
"""Folders that are no packages of the product; each may be missing."""
FETCHED = frozenset({"__pycache__", "node_modules"})
TEXTS = {".py", ".md", ".toml", ".txt", ".html", ".css", ".svg", ".service", ".lock", ".ini", ""}


@dataclass(frozen=True)
class Source:
    """One Python file of the four packages: its place in the tree, with `/`, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """Its dotted name; that of the package for an `__init__.py`."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """The top-level package it is in."""
        return self.path.split("/", 1)[0]

    @property
    def is_pure(self) -> bool:
        """Whether its docstring says that it does no I/O and asks no clock."""
        return (ast.get_docstring(self.tree) or "").startswith("PURE")

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of all it imports; `from a import b` gives `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def sources(root: Path = ROOT) -> list[Source]:
    """Every Python file of the four packages."""
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]


def texts(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Place and text of every text file of the project, without caches and environments."""
    for path in sorted(root.iterdir()):
        hidden = path.name.startswith(".") and path.name not in (".ci", ".gitignore")
        if not hidden and path.name not in ("build", "dist", "htmlcov"):
            for file in [path] if path.is_file() else sorted(path.rglob("*")):
                if file.suffix in TEXTS and file.is_file() and FETCHED.isdisjoint(file.parts):
                    yield (
                        file.relative_to(root).as_posix(),
                        file.read_text(encoding="utf-8", errors="replace"),
                    )
