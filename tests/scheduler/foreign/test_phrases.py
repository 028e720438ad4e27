"""Date phrases in the six UN languages, each as a plan writes dates."""

from datetime import date

import pytest

from calendars.dates import parse_due
from scheduler.foreign.commitments.phrases import marked, phrases

ON = date(2024, 3, 21)

ENGLISH = {
    "20 September 2024": "2024-09-20",
    "September 20, 2024": "2024-09-20",
    "Sept. 20, 2024": "2024-09-20",
    "the 3rd of June 2024": "2024-06-03",
    "20 and 21 May 2024": "2024-05-20/2024-05-21",
    "20, 21 and 28 May 2024": "2024-05-20/2024-05-21 2024-05-28",
    "6-8 May 2024": "2024-05-06/2024-05-08",
    "May 6–8, 2024": "2024-05-06/2024-05-08",
    "from 29 April to 3 May 2024": "2024-04-29/2024-05-03",
    "April 29 - May 3, 2024": "2024-04-29/2024-05-03",
    "29 December 2024 to 3 January 2025": "2024-12-29/2025-01-03",
    "April 2024": "2024-04",
    "in May/June 2024": "2024-05/2024-06",
    "April–June 2024": "2024-04/2024-06",
    "April and October 2024": "2024-04 2024-10",
    "between April and October 2024": "2024-04/2024-10",
    "December to February 2025": "2024-12/2025-02",
    "December 2024–February 2025": "2024-12/2025-02",
    "June '24": "2024-06",
    "by the end of April 2024": "2024-04",
    "early April 2024": "2024-04-01/2024-04-10~",
    "mid-May 2024": "2024-05-11/2024-05-20~",
    "late February 2024": "2024-02-21/2024-02-29~",
    "Q2 2024": "2024-Q2",
    "2024-Q2": "2024-Q2",
    "2024 Q2": "2024-Q2",
    "3Q2024 is no word, 3Q 2024 is": "2024-Q3",
    "the second quarter of 2024": "2024-Q2",
    "the last quarter of 2024": "2024-Q4",
    "second and third quarters of 2024": "2024-Q2/2024-Q3",
    "H2 2024": "2024-H2",
    "first half of 2024": "2024-H1",
    "mid-2024": "2024-06~",
    "end of 2024": "2024",
    "by the end of 2024": "2024",
    "by end 2024": "2024",
    "early 2025": "2025-Q1~",
    "late 2025": "2025-Q4~",
    "by 2030": "2030",
    "2024-2025": "2024/2025",
    "2024/25": "2024/2025",
    "2024-25: Design the page": "2024/2025",
    "in spring 2024": "2024-03/2024-05~",
    "winter 2024": "2024-12/2025-02~",
    "2024-09-20": "2024-09-20",
    "2024-09": "2024-09",
    "2024-05-06/2024-05-08": "2024-05-06/2024-05-08",
    "20.09.2024": "2024-09-20",
    "25/06/2024": "2024-06-25",
    "05/06/2024": "2024-06-05?",
    "2024.9.20": "2024-09-20",
    "one in November and one in March 2025": "2024-11 2025-03",
    "around June 2024": "2024-06~",
    "every 20 September": "2024-09-20?",
    "in April, the group": "2024-04?",
    "in February": "2025-02?",
    "next quarter of 2024": "2024-Q2?",
    "next quarter": "2024-Q2?",
    "next month": "2024-04?",
    "next year": "2025?",
    "the first quarter of next year": "2025-Q1?",
    "the second half of this year": "2024-H2",
    "by the end of the year": "2024",
    "later this month": "2024-03",
    "opens mid April and closes end of May": "2024-04-11/2024-04-20% 2024-05?",
    "for June 24.": "2024-06?",
    "29 February": "2028-02-29?",
    "29 December to 3 January": "2024-12-29/2025-01-03?",
}
FRENCH = {
    "20 septembre 2024": "2024-09-20",
    "1er mai 2024": "2024-05-01",
    "du 6 au 8 mai 2024": "2024-05-06/2024-05-08",
    "du 29 avril au 3 mai 2024": "2024-04-29/2024-05-03",
    "en août 2024": "2024-08",
    "d'avril à juin 2024": "2024-04/2024-06",
    "deuxième trimestre de 2024": "2024-Q2",
    "1er trimestre 2024": "2024-Q1",
    "premier semestre 2024": "2024-H1",
    "d’ici à la fin de 2024": "2024",
    "début 2025": "2025-Q1~",
    "mi-2024": "2024-06~",
    "au printemps 2024": "2024-03/2024-05~",
    "le trimestre prochain": "2024-Q2?",
}
SPANISH = {
    "20 de septiembre de 2024": "2024-09-20",
    "el 1º de mayo de 2024": "2024-05-01",
    "del 6 al 8 de mayo de 2024": "2024-05-06/2024-05-08",
    "del 29 de abril al 3 de mayo de 2024": "2024-04-29/2024-05-03",
    "abril de 2024": "2024-04",
    "entre abril y junio de 2024": "2024-04/2024-06",
    "segundo trimestre de 2024": "2024-Q2",
    "primer semestre de 2024": "2024-H1",
    "a finales de 2024": "2024",
    "a mediados de 2024": "2024-06~",
    "primavera de 2024": "2024-03/2024-05~",
}
RUSSIAN = {
    "20 сентября 2024 года": "2024-09-20",
    "с 6 по 8 мая 2024 г.": "2024-05-06/2024-05-08",
    "с 29 апреля по 3 мая 2024 года": "2024-04-29/2024-05-03",
    "в апреле 2024 года": "2024-04",
    "в мае–июне 2024 года": "2024-05/2024-06",
    "к сентябрю 2024 года": "2024-09",
    "II квартал 2024 года": "2024-Q2",
    "во втором квартале 2024 года": "2024-Q2",
    "первое полугодие 2024 г.": "2024-H1",
    "в первой половине 2024 года": "2024-H1",
    "к концу 2024 года": "2024",
    "в середине 2024 года": "2024-06~",
    "весной 2024 года": "2024-03/2024-05~",
    "2024–2025 годы": "2024/2025",
    "20.09.2024": "2024-09-20",
    "III кв. 2024 г.": "2024-Q3",
    "до конца года": "2024",
}
CHINESE = {
    "2024年9月20日": "2024-09-20",
    "2024年5月6日至8日": "2024-05-06/2024-05-08",
    "2024年4月29日至5月3日": "2024-04-29/2024-05-03",
    "2024年4月": "2024-04",
    "2024年四月": "2024-04",
    "２０２４年４月": "2024-04",
    "2024年5月至6月": "2024-05/2024-06",
    "2024年第二季度": "2024-Q2",
    "2024年上半年": "2024-H1",
    "到2024年底": "2024",
    "2024年中，": "2024-06~",
    "2024年春季": "2024-03/2024-05~",
    "2024年": "2024",
    "2024-2025年": "2024/2025",
    "9月20日": "2024-09-20?",
}
ARABIC = {
    "20 أيلول/سبتمبر 2024": "2024-09-20",
    "٢٠ سبتمبر ٢٠٢٤": "2024-09-20",
    "6-8 مايو 2024": "2024-05-06/2024-05-08",
    "من 29 أبريل إلى 3 مايو 2024": "2024-04-29/2024-05-03",
    "6 و 7 أيار/مايو 2024": "2024-05-06/2024-05-07",
    "في نيسان/أبريل 2024": "2024-04",
    "كانون الأول/ديسمبر 2024": "2024-12",
    "تشرين الأول 2024": "2024-10",
    "أبريل ويونيو 2024": "2024-04 2024-06",
    "الربع الثاني من عام 2024": "2024-Q2",
    "النصف الأول من عام 2024": "2024-H1",
    "بحلول نهاية عام 2024": "2024",
    "منتصف عام 2024": "2024-06~",
    "أوائل عام 2025": "2025-Q1~",
    "في ربيع عام 2024": "2024-03/2024-05~",
}
ALL = [*{**ENGLISH, **FRENCH, **SPANISH, **RUSSIAN, **CHINESE, **ARABIC}.items()]


