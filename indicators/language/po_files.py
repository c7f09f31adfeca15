"""Read the languages of a folder: one gettext file each, `fr.po`. Adding a language is adding a file."""

import gettext
import io
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from pycountry import LOCALES_DIR, countries

from scidip.indicators.errors import CatalogueError
from scidip.indicators.language.current import ENGLISH, Language


def load_languages(folder: Path) -> dict[str, Language]:
    """Return English and the languages of *folder* by code, in the order of their codes, English first.

    Raises CatalogueError for a file that is not gettext's, or is not named by a language (BCP 47, "pt-BR").
    """
    files = sorted(folder.glob("*.po")) if folder.is_dir() else []
    return {"en": ENGLISH} | {f.stem: load_language(f) for f in files}


DRAFT = "machine draft"
"""The comment of a message that a machine has drafted and nobody has read."""


def load_language(path: Path) -> Language:
    """Return the language of one file of messages; a file that has not changed is read once."""
    about = path.stat()
    return _loaded(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _loaded(path: Path, _changed: int, _size: int) -> Language:
    code = path.stem
    try:
        locale = Locale.parse(code, sep="-")
        with path.open("rb") as file:
            messages = read_po(file, locale=locale, abort_invalid=True)
    except (ValueError, UnknownLocaleError) as error:
        raise CatalogueError([f"{path.name}: not named by a language ({error})"]) from error
    except PoFileError as error:
        raise CatalogueError([f"{path.name}: not a file of messages ({error})"]) from error
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    symbols = locale.number_symbols["latn"]
    return Language(
        code=code,
        name=(locale.get_display_name(locale) or code).capitalize(),
        direction=locale.text_direction,
        messages=gettext.GNUTranslations(compiled),
        area_names=_area_names(locale),
        decimal=symbols["decimal"],
        group=symbols["group"],
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
