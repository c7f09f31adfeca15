"""The language of a visitor. Messages in the code are English; a language translates them.

The language is a context variable, the one thing here that is not passed as an argument: it belongs to
the request that is being answered, and every label, sentence and number of a page depends on it.
"""

import gettext as _gettext
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """A language: its messages, the names of countries in it, and how it writes numbers."""

    code: str
    name: str
    """The name in the language itself."""

    direction: str = "ltr"
    messages: _gettext.NullTranslations = field(default_factory=_gettext.NullTranslations)
    area_names: Mapping[str, str] = field(default_factory=dict)
    """ISO 3166-1 alpha-3 code to name; a code that is missing keeps its English name."""

    decimal: str = "."
    group: str = ","

    @property
    def count(self) -> int:
        """How many messages its file holds; 0 without one."""
        return getattr(self.messages, "count", 0)

    @property
    def drafted(self) -> int:
        """How many of them a machine has drafted and nobody has read."""
        return getattr(self.messages, "drafted", 0)


ENGLISH = Language("en", "English")
_CURRENT: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def current() -> Language:
    """Return the language that is spoken now; English when nobody chose."""
    return _CURRENT.get()


@contextmanager
def speaking(language: Language) -> Iterator[Language]:
    """Speak *language* inside the block."""
    token = _CURRENT.set(language)
    try:
        yield language
    finally:
        _CURRENT.reset(token)


def speak(language: Language) -> None:
    """Speak *language* from now on in this thread: for servers that set it with each request."""
    _CURRENT.set(language)


def _(message: str) -> str:
    """Return *message* in the current language; as it is when the language has no words for it."""
    return _CURRENT.get().messages.gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of a message for *n* things, in the current language."""
    return _CURRENT.get().messages.ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """Return *message* as said in *context*: for a word that other languages say in two ways."""
    return _CURRENT.get().messages.pgettext(context, message)


def N_(message: str) -> str:
    """Return *message* unchanged, and mark it for translation: for constants, translated where they are used."""
    return message


def area_name(area: str, otherwise: str) -> str:
    """Return the name of an area (alpha-3 code) in the current language, else *otherwise*."""
    return _CURRENT.get().area_names.get(area, otherwise)


ALPHABETS: Mapping[str, str] = {"fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"}
"""Alphabets whose order is not that of the code points, by language."""


def sorting(name: str) -> str:
    """Return what a name is sorted by in the current language.

    Latin letters without their accents, so that É stands with E; Persian and Russian by their alphabets, Chinese by
    pinyin as far as GB 2312 has its characters, whose common ones stand in that order; other scripts by code points.
    """
    code, plain = _CURRENT.get().code.partition("-")[0], name.casefold()
    if any("a" <= letter <= "z" for letter in plain):
        return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    if code == "zh":
        return plain.encode("gb18030").decode("latin-1")
    if code in ALPHABETS:
        # Above all that is no letter, such as a space.
        return "".join(chr(0x10000 + ALPHABETS[code].index(c)) if c in ALPHABETS[code] else c for c in plain)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


_EUPHONY: Mapping[str, Sequence[tuple[str, str]]] = {
    "es": ((r"\by (?=[ií]|h[ií](?![aeoáéó]))", "e "), (r"\bo (?=h?[oó])", "u "))
}
"""Small words that change before some sounds: "Francia e Italia"."""


def euphonic(text: str) -> str:
    """Return a text put together of names, with "and" and "or" as they are said before the names that follow."""
    for pattern, said in _EUPHONY.get(_CURRENT.get().code, ()):
        text = re.sub(pattern, said, text, flags=re.I)
    return text
