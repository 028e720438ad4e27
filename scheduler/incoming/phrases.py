"""PURE. The words by which an answer begins, a table per language. Anybody may use any language.

They are compared without case, accents, vowel signs and doubled spaces; a hyphen is a space. What
is no statement of a state stands in none of the tables: "done by Friday" is not "done".
"""

from collections.abc import Mapping
from typing import Literal

State = Literal["done", "on-track", "at-risk", "delayed", "note"]

PHRASES: Mapping[str, Mapping[State, tuple[str, ...]]] = {
    "en": {
        "done": ("done", "all done", "it is done", "it's done", "this is done", "completed",
                 "complete", "finished"),
        "on-track": ("on track", "on schedule", "on time"),
        "at-risk": ("at risk",),
        "delayed": ("delayed", "delay", "postponed"),
        "note": ("note", "comment"),
    },
    "fr": {
        "done": ("fait", "c'est fait", "terminé", "terminée", "c'est terminé",
                 "achevé", "achevée", "accompli"),
        "on-track": ("en bonne voie", "dans les temps", "dans les délais", "comme prévu"),
        "at-risk": ("à risque", "en danger", "menacé"),
        "delayed": ("retardé", "retardée", "en retard", "retard", "reporté", "reportée"),
        "note": ("note", "remarque", "commentaire"),
    },
    "es": {
        "done": ("hecho", "hecha", "ya está hecho", "está hecho", "terminado", "terminada",
                 "completado", "completada", "finalizado", "listo"),
        "on-track": ("en plazo", "dentro del plazo", "según lo previsto", "por buen camino"),
        "at-risk": ("en riesgo", "en peligro"),
        "delayed": ("retrasado", "retrasada", "con retraso", "retraso", "aplazado"),
        "note": ("nota", "comentario"),
    },
    "ru": {
        "done": ("готово", "сделано", "выполнено", "завершено"),
        "on-track": ("по плану", "идёт по плану", "в срок", "по графику", "в графике"),
        "at-risk": ("под угрозой", "есть риск", "в зоне риска"),
        "delayed": ("задерживается", "задержка", "с задержкой", "перенесено", "отложено"),
        "note": ("заметка", "примечание", "комментарий"),
    },
    "zh": {
        "done": ("完成", "完成了", "已完成", "已经完成", "做完了"),
        "on-track": ("按计划进行", "按计划", "进展顺利", "如期进行"),
        "at-risk": ("有风险", "存在风险"),
        "delayed": ("延迟", "已延迟", "推迟", "已推迟", "延期", "已延期"),
        "note": ("备注", "说明"),
    },
    "ar": {
        "done": ("تم", "تم الإنجاز", "أنجز", "منجز", "اكتمل"),
        "on-track": ("على المسار الصحيح", "وفق الخطة", "حسب الخطة", "في الموعد"),
        "at-risk": ("معرض للخطر", "في خطر"),
        "delayed": ("متأخر", "تأخر", "تأخير", "مؤجل", "تأجل"),
        "note": ("ملاحظة", "تعليق"),
    },
}  # fmt: skip
THANKS = (
    "thanks", "thank you", "many thanks", "merci", "gracias", "muchas gracias", "спасибо",
    "谢谢", "شكرا",
)  # fmt: skip
"""What may follow "done" without a stop between."""
GREETINGS = (
    "hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "colleagues",
    "bonjour", "bonsoir", "salut", "cher", "chère", "chers", "chères", "madame", "monsieur",
    "mesdames", "hola", "buenos días", "buenas", "buen día", "estimado", "estimada", "estimados",
    "estimadas", "querido", "querida", "здравствуйте", "добрый день", "доброе утро",
    "добрый вечер", "привет", "коллеги", "уважаемый", "уважаемая", "уважаемые", "дорогой",
    "дорогая", "您好", "你好", "大家好", "尊敬的", "亲爱的", "各位", "مرحبا", "أهلا",
    "السلام عليكم", "تحية طيبة", "صباح الخير", "مساء الخير", "عزيزي", "عزيزتي", "السيد", "السيدة",
)  # fmt: skip
"""What a line begins with that only greets."""
