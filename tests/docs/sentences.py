"""The sentences of messages in the reference, for who wants to say them otherwise."""

from scheduler.messages.languages import FALLBACK, read_language


def sentence_blocks() -> dict[str, str]:
    """Block of docs/reference/messages.md -> its table."""
    words = read_language(FALLBACK).words
    rows = [f"| `{key}` | {_shown(words.forms(key))} |" for key in sorted(words.listed())]
    return {"sentences": "\n".join(["| key | in English |", "| --- | --- |", *rows, ""])}


def _shown(forms: tuple[str, ...]) -> str:
    return " / ".join(dict.fromkeys(forms)).replace("|", "\\|")
