"""Answers as mail programs write them; made here, after the forms that each program uses."""

from email.message import EmailMessage

QUOTED = """\
On Fri, 15 Mar 2024 at 09:00, Tracker
<tracker+rabc@example.org> wrote:

> Due in 20 working days
> done
"""
OUTLOOK = """\
________________________________
From: Tracker <tracker@example.org>
Sent: Friday, 15 March 2024 09:00
To: Amina Otieno <amina@example.org>
Subject: Zero draft

done
"""
TEXTS: dict[str, tuple[str, str]] = {
    "above the quotation": (f"at risk\n\n{QUOTED}", "at risk"),
    "below the quotation": (f"{QUOTED}\nat risk\n", "at risk"),
    "only a quotation": (QUOTED, ""),
    "nothing": ("\n \n", ""),
    "Outlook": (f"75%\n\n{OUTLOOK}", "75%"),
    "Outlook, nothing of one's own": (OUTLOOK, ""),
    "Outlook in French": (
        "De : Tracker\nEnvoyé : vendredi\nÀ : Amina\nObjet : Projet\n\nfait",
        "",
    ),
    "Outlook in Russian": ("От: Tracker\nОтправлено: пятница\nКому: Амина\nготово", ""),
    "Outlook in Chinese": ("发件人: Tracker\n发送时间: 2024\n收件人: Amina\n完成", ""),
    "original message": ("-----Original Message-----\nFrom: Tracker\ndone", ""),
    "a signature": ("-- \nAmina\ndone", ""),
    "a signature below": ("done\n-- \nAmina Otieno\n", "done"),
    "a telephone": ("Sent from my phone\n\ndone", ""),
    "a greeting": ("Dear Cora,\n\ndone\n", "done"),
    "a greeting without a comma": ("Hello Cora\ndone", "done"),
    "two greetings are one too many": ("Hi\nHello\ndone", "Hello"),
    "a greeting in the same line": ("Hello Cora, done.\n", "done."),
    "a greeting in the same line without a stop": ("Hi, 75%\n", "75%"),
    "more than a greeting in the line": ("Dear Cora, part 1: done", "Dear Cora, part 1: done"),
    "a greeting in French": ("Chers collègues,\n\nC’est fait.", "C’est fait."),
    "a greeting in Spanish": ("Buen día,\n\nhecho", "hecho"),
    "a greeting in Russian": ("Коллеги, добрый день!\nготово", "готово"),
    "a greeting in Chinese": ("尊敬的同事：\n完成", "完成"),
    "a greeting in Chinese in the same line": ("您好，已完成", "已完成"),
    "a greeting in Arabic": ("عزيزتي أمينة،\nتم", "تم"),
    "only a greeting": ("Dear Cora,\n\n> done", "Dear Cora,"),
    "a telephone in Spanish": ("Obtener Outlook para iOS<https://aka.ms/x>\n\nhecho", ""),
    "a telephone in Arabic": ("أُرسلت من الـ iPhone\n\nتم", ""),
    "Russian, folded": (
        "чт, 28 мар. 2024 г. в 09:00, Трекер <\nt@example.org>:\n\n> x\nготово", "готово"),
    "Chinese, folded": (
        "Tracker <t@example.org> 于2024年3月28日周四\n09:00写道：\n\n> x\n完成", "完成"),
    "Arabic, folded": (
        "في الخميس، 28 مارس 2024 في 9:00 ص تمت كتابة ما يلي بواسطة Tracker\n"
        "<t@example.org>:\n\n> x\nتم", "تم"),
    "right above what announces a quotation": (
        "готово\nчт, 28 мар. 2024 г. в 09:00, Трекер <t@example.org>:\n> x", "готово"),
    "above a line like one that announces": (
        "at risk\nask bob@example.org at 9:30:\n> x", "at risk"),
    "QQ": ("------------------&nbsp;原始邮件&nbsp;------------------\n完成", ""),
    "French": (f"fait\n\nLe ven. 15 mars 2024 à 09:00, Tracker <t@example.org> a écrit :\n{QUOTED}",
               "fait"),
    "Spanish": ("El vie, 15 mar 2024 a las 9:00, Tracker (<t@example.org>) escribió:\n\n> x\nhecho",
                "hecho"),
    "Russian": ("пт, 15 мар. 2024 г. в 09:00, Tracker <t@example.org>:\n> x\nготово", "готово"),
    "Chinese": ("Tracker <t@example.org> 于2024年3月15日周五 09:00写道：\n\n> x\n完成", "完成"),
    "Arabic": ("في الجمعة، 15 مارس 2024 كتب Tracker <t@example.org>:\n> x\nتم", "تم"),
    "marks that nobody sees": ("\ufeff\u200f \u202bتم\u202c\n", "تم"),
    "a wall of a line": ("x" * 5_000, "x" * 600),
}  # fmt: skip
HTMLS: dict[str, tuple[str, str]] = {
    "paragraphs": ("<html><body><p>done</p><p>Amina</p></body></html>", "done"),
    "a style and a title": ("<head><title>x</title><style>p {}</style></head><p>done", "done"),
    "a head that does not end": ("<head><title>x</title><body>done", "done"),
    "Gmail": ('<div dir="ltr">at risk</div><div class="gmail_quote"><div>On … wrote:</div>'
              "<blockquote>done</blockquote></div>", "at risk"),
    "Outlook": ('<div>75%</div><div id="divRplyFwdMsg"><b>From:</b> Tracker</div><div>done</div>',
                "75%"),
    "Apple": ('<div>delayed: June</div><blockquote type="cite"><div>done</div></blockquote>',
              "delayed: June"),
    "below a quotation": ("<blockquote>done<blockquote>x</blockquote></blockquote>at risk",
                          "at risk"),
    "Yandex, below": ('<div>28.03.2024, 09:00, "T" &lt;t@example.org&gt;:</div><blockquote><p>done'
                      "</p></blockquote><div>готово</div>", "готово"),
    "signs": ("<p>note: R&amp;D &lt;x&gt;</p>", "note: R&D <x>"),
    "broken over lines": ("<p>delayed:\n   new\tdate</p>", "delayed: new date"),
    "Outlook for Windows": ("<p class=MsoNormal>Done<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;"
                            "</o:p></p><st1:place w:st=x>Nairobi</st1:place>", "Done"),
    "Outlook for Windows, nothing of one's own": (
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><p><b>From:</b> T<br><b>Sent:</b> x<br><b>To:"
        "</b> A</p></div><p>done<o:p></o:p></p>", ""),
    "words of another face": ("<p>at <b>risk</b>: the <i>Board</i>&nbsp;waits",
                              "at risk: the Board waits"),
    "a telephone": ('<div>Get <a href="x">Outlook for iOS</a></div><div>done</div>', ""),
    "what a browser hides": ('<span style="color:red; display:none">done</span><img style="display:'
                             'none"><div style="display:none"><div>x</div>done</div><p>at risk',
                             "at risk"),
    "a > in an attribute": ("<p title='x > y' class=\"a\">at risk</p>", "at risk"),
    "a quote in an attribute": ("<p title=it's>at risk</p>", "at risk"),
    "parts of a page": ("<center>at risk</center><section>Amina</section>", "at risk"),
    "half a word of another face": ("<p><b>D</b>one", "Done"),
    "nothing": ("<html></html>", ""),
}  # fmt: skip


def written(
    to: str,
    text: str = "done",
    sender: str = "Amina Otieno <amina@example.org>",
    html: str = "",
    **headers: str,
) -> bytes:
    """An answer; of `headers` an underline stands for a hyphen."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: Zero draft"
    mail["Date"] = headers.pop("Date", "Sun, 17 Mar 2024 11:00:00 +0000")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if html:
        mail.set_content(html, "html")
    else:
        mail.set_content(text)
    return mail.as_bytes()
