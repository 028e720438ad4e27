"""PURE. A document as HTML: the part that a page of the site holds, and a file of its own."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from scheduler.briefing.directions import is_along
from scheduler.briefing.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
)

_NOTHING = Markup()


def article(document: Document) -> Markup:
    """The document without what surrounds it on a page; its title is an `h1`."""
    parts = [_head(document), *(_block(document, one) for one in document.blocks)]
    return Markup('<article class="briefing" lang="{}" dir="{}">\n{}</article>\n').format(
        document.language, document.direction, _NOTHING.join(parts)
    )


def page(document: Document, styles: str) -> str:
    """A whole file that needs no other: `styles` is put into it. It must hold no `</style`."""
    made = Markup(
        '<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<title>{title} · {author}</title>\n<style>\n{styles}</style>\n</head>\n"
        '<body>\n<main class="wide">\n{article}</main>\n</body>\n</html>\n'
    ).format(
        language=document.language,
        direction=document.direction,
        title=document.title,
        author=document.author,
        styles=Markup(styles),
        article=article(document),
    )
    return str(made)


def _head(document: Document) -> Markup:
    above = [_paragraph("above", _given(line)) for line in document.above]
    below = [_paragraph("below", _runs(document, text)) for text in document.below]
    warning = [_paragraph("warning", escape(document.warning))] if document.warning else []
    title = Markup("<h1>{}</h1>\n").format(_given(document.title))
    inner = _NOTHING.join([*above, title, *below, *warning])
    return Markup("<header>\n{}</header>\n").format(inner)


def _paragraph(kind: str, inner: Markup) -> Markup:
    return Markup('<p class="{}">{}</p>\n').format(kind, inner)


def _given(text: str) -> Markup:
    """A text of which nobody knows the language."""
    return Markup("<bdi>{}</bdi>").format(text)


def _block(document: Document, block: Block) -> Markup:
    match block:
        case Heading():
            return _heading(document, block)
        case Paragraph():
            kind = Markup(' class="quiet"') if block.quiet else _NOTHING
            return Markup("<p{}>{}</p>\n").format(kind, _runs(document, block.text))
        case Bullets():
            items = (Markup("<li>{}</li>\n").format(_runs(document, one)) for one in block.items)
            return Markup("<ul>\n{}</ul>\n").format(_NOTHING.join(items))
        case Table():
            return _table(document, block)


def _heading(document: Document, block: Heading) -> Markup:
    name = Markup(' id="{}"').format(block.anchor) if block.anchor else _NOTHING
    return Markup("<h{level}{name}>{inner}</h{level}>\n").format(
        level=block.level, name=name, inner=_runs(document, block.text)
    )


def _table(document: Document, table: Table) -> Markup:
    head = _NOTHING.join(
        Markup('<th scope="col"{}>{}</th>').format(_number(table, at), name)
        for at, name in enumerate(table.head)
    )
    rows = _NOTHING.join(_row(document, table, row) for row in table.rows)
    foot = _NOTHING
    if table.foot:
        foot = Markup("<tfoot>\n{}</tfoot>\n").format(_row(document, table, table.foot))
    return Markup(
        '<table class="stack">\n<caption class="hidden">{name}</caption>\n'
        "<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n{foot}</table>\n"
    ).format(name=table.name, head=head, rows=rows, foot=foot)


def _row(document: Document, table: Table, row: Iterable[Text]) -> Markup:
    first, *others = row
    cells = _NOTHING.join(
        Markup('<td data-label="{}"{}>{}</td>').format(
            table.head[at],
            _number(table, at),
            Markup("<span>{}</span>").format(_runs(document, cell)) if cell else _NOTHING,
        )
        for at, cell in enumerate(others, 1)
    )
    head = Markup('<th scope="row">{}</th>').format(_runs(document, first))
    return Markup("<tr>{}{}</tr>\n").format(head, cells)


def _number(table: Table, column: int) -> Markup:
    return Markup(' class="number"') if column in table.numbers else _NOTHING


def _runs(document: Document, text: Text) -> Markup:
    return _NOTHING.join(_run(document, run) for run in text)


def _run(document: Document, run: Run) -> Markup:
    made = escape(run.text)
    other = document.language != document.plan_language
    if run.foreign and (other or not is_along(run.text, document.direction)):
        spoken = Markup(' lang="{}"').format(document.plan_language) if other else _NOTHING
        made = Markup("<bdi{}>{}</bdi>").format(spoken, made)
    if run.late:
        made = Markup('<span class="late">{}</span>').format(made)
    if run.href:
        made = Markup('<a href="{}">{}</a>').format(run.href, made)
    return Markup("<b>{}</b>").format(made) if run.bold else made
