"""Text cut into lines of a width, by the width of its letters."""

import html
import re


def wrapped(text: str, size: float, wide: float, per: float = 0.52) -> list[str]:
    """Return *text* in lines of at most *wide* pixels at a type size, safe as Plotly text.

    *per* is the width of an average letter as a share of the size. A word that is too long is cut.
    """
    most = wide / (size * per) * 0.52
    lines: list[str] = []
    for word in filter(None, re.split(r"[ \t\r\n]+", text)):
        for part in _cut(word, most):
            if lines and measured(f"{lines[-1]} {part}") <= most:
                lines[-1] += f" {part}"
            else:
                lines.append(part)
    return [html.escape(line, quote=False) for line in lines]


def _cut(word: str, most: float) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and measured(parts[-1] + letter) > most:
            parts.append("")
        parts[-1] += letter
    return parts


def measured(text: str) -> float:
    """Return the width of *text* in units of its type size, by kinds of letters."""
    return sum(_wide(letter) for letter in text)


def _wide(letter: str) -> float:
    if letter in " .,:;'|!ijlI·’()[]-":
        return 0.31
    if letter in "mwMW@%—":
        return 0.86
    if ord(letter) >= 0x2E80:
        return 1.0
    return 0.68 if letter.isupper() else 0.56
