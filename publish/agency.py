"""The agency of this copy, by its file; and the languages that it offers."""

from collections.abc import Mapping
from pathlib import Path

from scidip.figures.theme import TOKENS
from scidip.indicators.agency.agency_file import load_agency
from scidip.indicators.agency.profile import NO_AGENCY, Agency
from scidip.indicators.language.current import Language
from scidip.indicators.language.po_files import load_languages
from scidip.indicators.model.areas import Areas

GROUNDS = ("paper", "card")
"""Colours that links stand on."""


def read_agency(file: Path | None, areas: Areas, folder: Path) -> tuple[Agency, Mapping[str, Language]]:
    """Return what the *file* says, and the languages of a *folder* that are offered; of no file, all of them.

    Raises AgencyError with every fault of the file.
    """
    held = load_languages(folder)
    if file is None:
        return NO_AGENCY, held
    grounds = {theme: {name: tokens[name] for name in GROUNDS} for theme, tokens in TOKENS.items()}
    agency = load_agency(file, areas, held, grounds)
    return agency, agency.offered(held)
