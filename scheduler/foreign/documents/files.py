"""Briefings as sentences: text, Markdown, what word processors write, PDF."""

from calendars.foreign.scanning import MOST_OCTETS
from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.encodings import decoded
from scheduler.foreign.documents.outline import bounded, document
from scheduler.foreign.documents.texts import read_text
from scheduler.foreign.values import Document


def read_document(octets: bytes, ending: str) -> Document:
    """The sentences of a document, each with the headings above it; ImportingError for none.

    ending: that of the file's name in small letters; all but ".docx" and ".pdf" are text.
    """
    if len(octets) > MOST_OCTETS:
        raise ImportingError(f"it is larger than {MOST_OCTETS // 1024 // 1024} MB")
    if ending == ".docx":
        from scheduler.foreign.documents.word import read_word  # noqa: PLC0415

        return read_word(octets)
    if ending == ".pdf":
        from scheduler.foreign.documents.pdf import read_pdf  # noqa: PLC0415

        return read_pdf(octets)
    text, notes = decoded(octets)
    bounded(len(text))
    blocks, title = read_text(text)
    return document(blocks, title, notes)
