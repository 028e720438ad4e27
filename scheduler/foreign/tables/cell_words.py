"""PURE. What stands in a cell as words of a plan: lines, texts, a status, a percentage, tags.

No control character gets into a plan, whatever a cell holds; texts are bounded.
"""

import re
from collections.abc import Iterable, Mapping

from calendars.foreign.values import Standing
from calendars.web_addresses import is_web_address
from scheduler.foreign.tables.column_names import folded
from scheduler.foreign.values import Cell

LONGEST_LINE, LONGEST_TEXT, MOST_TAGS = 300, 4_000, 20
UNKEPT = "#FORMULA!"
"""What stands for a formula of which a file keeps no value."""
ERROR = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|N/A!|GETTING_DATA|SPILL!|CALC!|FORMULA!)"
)
"""What a spreadsheet shows in place of a value, and puts into a CSV file."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_QUOTED_FORMULA = re.compile(r"'(?=\s*'*[=+\-@＝＋－＠])")
"""The apostrophe by which our own tables keep a text from being a formula."""
_LISTED = re.compile(r"[,;/|\n、，；،؛]|\s+(?:and|et|y|и|и|و|和|与)\s+|&")
_MAIL = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
_SHARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,20})?)\s*(%?)", re.ASCII)
_STANDINGS: tuple[tuple[Standing, str], ...] = (
    (
        "done",
        "done, completed, complete, finished, closed, achieved, delivered, implemented, fulfilled, "
        "submitted, published, terminé, terminée, achevé, achevée, fait, faite, réalisé, réalisée, "
        "accompli, clos, livré, mis en œuvre, hecho, hecha, completado, completada, terminado, "
        "terminada, finalizado, finalizada, cumplido, cumplida, concluido, realizado, ejecutado, "
        "cerrado, выполнено, выполнен, выполнена, завершено, завершен, завершена, завершён, "
        "готово, исполнено, закрыто, сделано, реализовано, 完成, 已完成, 已结束, 已办结, 已实现, "
        "منجز, مكتمل, تم, تم الإنجاز, أنجز, اكتمل, منفذ, منتهي, 100%, ✓, ✔, ☑",
    ),
    (
        "cancelled",
        "cancelled, canceled, dropped, abandoned, withdrawn, discontinued, annulé, annulée, "
        "abandonné, abandonnée, supprimé, cancelado, cancelada, anulado, anulada, abandonado, "
        "suprimido, отменено, отменен, отменена, отменён, аннулировано, снято, "
        "取消, 已取消, 作废, 终止, ملغى, ملغاة, ملغي, ألغي, تم الإلغاء",
    ),
    (
        "planned",
        "planned, on track, ontrack, not started, in progress, ongoing, started, open, pending, "
        "delayed, late, overdue, at risk, off track, on hold, active, new, to do, scheduled, "
        "under way, underway, under implementation, partially implemented, not implemented, "
        "upcoming, draft, tentative, confirmed, behind schedule, "
        "prévu, prévue, planifié, planifiée, en cours, en bonne voie, non commencé, pas commencé, "
        "en retard, à risque, en attente, à faire, ouvert, "
        "previsto, prevista, planificado, planificada, en curso, en marcha, no iniciado, "
        "pendiente, retrasado, atrasado, en riesgo, abierto, por hacer, según lo previsto, "
        "запланировано, запланирован, планируется, в работе, в процессе, не начато, по плану, "
        "по графику, задержка, просрочено, под угрозой, ожидается, открыто, выполняется, "
        "计划, 已计划, 计划中, 进行中, 未开始, 按计划, 延迟, 延期, 有风险, 待定, 正常, "
        "مخطط, مخطط له, قيد التنفيذ, جار, جاري, لم يبدأ, على المسار الصحيح, متأخر, معرض للخطر, "
        "قيد الانتظار",
    ),
)
_KNOWN: dict[str, Standing] = {
    folded(word) or word: standing for standing, words in _STANDINGS for word in words.split(", ")
}
_TICKS = (
    "yes", "y", "x", "true", "1", "oui", "vrai", "sí", "si", "verdadero", "да", "истина", "是",
    "对", "نعم", "صح", "✓", "✔", "☑", "✅", "√",
)  # fmt: skip
_YES = frozenset(folded(it) or it for it in _TICKS)


def text_of(cell: Cell) -> str:
    """A cell as plain text of lines, without control characters; an error is no text."""
    if cell is None or (isinstance(cell, str) and ERROR.fullmatch(cell.strip())):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = _CONTROL.sub("", _BREAK.sub("\n", str(cell)[: 10 * LONGEST_TEXT]))
    text = _QUOTED_FORMULA.sub("", text, count=1) if text.startswith("'") else text
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), LONGEST_TEXT)


def line_of(cell: Cell) -> str:
    """A cell on one line."""
    return _cut(" ".join(text_of(cell).split()), LONGEST_LINE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def address_of(cell: Cell) -> str | None:
    """A cell that is an address of the web; what has none of the web's beginnings is completed."""
    text = text_of(cell)
    if text.lower().startswith("www."):
        text = f"https://{text}"
    return text if len(text) <= 2000 and is_web_address(text) else None


