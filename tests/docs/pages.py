"""The pages of the documentation as their tests see them: marked blocks, code, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.sources import ROOT

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"<!-- begin: (?P<name>[^>]+) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)
_FENCE = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\((?P<to>[^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Page:
    """One page: its place from the project's folder, and its text."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Its place with `/`, for messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def blocks(self) -> dict[str, str]:
        """The generated parts by their names."""
        return {found["name"]: found["body"] for found in _BLOCK.finditer(self.text)}

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [found["to"] for found in _LINK.finditer(_FENCE.sub("", self.text))]

    @property
    def anchors(self) -> set[str]:
        """The names that a link can give after `#`, as GitHub makes them of headings."""
        headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", self.text), re.MULTILINE)
        return {anchor(heading) for heading in headings}

    def fences(self, kind: str) -> list[str]:
        """The fenced pieces of code of one kind."""
        return [found["body"] for found in _FENCE.finditer(self.text) if found["kind"] == kind]

    def command_lines(self) -> Iterator[str]:
        """Every call of `milestones` that the page names, in fenced code and within sentences."""
        for line in "\n".join([*self.fences("sh"), *self.fences("console")]).splitlines():
            found = re.search(
                r"(?:^|[ /])milestones(?:-as-service)? (?=[a-z-])(.+)", line.split("#")[0]
            )
            if found and re.match(
                r"(\$ )?(\./|/\S+/|runuser .*|env .*)?milestones(-as-service)? ", line
            ):
                yield found[1]
        for code in _CODE.findall(_FENCE.sub("", self.text)):
            if found := re.match(r"(?:\./)?milestones(?:-as-service)? (.+)", code):
                yield found[1]


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.strip().replace(" ", "-")


def pages() -> list[Page]:
    """All pages, the README and the changelog among them."""
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
    return [Page(path, path.read_text(encoding="utf-8")) for path in found]


def page(name: str) -> Page:
    """The page of that name, counted from `docs/`."""
    return Page(DOCS / name, (DOCS / name).read_text(encoding="utf-8"))


def rendered(text: str, blocks: dict[str, str]) -> str:
    """A page's text with the generated parts of these names put in; the others stay."""

    def put(found: re.Match[str]) -> str:
        body = blocks.get(found["name"], found["body"])
        return f"<!-- begin: {found['name']} -->\n{body}<!-- end -->"

    return _BLOCK.sub(put, text)
