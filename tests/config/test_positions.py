"""Where keys and values stand: in every form that TOML has for them."""

import pytest

from config.positions import Path, Place, Positions

TEXT = '''\
top = 1
[people."am.ina"]
"naïve" = "x"  # ä comment
"é" = { z = [1, { q = 2 }], w = """a
b""" }
dotted.key.path = true
[[tracks.a.milestones]]
id = "first"
[tracks.a.milestones.resources]
required = 1
[[tracks.a.milestones]]
id = "second"
list = [
  # a comment
  "one",
  { after = "two" },
]
"日本" = { "ключ" = "大", b = 'c' }
'''
MILESTONES: Path = ("tracks", "a", "milestones")


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), (1, 1), (1, 7)),
        (("people", "am.ina"), (2, 9), (2, 9)),
        (("people", "am.ina", "é"), (4, 1), (4, 7)),
        (("people", "am.ina", "é", "z"), (4, 9), (4, 13)),
        (("people", "am.ina", "é", "z", 0), (4, 14), (4, 14)),
        (("people", "am.ina", "é", "z", 1, "q"), (4, 19), (4, 23)),
        (("people", "am.ina", "é", "w"), (4, 29), (4, 33)),
        (("people", "am.ina", "dotted"), (6, 1), (6, 1)),
        (("people", "am.ina", "dotted", "key", "path"), (6, 12), (6, 19)),
        (MILESTONES, (7, 12), (7, 12)),
        ((*MILESTONES, 0), (7, 12), (7, 12)),
        ((*MILESTONES, 0, "id"), (8, 1), (8, 6)),
        ((*MILESTONES, 0, "resources", "required"), (10, 1), (10, 12)),
        ((*MILESTONES, 1, "id"), (12, 1), (12, 6)),
        ((*MILESTONES, 1, "list", 0), (15, 3), (15, 3)),
        ((*MILESTONES, 1, "list", 1, "after"), (16, 5), (16, 13)),
        ((*MILESTONES, 1, "日本", "ключ"), (18, 10), (18, 19)),
        ((*MILESTONES, 1, "日本", "b"), (18, 24), (18, 28)),
    ],
)
def test_keys_and_values(path: Path, key: tuple[int, int], value: tuple[int, int]) -> None:
    positions = Positions(TEXT)
    if isinstance(path[-1], str):
        assert positions.key(path) == Place(*key)
    assert positions.value(path) == Place(*value)


def test_what_is_not_there_has_no_place() -> None:
    positions = Positions(TEXT)
    assert positions.key(("people", "jonas")) is None
    assert positions.value((*MILESTONES, 2)) is None


def test_what_is_defined_twice() -> None:
    text = "[a]\nb = 1\nb = 2\n[c]\n[a]\nd.e = 1\nd.f = 2\nd.e = 3\n"
    twice = Positions(text).twice
    positions = Positions(text)
    places = [(it.path, positions.place(it.second.start).line) for it in twice]
    assert places == [(("a", "b"), 3), (("a",), 5), (("a", "d", "e"), 8)]


def test_a_broken_text_keeps_its_other_places() -> None:
    positions = Positions("[a]\nb = \nc = [1,\n[d]\ne = 1\n")
    assert positions.key(("a", "b")) in (Place(2, 1), None)
    assert positions.key(("a",)) == Place(1, 2)
