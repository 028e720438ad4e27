"""PURE. What a feed says of the milestones that it leaves out, in the six UN languages."""

OUTSIDE = {
    "ar": "خارج الفترة التي يغطيها هذا التقويم، ولذلك لا تظهر هنا: {}",
    "en": "Outside of the days that this calendar covers, so not shown here: {}",
    "es": "Fuera del período que abarca este calendario, por lo que no se muestran aquí: {}",
    "fr": "En dehors de la période couverte par ce calendrier, donc non affichés ici : {}",
    "ru": "Вне срока, который охватывает этот календарь, поэтому здесь не показаны: {}",
    "zh": "不在本日历所涵盖的期间内，故未列出：{}",
}
OTHERWISE = {
    "ar": "بحالة أخرى، ولذلك لا تظهر هنا: {}",
    "en": "With another status, so not shown here: {}",
    "es": "Con otro estado, por lo que no se muestran aquí: {}",
    "fr": "Dans un autre état, donc non affichés ici : {}",
    "ru": "В другом состоянии, поэтому здесь не показаны: {}",
    "zh": "状态不同，故未列出：{}",
}


def remarks(language: str, *, outside: int, otherwise: int) -> str:
    """One sentence for each reason for which something is left out; "" where nothing is.

    outside: beyond the days covered. otherwise: with a status that was not asked for.
    """
    short = language.split("-", maxsplit=1)[0].lower()
    said = (
        texts.get(short, texts["en"]).format(count)
        for texts, count in ((OUTSIDE, outside), (OTHERWISE, otherwise))
        if count
    )
    return " ".join(said)