def tags_of(cell: Cell) -> tuple[str, ...]:
    """The words of a list in a cell, each once."""
    parts = (line_of(it) for it in re.split(r"[,;|\n、，；،؛]", text_of(cell)))
    return tuple(dict.fromkeys(it for it in parts if it))[:MOST_TAGS]


def standing_of(cell: Cell) -> Standing | None:
    """The status that a cell says, in any of the six languages; None for unknown words."""
    text = line_of(cell)
    return _KNOWN.get(folded(text) or text)


def is_yes(cell: Cell) -> bool:
    """Whether a column of "done" says so: a tick, "yes", or the status itself."""
    if isinstance(cell, bool):
        return cell
    text = line_of(cell)
    return (folded(text) or text) in _YES or standing_of(cell) == "done"


def percent_of(cell: Cell, *, fractions: bool) -> int | None:
    """How much of something is done, 0 to 100; fractions: whether 1 is all of it."""
    found = _share(cell)
    if found is None:
        return None
    number = found[0] * (100 if fractions and not found[1] else 1)
    return round(number) if number <= 100 else None


def are_fractions(cells: Iterable[Cell]) -> bool:
    """Whether a column of percentages writes 1 for all of it, as spreadsheets keep them."""
    shares = [(cell, found) for cell in cells if (found := _share(cell))]
    kept = [it[0] for _, it in shares if not it[1]]
    numbers = any(not isinstance(cell, str) or 0 < it[0] < 1 for cell, it in shares)
    return numbers and all(it <= 1 for it in kept)


def _share(cell: Cell) -> tuple[float, str] | None:
    """A number, and the sign of a percentage after it or ""."""
    text = "" if isinstance(cell, bool) else line_of(cell).replace("％", "%").replace("٪", "%")
    found = _SHARE.fullmatch(text)
    return (float(found[1].replace(",", ".")), found[2]) if found else None


def owners_of(cell: Cell, owners: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the people and teams that a cell names, and the names that are nobody's.

    owners: names, ids and mail addresses, each `folded`, and the id that is meant.
    """
    text = text_of(cell)
    if not text:
        return (), ()
    if known := _owner(text, owners):
        return (known,), ()
    parts = [one for it in _LISTED.split(text) if (one := line_of(it))]
    found = {part: _owner(part, owners) for part in parts[:MOST_TAGS]}
    ids = dict.fromkeys(it for it in found.values() if it)
    return tuple(ids), tuple(part for part, known in found.items() if not known)


def _owner(text: str, owners: Mapping[str, str]) -> str | None:
    mail = _MAIL.search(text)
    names = [text, mail[0] if mail else "", re.sub(r"[(<\[].*", "", text)]
    return next((owners[it] for name in names if (it := folded(name)) in owners), None)
