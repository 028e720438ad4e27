"""Circles in graphs: found whole, each once, without recursion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.circles import circles


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, [("a",)]),
        ({"a": ["b"], "b": ["a"]}, [("a", "b")]),
        ({"x": ["b"], "b": ["c"], "c": ["b"]}, [("b", "c")]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, [("a", "b"), ("a", "c")]),
        ({"a": ["gone"], "b": ["b"]}, [("b",)]),
    ],
)
def test_circles(graph: dict[str, list[str]], expected: list[tuple[str, ...]]) -> None:
    assert circles(graph) == expected


def test_a_long_chain_and_a_long_circle() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)}
    assert circles(chain) == []
    assert [len(circle) for circle in circles({**chain, "20000": ["0"]})] == [20_001]


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_each_is_a_circle_and_none_is_missed(graph: dict[str, list[str]]) -> None:
    found = circles(graph)
    for circle in found:
        for one, following in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert following in graph[one]
    left = {node: set(targets) & set(graph) for node, targets in graph.items()}
    while loose := [node for node, targets in left.items() if not targets]:
        for node in loose:
            del left[node]
        left = {node: targets & set(left) for node, targets in left.items()}
    assert bool(found) == bool(left)