@pytest.mark.parametrize(("text", "dues"), ALL, ids=[text for text, _ in ALL])
def test_a_phrase_is_read_as_the_plan_writes_it(text: str, dues: str) -> None:
    found = phrases(text, ON)
    assert [one.due for one in found] == dues.split()
    for one in found:
        assert text[one.start : one.end] == one.text
        assert parse_due(one.due).last


@pytest.mark.parametrize(
    "text",
    [
        "2,030 users", "10,000+ users", "1 500 villes", "1500 cities", "COP28 and COP29",
        "USD 50million", "at 14:30", "3(c) and 3(d)", "80 new cities", "may 20 people come",
        "they march 12 miles", "OP1, OP2 and OP7", "12.5 per cent", "in the first half",
        "the second quarter", "31 June", "", "30 courses", "Local2030",
    ],
)  # fmt: skip
def test_a_number_is_no_date(text: str) -> None:
    assert phrases(text, ON) == []


def test_the_place_in_the_sentence_is_that_of_the_phrase_alone() -> None:
    text = "Egypt organizes it in April 2024 (Cairo), and again on 3 May 2025."
    assert [one.text for one in phrases(text, ON)] == ["April 2024", "3 May 2025"]


def test_digits_and_marks_of_other_scripts_keep_the_places() -> None:
    (one,) = phrases("يعقد الاجتماع في ٢٠ أيلول/سبتمبر ٢٠٢٤ في نيروبي", ON)
    assert one.text == "٢٠ أيلول/سبتمبر ٢٠٢٤"


@pytest.mark.parametrize(
    ("due", "mark", "both"),
    [
        ("2024", "?", "2024?"),
        ("2024~", "?", "2024%"),
        ("2024?", "?", "2024?"),
        ("2024%", "~", "2024%"),
        ("tbc", "?", "tbc"),
    ],
)
def test_marks_are_joined(due: str, mark: str, both: str) -> None:
    assert marked(due, mark) == both
