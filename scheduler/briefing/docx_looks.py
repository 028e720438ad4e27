"""How a `.docx` file looks: page, fonts, the styles of headings and lists, and its properties.

It starts from the template of python-docx, and takes out what names that library.
"""

from typing import Any

from docx.document import Document as Opened
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from scheduler.briefing.document import Document, plain

WIDTH = Mm(170)
"""Of the text, on A4 between margins of 20 mm."""
INK, SOFT, LATE, LINK = "1B2733", "4A5560", "8A2F0B", "1B4F9C"
RULE, SHADE = "B8C0C8", "EEF1F4"
QUIET, ABOVE = "Quiet", "Above"
_LANGUAGES = {
    "ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU", "zh": "zh-CN",
}  # fmt: skip
_FONTS = {"ascii": "Calibri", "hAnsi": "Calibri", "eastAsia": "Microsoft YaHei", "cs": "Arial"}
_SIZES = {
    "Normal": 10.5, "Title": 22, "Heading 1": 15, "Heading 2": 11.5, "List Bullet": 10.5,
    QUIET: 9.5, ABOVE: 11, "Footer": 8.5, "Header": 8.5,
}  # fmt: skip
_SPACES = {
    "Normal": (0, 5), "Title": (0, 8), "Heading 1": (18, 4), "Heading 2": (9, 3),
    "List Bullet": (0, 3), QUIET: (0, 3), ABOVE: (0, 2), "Footer": (0, 0), "Header": (0, 0),
}  # fmt: skip
"""Before and after a paragraph, in points."""


def tag(language: str) -> str:
    """A language with the country that word processors want beside it."""
    return _LANGUAGES.get(language.split("-", maxsplit=1)[0].lower(), language)


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML with its attributes."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def dress(opened: Opened, document: Document) -> None:
    """Give an empty document its looks and its properties."""
    _page(opened)
    _defaults(opened, document)
    for name in (QUIET, ABOVE):
        made = opened.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = opened.styles["Normal"]
    for name in _SIZES:
        _style(opened, name)
    if document.direction == "rtl":
        _properties(opened.styles["Normal"].element).insert(0, element("bidi"))
    _settings(opened)
    _describe(opened, document)


def _page(opened: Opened) -> None:
    section = opened.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)


def _defaults(opened: Opened, document: Document) -> None:
    """The fonts and the language of everything; theme fonts would win over those named."""
    root: Any = opened.styles.element
    for fonts in root.xpath("//w:rFonts"):
        fonts.getparent().remove(fonts)
    (properties,) = root.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    properties.insert(0, element("rFonts", **_FONTS))
    language = tag(document.language)
    (spoken,) = properties.xpath("w:lang")
    latin = tag(document.plan_language) if document.language in {"ar", "zh"} else language
    spoken.set(qn("w:val"), latin)
    spoken.set(qn("w:bidi"), language if document.language == "ar" else "ar-SA")
    spoken.set(qn("w:eastAsia"), language if document.language == "zh" else "zh-CN")


def _properties(style: Any) -> Any:
    return style.get_or_add_pPr()


def _style(opened: Opened, name: str) -> None:
    style: Any = opened.styles[name]
    size, (before, after) = _SIZES[name], _SPACES[name]
    font, shape = style.font, style.paragraph_format
    font.size = Pt(size)
    bold = name in {"Title", "Heading 1", "Heading 2"}
    font.bold = font.cs_bold = bold
    font.color.rgb = RGBColor.from_string(SOFT if name in {QUIET, "Footer", "Header"} else INK)
    _complex_size(style.element, size)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.1
    shape.keep_with_next = bold or name == QUIET
    for border in style.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)


def _complex_size(style: Any, points: float) -> None:
    """The size of right-to-left letters, which is a property of its own."""
    properties = style.get_or_add_rPr()
    for old in properties.xpath("w:szCs"):
        properties.remove(old)
    (size,) = properties.xpath("w:sz")
    size.addnext(element("szCs", val=str(round(points * 2))))


def _settings(opened: Opened) -> None:
    """The layout of the word processors of today, not of those of 2010."""
    root: Any = opened.settings.element
    for one in root.xpath("//w:compatSetting[@w:name='compatibilityMode']"):
        one.set(qn("w:val"), "15")
    for one in root.xpath("//w:zoom"):
        one.set(qn("w:percent"), "100")


def _describe(opened: Opened, document: Document) -> None:
    said = opened.core_properties
    said.title, said.author, said.last_modified_by = document.title, document.author, ""
    said.subject = ", ".join([*document.above[1:], *map(plain, document.below)])
    said.comments, said.keywords, said.revision = document.warning, "", 1
    said.language = tag(document.language)
    said.created = said.modified = document.modified.replace(microsecond=0, tzinfo=None)
    relations = opened.part.package.rels
    for key in [
        key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL
    ]:
        del relations[key]
