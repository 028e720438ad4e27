"""PURE. What columns are called in the six languages, and which column of a table says what.

Case, spaces, accents and punctuation do not count. A name may stand for several fields; the first
field of `NAMES` that wants a column gets it, by the order of its names.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.foreign.values import Cell, Row

NAMES = {
    "title": "title, milestone title, milestone name, milestone, deliverable, commitment, action "
    "title, action, action item, action point, agreed action, key action, activity, key activity, "
    "task, task name, output, event, event name, subject, summary, item, name, what, step, "
    "description, "
    "titre, intitulé, jalon, livrable, engagement, action, activité, tâche, événement, objet, "
    "libellé, nom, produit, étape, "
    "título, hito, entregable, compromiso, acción, actividad, tarea, evento, asunto, nombre, "
    "producto, descripción, "
    "название, наименование, веха, этап, мероприятие, обязательство, действие, задача, событие, "
    "результат, тема, контрольное событие, "
    "标题, 名称, 里程碑, 交付成果, 可交付成果, 成果, 承诺, 行动, 活动, 任务, 事项, 任务名称, 主题, "
    "العنوان, عنوان, المرحلة, معلم, الإنجاز, المخرج, الالتزام, الإجراء, النشاط, المهمة, الاسم, "
    "الحدث, المعلم الرئيسي",
    "due": "due date, due, deadline, target date, target, target completion date, completion date, "
    "expected date, planned date, delivery date, timeline, timeframe, time frame, expected "
    "completion, expected delivery, due by, by when, when, by, finish by, date due, date, dates, "
    "milestone date, planned completion, "
    "échéance, date d'échéance, date limite, délai, date butoir, date prévue, date cible, "
    "calendrier, quand, pour quand, "
    "fecha límite, fecha de vencimiento, vencimiento, plazo, fecha prevista, fecha objetivo, "
    "fecha de entrega, cuándo, fecha, "
    "срок, сроки, срок исполнения, срок выполнения, крайний срок, дедлайн, дата исполнения, "
    "плановая дата, когда, дата, "
    "截止日期, 到期日, 到期日期, 截止时间, 期限, 目标日期, 完成日期, 预计日期, 时间, 日期, 时限, "
    "تاريخ الاستحقاق, الموعد النهائي, الموعد, تاريخ الإنجاز, التاريخ المستهدف, المهلة, متى, "
    "التاريخ, تاريخ",
    "start": "start date, start, starts, begin, begins, from, planned start, start time, "
    "date de début, début, du, de, commence, fecha de inicio, inicio, desde, comienzo, "
    "дата начала, начало, 开始日期, 开始时间, 开始, 起始日期, تاريخ البدء, البداية, بداية, من",
    "end": "end date, end, ends, finish, finish date, to, until, planned end, planned finish, "
    "end time, date de fin, fin, au, jusqu'au, termine, fecha de fin, fecha de finalización, "
    "final, hasta, дата окончания, дата завершения, окончание, конец, завершение, "
    "结束日期, 结束时间, 结束, 终止日期, تاريخ الانتهاء, النهاية, نهاية, إلى, حتى",
    "time": "time, start time, time of day, hour, heure, hora, время, 时刻, الوقت, الساعة",
    "uid": "uid, uuid, guid, unique id",
    "id": "id, key, issue key, task id, issue id, milestone id, code, no, nr, number, #, "
    "ref, ref no, reference, reference no, reference number, identifier, action no, wbs, "
    "numéro, n°, référence, réf, identifiant, clé, "
    "número, núm, referencia, identificador, código, clave, номер, №, код, ссылка, "
    "идентификатор, п/п, № п/п, 编号, 序号, 参考号, 代码, 标识, الرقم, رقم, المرجع, المعرف, الرمز",
    "owner": "owner, owners, responsible, responsible person, responsible party, responsible unit, "
    "responsible officer, focal point, focal points, lead, lead entity, assignee, assigned to, "
    "accountable, who, by whom, person responsible, responsibility, resource names, "
    "responsable, responsables, point focal, pilote, chef de file, qui, entité responsable, "
    "encargado, punto focal, a cargo de, quién, asignado a, "
    "ответственный, ответственные, исполнитель, исполнители, координатор, кто, ответственное лицо, "
    "负责人, 责任人, 负责单位, 责任单位, 联络人, 协调人, المسؤول, الجهة المسؤولة, المسؤولية, "
    "جهة الاتصال, نقطة الاتصال, منسق",
    "status": "status, state, current status, implementation status, status of implementation, "
    "statut, état, état d'avancement, estado, situación, статус, состояние, статус исполнения, "
    "状态, 现状, 进展状态, الحالة, حالة, الوضع",
    "percent": "percent, percentage, % complete, percent complete, %, % done, completion, "
    "progress, progress %, pourcentage, % réalisé, avancement, taux d'avancement, porcentaje, "
    "avance, progreso, % completado, процент, прогресс, выполнение, % выполнения, 进度, 完成率, "
    "百分比, 完成百分比, النسبة, نسبة الإنجاز, نسبة التقدم, التقدم",
    "done": "done, completed, complete, finished, closed, fait, terminé, achevé, hecho, terminado, "
    "completado, cumplido, выполнено, готово, завершено, 已完成, 完成, منجز, مكتمل, تم",
    "said": "said, as promised, commitment text, text of commitment, quote, original text, "
    "wording, full text, promise, verbatim, statement, commitment, citation, texte, "
    "texte de l'engagement, libellé exact, cita, texto, texto del compromiso, цитата, текст, "
    "формулировка, текст обязательства, 原文, 承诺原文, 引文, 措辞, النص, نص الالتزام, اقتباس",
    "source": "source, document, source document, origin, mandate, resolution, doc, symbol, "
    "mandat, résolution, origine, fuente, documento, mandato, resolución, origen, "
    "источник, документ, мандат, резолюция, 来源, 文件, 出处, 决议, المصدر, الوثيقة, القرار",
    "notes": "notes, note, comments, comment, remarks, remark, description, details, observations, "
    "explanation, additional information, body, "
    "commentaires, commentaire, remarques, précisions, détails, "
    "notas, comentarios, comentario, observaciones, detalles, descripción, "
    "примечания, примечание, комментарий, комментарии, замечания, описание, "
    "备注, 说明, 评论, 注释, 描述, ملاحظات, ملاحظة, تعليقات, الوصف, تفاصيل",
    "url": "url, link, links, web page, web address, website, hyperlink, lien, site web, "
    "adresse web, enlace, vínculo, sitio web, ссылка на документ, веб-адрес, сайт, "
    "链接, 网址, الرابط, رابط, الموقع الإلكتروني",
    "location": "location, place, venue, where, city, lieu, endroit, où, ville, lugar, sede, "
    "dónde, ciudad, место, место проведения, где, город, 地点, 地址, 场地, المكان, مكان, "
    "الموقع, أين",
    "tags": "tags, tag, labels, label, categories, category, theme, themes, étiquettes, étiquette, "
    "catégorie, catégories, thème, etiquetas, etiqueta, categoría, categorías, tema, "
    "метки, теги, категория, категории, 标签, 类别, 分类, وسوم, الفئة, التصنيف",
}
"""Field -> what its column may be called, the surest first."""
TITLE, DATES = "title", ("due", "end", "start")
HEADING_ROWS = 20
"""The rows within which the headings must stand."""
LONGEST_HEADING, LONGEST_NAME = 200, 60


def folded(text: str) -> str:
    """A name as it is compared: letters and digits in one case, without accents and vowel signs."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    letters = unicodedata.normalize("NFKD", letters).translate(_ARABIC)
    return "".join(sign for sign in letters if sign.isalnum() or sign in "%#")


