"""PURE. The words of which dates are made in the six UN languages, each with its kind and number.

Months come from CLDR through Babel; the few other words stand here. A kind is one sign, so that
what is a date can be told from the signs of the words in a row (`phrases`):
M month, Q "Q2", q quarter, H "H2", h half, o "second", S season, E early, m mid, L late, Z end,
t "to", & "and", f a word that only fills, and 年, 月, 日 of Chinese.
"""

import unicodedata
from functools import lru_cache

from babel import Locale

Word = tuple[str, int]
"""A kind and a number: of a month, a quarter, a half or an ordinal; 0 where it has none."""

LAST = -1
"""The number of "last", as in "last quarter"."""
_LOCALES = ("ar", "ar_DZ", "ar_MA", "ar_SY", "en", "es", "fr", "ru", "zh")
_FURTHER_MONTHS = {"sept": 9, "setiembre": 9}
_SEASONS = {
    1: "spring printemps primavera весна весной весны весну ربيع الربيع 春季 春天",
    2: "summer été verano лето летом лета صيف الصيف 夏季 夏天",
    3: "autumn fall automne otoño осень осенью осени خريف الخريف 秋季 秋天",
    4: "winter hiver invierno зима зимой зимы зиму شتاء الشتاء 冬季 冬天",
}
_ORDINALS = {
    1: "first premier première primer primero primera первый первого первом первое первая первой "
    "первую i الأول الأولى",
    2: "second deuxième seconde segundo segunda второй второго втором второе вторая вторую ii "
    "الثاني الثانية",
    3: "third troisième tercer tercero tercera третий третьего третьем третья третьей iii "
    "الثالث الثالثة",
    4: "fourth quatrième cuarto cuarta четвертый четвертого четвертом четвёртый четвёртом "
    "четвёртого iv الرابع",
    LAST: "last final dernier último последний последнего последнем الأخير",
}
_KINDS = {
    "q": "quarter quarters trimestre trimestres квартал квартала квартале кварталу кв الربع ربع",
    "h": "half semestre semestres полугодие полугодия полугодии полугодию половина половине "
    "половины половину النصف نصف",
    "E": "early beginning start début principios comienzos inicios начало начале начала началу "
    "أوائل مطلع بداية 初 上旬",
    "m": "mid middle mi milieu mediados середина середине середины منتصف 中旬",
    "L": "late أواخر 下旬",
    "Z": "end yearend close fin fines finales конец конца концу конце نهاية 底 末",
    "t": "to till until through au à a al hasta bis по إلى الى حتى 至 到",
    "&": "and or et ou y o и или و أو 和 及 或",
    "f": "of the de du des d del la le les l los el year years année années año años год года году "
    "годом годах годы г гг عام سنة العام من شهر month mois mes",
    "年": "年",
    "月": "月",
    "日": "日 号 號",
}
_CHINESE = {"上半年": ("H", 1), "下半年": ("H", 2)}
_CHINESE_QUARTERS = {1: "一1１", 2: "二2２", 3: "三3３", 4: "四4４"}
ARABIC_PREFIXES = "وبلفك"
"""Letters that are written together with the word that they stand before: and, in, to, as."""


def folded(text: str) -> str:
    """A text in small letters without accents and vowel signs, for looking it up."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


def folded_words(text: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(folded(text).split())


@lru_cache(maxsize=1)
def date_words() -> dict[str, Word]:
    """Every word of a date, folded; of two meanings the month's wins."""
    words: dict[str, Word] = {}
    for kind, listed in _KINDS.items():
        words |= {folded(word): (kind, 0) for word in listed.split()}
    for kind, numbered in (("S", _SEASONS), ("o", _ORDINALS)):
        for number, listed in numbered.items():
            words |= {folded(word): (kind, number) for word in listed.split()}
    for number in range(1, 5):
        words |= dict.fromkeys((f"q{number}", f"t{number}", f"{number}q"), ("Q", number))
        for sign in _CHINESE_QUARTERS[number]:
            words |= {f"{begin}{sign}季度": ("Q", number) for begin in ("第", "")}
    words |= {"h1": ("H", 1), "h2": ("H", 2), **_CHINESE}
    return words | {name: ("M", number) for name, number in months().items()}


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Every name of a month, folded, without the stop after a short one."""
    found = dict(_FURTHER_MONTHS)
    for locale in _LOCALES:
        names = Locale.parse(locale).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    if not name[0].isdigit() and (locale == "zh" or not _is_chinese(name)):
                        found.setdefault(folded(name).rstrip("."), number)
    return found | _russian_cases(found)


@lru_cache(maxsize=1)
def weekdays() -> frozenset[str]:
    """Every name of a day of the week, folded."""
    names = [Locale.parse(locale).days["format"]["wide"] for locale in _LOCALES]
    return frozenset(folded(name) for named in names for name in named.values())


@lru_cache(maxsize=1)
def english_months() -> frozenset[str]:
    """The English names, which alone may stand before their day."""
    names = Locale.parse("en").months["format"]
    both = (*names["wide"].values(), *names["abbreviated"].values())
    return frozenset({*map(folded, both), "sept"})


@lru_cache(maxsize=1)
def of_several_signs() -> tuple[str, ...]:
    """Names that the bounds of words do not tell: in Chinese, and of two Arabic words; longest
    first.
    """
    several = [name for name in date_words() if " " in name or _is_chinese(name)]
    return tuple(sorted(several, key=len, reverse=True))


def _russian_cases(known: dict[str, int]) -> dict[str, int]:
    """ "В сентябре", "к сентябрю", from "сентября"; "марте", "к марту", from "марта"."""
    endings = {"я": ("е", "ю"), "а": ("е", "у")}
    return {
        name[:-1] + ending: number
        for name, number in known.items()
        for ending in endings.get(name[-1], ())
        if len(name) > 2
    }


def _is_chinese(name: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in name)
