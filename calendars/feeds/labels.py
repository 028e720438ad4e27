"""PURE. The few words that a feed adds to an entry's own, in the six UN languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from calendars.entry import State


@dataclass(frozen=True, slots=True)
class Labels:
    """The words before each line of a description, and the states in words.

    window: a sentence with the places `{first}` and `{last}`.
    """

    reference: str
    said: str
    source: str
    date: str
    window: str
    status: str
    without_date: str
    repeats: str
    states: Mapping[State, str]


ENGLISH = Labels(
    reference="Reference",
    said="As promised",
    source="Source",
    date="Date",
    window="Any day from {first} to {last}",
    status="Status",
    without_date="Without a date, so not shown here",
    repeats="Repeats, first on",
    states={
        "planned": "planned",
        "on-track": "on track",
        "at-risk": "at risk",
        "delayed": "delayed",
        "done": "done",
        "cancelled": "cancelled",
        "blocked": "waits for others",
    },
)
LABELS: dict[str, Labels] = {
    "en": ENGLISH,
    "fr": Labels(
        reference="Référence",
        said="Tel qu'annoncé",
        source="Source",
        date="Date",
        window="Un jour quelconque du {first} au {last}",
        status="État",
        without_date="Sans date, donc non affichés ici",
        repeats="Se répète, d'abord le",
        states={
            "planned": "prévu",
            "on-track": "en bonne voie",
            "at-risk": "à risque",
            "delayed": "retardé",
            "done": "achevé",
            "cancelled": "annulé",
            "blocked": "en attente d'autres étapes",
        },
    ),
    "es": Labels(
        reference="Referencia",
        said="Según lo anunciado",
        source="Fuente",
        date="Fecha",
        window="Algún día del {first} al {last}",
        status="Estado",
        without_date="Sin fecha, por lo que no se muestran aquí",
        repeats="Se repite, primero el",
        states={
            "planned": "previsto",
            "on-track": "en curso según lo previsto",
            "at-risk": "en riesgo",
            "delayed": "retrasado",
            "done": "concluido",
            "cancelled": "cancelado",
            "blocked": "a la espera de otros",
        },
    ),
    "ru": Labels(
        reference="Документ",
        said="Как обещано",
        source="Источник",
        date="Дата",
        window="Любой день с {first} по {last}",
        status="Состояние",
        without_date="Без даты, поэтому здесь не показаны",
        repeats="Повторяется, впервые",
        states={
            "planned": "запланировано",
            "on-track": "идёт по плану",
            "at-risk": "под угрозой срыва",
            "delayed": "задерживается",
            "done": "выполнено",
            "cancelled": "отменено",
            "blocked": "ожидает других этапов",
        },
    ),
    "ar": Labels(
        reference="المرجع",
        said="كما أُعلن",
        source="المصدر",
        date="التاريخ",
        window="أي يوم من {first} إلى {last}",
        status="الحالة",
        without_date="بلا تاريخ، ولذلك لا تظهر هنا",
        repeats="يتكرر، أولا في",
        states={
            "planned": "مقرر",
            "on-track": "يسير حسب الخطة",
            "at-risk": "معرض للخطر",
            "delayed": "متأخر",
            "done": "منجز",
            "cancelled": "ملغى",
            "blocked": "في انتظار مراحل أخرى",
        },
    ),
    "zh": Labels(
        reference="文号",
        said="原承诺",
        source="来源",
        date="日期",
        window="{first}至{last}之间任意一天",
        status="状态",
        without_date="尚无日期，故未列出",
        repeats="重复，首次",
        states={
            "planned": "已计划",
            "on-track": "进展顺利",
            "at-risk": "存在风险",
            "delayed": "已推迟",
            "done": "已完成",
            "cancelled": "已取消",
            "blocked": "等待其他事项",
        },
    ),
}


def labels(language: str) -> Labels:
    """The labels of a language tag; English where it is none of the six."""
    return LABELS.get(language.split("-", maxsplit=1)[0].lower(), ENGLISH)