_ARABIC = str.maketrans({"ـ": None, "ى": "ي"})


@dataclass(frozen=True, slots=True)
class Heading:
    """The headings of a table: the row that they are, and the column of each field that it has.

    names: the headings as written, by column. other: those that say nothing that is known.
    """

    row: Row
    columns: dict[str, int]
    names: tuple[str, ...]
    other: tuple[str, ...] = ()


def heading_of(rows: Sequence[Row]) -> Heading | None:
    """The first row that names a title and a date; None where none of the first rows does."""
    filled = (row for row in rows if any(cell not in (None, "") for cell in row.cells))
    for _, row in zip(range(HEADING_ROWS), filled, strict=False):
        found = heading_in(row)
        if TITLE in found.columns and any(field in found.columns for field in DATES):
            return found
    return None


def names_in(row: Row) -> tuple[str, ...]:
    """The cells of a row as names of columns, on one line each; "" for an empty one."""
    return tuple(_shown(cell) for cell in row.cells)


def _shown(cell: Cell) -> str:
    return " ".join(cell[:LONGEST_HEADING].split()) if isinstance(cell, str) else ""


def heading_in(row: Row) -> Heading:
    """A row taken for headings: which fields its cells name."""
    names = names_in(row)
    forms = [_forms(name) for name in names]
    columns: dict[str, int] = {}
    for field, known in _KNOWN.items():
        free = [it for it in range(len(names)) if it not in columns.values()]
        ranked = [(rank, it) for it in free if (rank := _rank(forms[it], known)) is not None]
        if ranked:
            columns[field] = min(ranked)[1]
    other = tuple(it for at, it in enumerate(names) if it and at not in columns.values())
    return Heading(row, columns, names, other)


def _rank(forms: Sequence[str], known: dict[str, int]) -> tuple[int, int] | None:
    """How surely a heading is a field's: by how much of it is the name, then by the name."""
    ranks = [(part > 0, known[form]) for part, form in enumerate(forms) if form in known]
    return min(ranks, default=None)


def _forms(name: str) -> list[str]:
    """A heading whole, without what stands in brackets, and each of its parts: "Titre / Title"."""
    bare = re.sub(r"[(\[（].*?[)\]）]", " ", name)
    parts = re.split(r"[/|,;:\n–—]|\s-\s", name) if len(name) <= LONGEST_NAME else ()
    forms = [folded(it) for it in (name, bare, *parts)]
    return [it for it in dict.fromkeys(one for form in forms for one in _single(form)) if it]


def _single(form: str) -> tuple[str, ...]:
    plural = form.isascii() and len(form) > 4 and form.endswith("s")
    return (form, form[:-1]) if plural else (form,)


_KNOWN: dict[str, dict[str, int]] = {
    field: {
        folded(name): rank for rank, name in reversed(list(enumerate(names.split(", "))))
    }
    for field, names in NAMES.items()
}  # fmt: skip
