"""PURE. Circles in what hangs on what."""

from collections.abc import Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """Circles of a graph, each from its first node (in the graph's order) on, without repeating it.

    At least one circle of each knot is found, each once; a long chain takes no recursion.
    """
    order = {node: number for number, node in enumerate(graph)}
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in graph:
        for circle in _from(start, graph, done):
            first = min(range(len(circle)), key=lambda at: order[circle[at]])
            found.setdefault(frozenset(circle), (*circle[first:], *circle[:first]))
    return sorted(found.values(), key=lambda circle: order[circle[0]])


def _from(start: str, graph: Graph, done: set[str]) -> Iterator[tuple[str, ...]]:
    if start in done:
        return
    way, places = [start], {start: 0}
    branches = [iter(graph[start])]
    while way:
        following = next(branches[-1], None)
        if following is None:
            done.add(way[-1])
            del places[way.pop()]
            branches.pop()
        elif following in places:
            yield tuple(way[places[following] :])
        elif following in graph and following not in done:
            places[following] = len(way)
            way.append(following)
            branches.append(iter(graph[following]))
