"""Where an organisation's own templates run: Jinja's sandbox, with an end to everything.

Beside what the sandbox forbids (attributes with `_`, changing values) a template may take only so
many steps, put out only so much, and call only what is listed here. So a mistake in it costs
milliseconds and never the message: whoever renders falls back to the product's own template.

Text of the plan is always escaped in HTML: there is no `safe`, and `autoescape` cannot be
switched off.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.loaders import FunctionLoader
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from jinja2.visitor import NodeTransformer

MOST_STEPS = 20_000
"""Rounds of loops, calls of macros and the like; a hundred milestones take about 2,000."""
MOST_OUT = 400_000
"""Characters that are put out or put together; a mail is cut at 102,400 bytes."""
LONGEST_RANGE = 1000
LARGEST_NUMBER = 10**9
LONGEST_BETWEEN = 100
WIDEST = 40
FILTER_NAMES = (
    "abs", "capitalize", "count", "d", "default", "e", "escape", "first", "groupby", "int",
    "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
    "reverse", "select", "selectattr", "sort", "string", "striptags", "title", "trim", "truncate",
    "unique", "upper", "urlencode",
)  # fmt: skip
"""The filters of Jinja whose result is no longer than what they are given, or not much."""
_METHODS = frozenset({
    "capitalize", "count", "endswith", "find", "index", "isalpha", "isdigit", "items", "keys",
    "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split", "splitlines",
    "startswith", "strip", "title", "upper", "values",
})  # fmt: skip
_CALLABLE = (Macro, BlockReference, LoopContext, Cycler, Joiner)
_BODIES = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
Loader = Callable[[str], str | None]
"""The text of a template by its name; None where there is none."""


class StepsSpent(SecurityError):
    """A template goes on and on, or puts out more than any mail may have."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Compiles and renders templates that nobody here has read; threads may share one."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(
        self,
        load: Loader,
        filters: Mapping[str, Callable[..., str]],
        known: Mapping[str, object],
    ) -> None:
        """`filters` and `known` are what templates have beside Jinja's own."""
        super().__init__(
            loader=FunctionLoader(lambda name: _loaded(load, name)),
            autoescape=lambda name: name is None or not name.endswith(".txt"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            optimized=False,
            finalize=self.put_out,
        )
        self._spent = threading.local()
        own: dict[str, Callable[..., Any]] = {name: FILTERS[name] for name in FILTER_NAMES}
        self.filters = {**own, **filters, "join": _join(FILTERS["join"])}
        self.globals = {"namespace": Namespace, "cycler": Cycler, "joiner": Joiner, **known}
        self.globals["range"] = bounded_range

    def step(self, characters: int) -> None:
        """One more round, in which so much fixed text is put out."""
        left = getattr(self._spent, "steps", MOST_STEPS) - 1
        if left < 0:
            raise StepsSpent(f"the template takes more than {MOST_STEPS} steps; does it end?")
        self._spent.steps = left
        self._charge(characters)

    def put_out(self, value: object) -> object:
        """A value that the template puts out, counted."""
        text = value if isinstance(value, str) else str(value)
        self._charge(len(text))
        return text

    def joined(self, *parts: object) -> str:
        """What `~` puts together, counted."""
        texts = [part if isinstance(part, str) else str(part) for part in parts]
        self._charge(sum(map(len, texts)))
        return markup_join(texts)

    def weighed(self, value: object) -> object:
        """A list, tuple or table that the template makes, counted with all that is in it: lists in
        lists could else grow without end, and be put out or compared for ever."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self._charge(1)
            if isinstance(one, dict):
                waiting += one.values()
            elif isinstance(one, (list, tuple)):
                waiting += one
        return value

    def _charge(self, characters: int) -> None:
        left = getattr(self._spent, "out", MOST_OUT) - characters
        if left < 0:
            raise StepsSpent(f"the template puts out more than {MOST_OUT} characters")
        self._spent.out = left

    def render(self, template: Template, **given: object) -> str:
        """What a template makes of what it is given; raises whatever goes wrong in it."""
        self._spent.steps, self._spent.out = MOST_STEPS, MOST_OUT
        return template.render(**given)

    # What Jinja asks

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, blocks, loops and methods of texts; nothing that grows or reaches out."""
        if isinstance(obj, _CALLABLE) or obj in (
            self.step,
            self.joined,
            self.weighed,
            bounded_range,
            Namespace,
        ):
            return True
        if obj in (Cycler, Joiner):
            return True
        on = getattr(obj, "__self__", None)
        name = getattr(obj, "__name__", "")
        if isinstance(on, (LoopContext, Cycler)):
            return name in ("cycle", "changed", "next", "reset")
        return isinstance(on, (str, tuple, list, dict)) and name in _METHODS

    def call(self, context: Context, obj: Any, *given: Any, **named: Any) -> Any:
        """Call what may be called; else say by its name what may not."""
        if not self.is_safe_callable(obj):
            name = getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(f"a template may not call `{name}`")
        return context.call(obj, *given, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums and products of numbers of a size that people use, and texts put together."""
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        if numbers and operator != "**":
            if max(abs(left), abs(right)) > LARGEST_NUMBER:
                raise SecurityError("the template calculates with a number that is too large")
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            self._charge(len(left) + len(right))
            return left + right
        raise SecurityError(f"a template may not use {operator} here")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Bounds(name).visit(super()._parse(source, name, filename))
        for body in (tree, *tree.find_all(_BODIES)):
            _count_steps(body)
        tree.set_environment(self)
        return tree


_MADE = (nodes.Name, nodes.Call, nodes.Getattr, nodes.Getitem, nodes.Filter)


class _Bounds(NodeTransformer):
    """Takes out of a template what cannot be counted."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _call("joined", node.nodes, node.lineno)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        return self._weighed(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        return self._weighed(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        return node if node.ctx == "store" else self._weighed(node)

    def _weighed(self, node: nodes.Expr) -> nodes.Node:
        """The node counted, unless all in it stands in the template itself."""
        self.generic_visit(node)
        made = any(True for _ in node.find_all(_MADE))
        return _call("weighed", [node], node.lineno) if made else node

    def visit_ScopedEvalContextModifier(self, node: nodes.Node) -> nodes.Node:  # noqa: N802
        message = "`autoescape` cannot be switched: it keeps the plan's texts from being markup"
        raise TemplateSyntaxError(message, node.lineno, self._name, self._name)


def bounded_range(*bounds: int) -> range:
    """`range` as templates have it: no longer than 1,000."""
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise StepsSpent(f"the template asks for a range of more than {LONGEST_RANGE}")
    return found


def _loaded(load: Loader, name: str) -> tuple[str, str, Callable[[], bool]]:
    text = load(name)
    if text is None:
        raise TemplateNotFound(name)
    return text, name, lambda: True


def _join(join: Callable[..., str]) -> Callable[..., str]:
    def bounded(eval_ctx: Any, value: Any, d: str = "", attribute: Any = None) -> str:
        if len(str(d)) > LONGEST_BETWEEN:
            raise StepsSpent("what `join` puts between is too long")
        return join(eval_ctx, value, d, attribute)

    bounded.jinja_pass_arg = join.jinja_pass_arg  # type: ignore[attr-defined]
    return bounded


def _count_steps(node: nodes.Node) -> None:
    """A step at the beginning of each round of a body."""
    body: list[nodes.Node] = node.body  # type: ignore[attr-defined]
    size = sum(_fixed(one) for one in body)
    step = nodes.ExprStmt(_call("step", [nodes.Const(size)], node.lineno), lineno=node.lineno)
    body.insert(0, step)


def _fixed(node: nodes.Node) -> int:
    """Characters of fixed text in a node, without the bodies in it that count for themselves."""
    if isinstance(node, nodes.TemplateData):
        return len(node.data)
    if isinstance(node, _BODIES):
        return 0
    return sum(_fixed(child) for child in node.iter_child_nodes())


def _call(name: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    function = nodes.EnvironmentAttribute(name, lineno=line)
    made = nodes.Call(function, arguments, [], None, None, lineno=line)
    for one in arguments:
        one.set_lineno(line)
    return made
