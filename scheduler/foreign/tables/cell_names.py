"""PURE. The words of dates in the six languages, as people write them in cells.

Everything here is `plain`: lower case, without accents, without the signs of Arabic vowels.
"""

import unicodedata
from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names, get_month_names

_LOCALES = ("ar", "ar_SY", "ar_DZ", "ar_MA", "en", "en_AU", "es", "fr", "ru")
"""Chinese months are numbers; Arabic ones differ from the Maghreb to the Levant."""
_FURTHER = {
    "sept": 9, "июня": 6, "июля": 7, "сент": 9, "set": 9, "setiembre": 9, "dec": 12,
    "كانون ثاني": 1, "تشرين اول": 10, "تشرين ثاني": 11, "كانون اول": 12, "ابريل": 4, "نيسان": 4,
    "январе": 1, "феврале": 2, "марте": 3, "апреле": 4, "мае": 5, "июне": 6, "июле": 7,
    "августе": 8, "сентябре": 9, "октябре": 10, "ноябре": 11, "декабре": 12,
    "январю": 1, "февралю": 2, "марту": 3, "апрелю": 4, "маю": 5, "июню": 6, "июлю": 7,
    "августу": 8, "сентябрю": 9, "октябрю": 10, "ноябрю": 11, "декабрю": 12,
}  # fmt: skip
UNSETTLED = (
    "tbc", "tbd", "tba", "to be confirmed", "to be decided", "to be determined",
    "to be defined", "to be announced", "to be agreed", "not yet known", "not yet confirmed",
    "unknown", "pending", "?", "-",
    "a confirmer", "a definir", "a determiner", "a preciser", "a fixer", "date a confirmer",
    "por confirmar", "por definir", "por determinar", "a confirmar", "pendiente",
    "fecha por confirmar", "подлежит уточнению", "подлежит подтверждению", "уточняется",
    "будет определено", "будет уточнено", "не определено", "дата уточняется", "待定", "待确认",
    "未定", "日期待定", "待確認", "يحدد لاحقا", "تحدد لاحقا", "يؤكد لاحقا", "غير محدد", "للتاكيد",
    "في انتظار التاكيد", "سيحدد لاحقا", "قيد التاكيد",
)  # fmt: skip
"""What says that there is no date yet."""
DOUBTFUL = (
    "tbc", "tbd", "to be confirmed", "tentative", "tentatively", "provisional", "proposed",
    "indicative", "expected", "a confirmer", "provisoire", "por confirmar", "tentativo",
    "provisional", "предварительно", "подлежит подтверждению", "ориентировочно", "待定", "待确认",
    "暂定", "للتاكيد", "مبدئيا", "مبدئي", "في انتظار التاكيد", "?",
)  # fmt: skip
"""What, beside a date, says that it is not certain."""
ABOUT = (
    "circa", "ca", "c", "about", "around", "approx", "approximately", "roughly", "~", "vers",
    "environ", "autour", "hacia", "aproximadamente", "alrededor", "около", "примерно", "прибл",
    "大约", "约", "大概", "حوالي", "تقريبا", "نحو",
)  # fmt: skip
PARTS = {
    "early": (
        "early", "beginning", "start", "debut", "principios", "inicios", "comienzos", "начало",
        "начале", "اوائل", "بداية", "مطلع",
    ),
    "mid": ("mid", "middle", "midyear", "mi", "milieu", "mediados", "mitad", "середина",
            "середине", "منتصف", "وسط", "اواسط"),
    "late": ("late", "finales", "اواخر"),
    "end": ("end", "eoy", "fin", "final", "конец", "конце", "концу", "конца", "نهاية", "ختام"),
}  # fmt: skip
"""Parts of a year or a month."""
QUARTER = ("quarter", "qtr", "trimestre", "trim", "квартал", "квартале", "квартала", "кв")
QUARTER_BEFORE = ("الربع", "ربع")
HALF = ("half", "semester", "semestre", "mitad", "полугодие", "полугодии", "полугодия",
        "половина", "половине", "половины")  # fmt: skip
HALF_BEFORE = ("النصف", "نصف")
ORDINALS = {
    1: ("first", "1", "i", "premier", "1er", "primer", "primero", "primera", "первый", "первая",
        "первое", "первом", "первой", "первого", "الاول", "اول"),
    2: ("second", "2", "ii", "deuxieme", "seconde", "segundo", "segunda", "второй", "вторая",
        "второе", "втором", "второго", "الثاني", "ثاني"),
    3: ("third", "3", "iii", "troisieme", "tercer", "tercero", "третий", "третьем", "третьего",
        "الثالث", "ثالث"),
    4: ("fourth", "last", "4", "iv", "quatrieme", "dernier", "cuarto", "ultimo", "четвертый",
        "четвертом", "четвертого", "الرابع", "رابع"),
}  # fmt: skip
TO = ("to", "till", "through", "and", "au", "a", "al", "et", "y", "по", "до", "и", "至", "到",
      "الى", "حتى", "و")  # fmt: skip
"""What stands between the two ends of a range."""
BY = (
    "on or before", "no later than", "not later than",
    "au plus tard le", "au plus tard", "a mas tardar el", "a mas tardar", "не позднее",
    "d'ici la", "d'ici", "在", "于", "之前", "以前", "前",
)  # fmt: skip
"""What says "by" in more than a word, or without a space after it."""
NOISE = (
    "the", "of", "de", "del", "du", "des", "d", "le", "la", "el", "les", "los", "l", "en",
    "on", "in", "at", "by", "until", "till", "from", "between", "year", "month", "day",
    "due", "date", "entre", "desde", "mes", "dia", "ano", "hasta", "к", "в", "во", "с",
    "со", "г", "гг", "года", "год", "году", "годов", "мес", "عام", "سنة", "شهر", "في", "من",
    "يوم", "بحلول", "لعام", "العام", "ميلادي", "日", "号",
)  # fmt: skip
"""Words around a date that change nothing: "by the 3rd of May 2024"."""


def plain(text: str) -> str:
    """A text in lower case without accents, with ASCII digits and plain dashes and spaces."""
    signs = []
    for sign in unicodedata.normalize("NFKD", text.translate(_SIGNS)):
        kind = unicodedata.category(sign)
        if kind == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif kind == "Pd":
            signs.append("-")
        elif kind not in ("Mn", "Cf"):
            signs.append(sign)
    return " ".join("".join(signs).casefold().replace("ـ", "").replace("ى", "ي").split())


_SIGNS = str.maketrans({"−": "-", "～": "~", "〜": "~", "（": "(", "）": ")", "º": "", "ª": ""})


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """The names of months and their abbreviations, each without its dot."""
    found: dict[str, int] = {}
    for name in _LOCALES:
        locale = Locale.parse(name)
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                # CLDR has its Arabic names as "format" only.
                if name.startswith("ar") and context == "stand-alone":
                    continue
                names = get_month_names(width, context, locale)
                found |= {plain(it).rstrip("."): number for number, it in names.items()}
    return {**_FURTHER, **found}


@lru_cache(maxsize=1)
def weekdays() -> frozenset[str]:
    """The names of the days of the week; an abbreviation that is a month's too is left out."""
    found: set[str] = set()
    for name in ("ar", "en", "es", "fr", "ru", "zh"):
        for width in ("abbreviated", "wide"):
            names = get_day_names(width, "format", Locale.parse(name))
            found |= {plain(it).rstrip(".") for it in names.values()}
    return frozenset(found | {"tues", "thur", "thurs", "weds"}) - set(months())
