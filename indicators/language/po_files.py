"""Read the languages of a folder: one gettext file each, `fr.po`. Adding a language is adding a file."""

import gettext
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from pycountry import LOCALES_DIR, countries

from scidip.indicators.errors import CatalogueError
from scidip.indicators.language.current import ENGLISH, Language


def load_languages(folder: Path) -> dict[str, Language]:
    """Return English and the languages of *folder* by code, in the order of their codes, English first.

    Raises CatalogueError for a file that is not named by a language (BCP 47, "pt-BR").
    """
    files = sorted(folder.glob("*.po")) if folder.is_dir() else []
    return {"en": ENGLISH} | {f.stem: load_language(f) for f in files}


DRAFT = "machine draft"
"""The comment of a message that a machine has drafted and nobody has read."""


def read_all(languages: Iterable[Language]) -> None:
    """Read the messages of all *languages* now: before a server starts, so that a bad file stops it.

    Raises CatalogueError for a file that is not gettext's.
    """
    for language in languages:
        language.messages.gettext("")


def load_language(path: Path) -> Language:
    """Return the language of one file, whose messages are read once they are asked for; raises CatalogueError.

    Six files take a second to read, and most commands speak one language or none.
    """
    try:
        locale = Locale.parse(path.stem, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise CatalogueError([f"{path.name}: not named by a language ({error})"]) from error
    symbols = locale.number_symbols["latn"]
    about = path.stat()
    return Language(
        code=path.stem,
        name=(locale.get_display_name(locale) or path.stem).capitalize(),
        direction=locale.text_direction,
        messages=_Messages(partial(_read, path, about.st_mtime_ns, about.st_size)),
        area_names=_AreaNames(locale),
        decimal=symbols["decimal"],
        group=symbols["group"],
    )


@dataclass(frozen=True)
class _File:
    """What a file of messages holds."""

    messages: gettext.NullTranslations
    count: int
    drafted: int


class _Messages(gettext.NullTranslations):
    """The messages of a file, read when the first is asked for."""

    def __init__(self, read: Callable[[], _File]) -> None:
        super().__init__()
        self._read = read

    @cached_property
    def _file(self) -> _File:
        return self._read()

    @property
    def count(self) -> int:
        """How many messages there are."""
        return self._file.count

    @property
    def drafted(self) -> int:
        """How many of them a machine has drafted and nobody has read."""
        return self._file.drafted

    def gettext(self, message: str) -> str:
        return self._file.messages.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._file.messages.ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        return self._file.messages.pgettext(context, message)


class _AreaNames(Mapping[str, str]):
    """The names of areas in a language, made when the first is asked for."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale

    @cached_property
    def _names(self) -> dict[str, str]:
        return _area_names(self._locale)

    def __getitem__(self, area: str) -> str:
        return self._names[area]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> _File:
    """Return what a file holds; one that has not changed is read once. Raises CatalogueError."""
    try:
        with path.open("rb") as file:
            messages = read_po(file, locale=Locale.parse(path.stem, sep="-"), abort_invalid=True)
    except (ValueError, PoFileError) as error:
        raise CatalogueError([f"{path.name}: not a file of messages ({error})"]) from error
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return _File(
        gettext.GNUTranslations(compiled),
        count=sum(bool(m.id) for m in messages),
        drafted=sum(DRAFT in m.user_comments for m in messages),
    )


def _area_names(locale: Locale) -> dict[str, str]:
    """Return the names of ISO 3166-1 in a language, from the tables that come with pycountry.

    Where the table has only the inverted form ("Iran, République islamique d'"), CLDR's name is taken.
    """
    table = gettext.translation("iso3166-1", LOCALES_DIR, [str(locale)], fallback=True)
    names = {}
    for country in countries:
        english = getattr(country, "common_name", country.name)
        spoken = table.gettext(english)
        if spoken == english or "," in spoken:
            spoken = locale.territories.get(country.alpha_2, spoken)
        names[country.alpha_3] = spoken
    return names
