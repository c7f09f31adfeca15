"""Read an agency's file, and find every fault in it before anything starts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scidip.indicators.agency.addresses import is_address
from scidip.indicators.agency.colour import COLOUR, LEAST, too_pale
from scidip.indicators.agency.logo_check import LARGEST as LARGEST_LOGO
from scidip.indicators.agency.logo_check import logo_faults, logo_of
from scidip.indicators.agency.plain_text import Block, blocks, refused_links
from scidip.indicators.agency.profile import Agency, Logo, Theme, Words
from scidip.indicators.agency.reading import LARGEST, Reading, short
from scidip.indicators.errors import AgencyError
from scidip.indicators.language.current import Language
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.methodology_checks import remedy

LONGEST_NAME, LONGEST_NOTE, MOST_PEERS = 80, 600, 20
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
KEYS: Final = ("name", "languages", "home", "peers", "contact", "terms", "accent", "logo", "note")
PLACES: Final = ("after", "instead")
Grounds = Mapping[Theme, Mapping[str, str]]
"""Theme to the names and colours (#RRGGBB) of what text stands on."""


def load_agency(path: Path, areas: Areas, held: Mapping[str, Language], grounds: Grounds) -> Agency:
    """Return what the file at *path* says; *held* are the languages there are.

    Raises AgencyError with a sentence for every fault: the key, its value, and what to do.
    """
    reading = _File(path, areas=areas, held=held, grounds=grounds)
    found = reading.agency()
    if found is None or reading.faults:
        raise AgencyError([f"{path.name}: {fault}" for fault in reading.faults])
    return found


@dataclass(kw_only=True)
class _File(Reading):
    """The file of an agency."""

    areas: Areas
    held: Mapping[str, Language]
    grounds: Grounds

    def agency(self) -> Agency | None:
        document = self._document()
        if document is None:
            return None
        self.unknown(document, KEYS)
        if "name" not in document:
            self.fault("name", "missing: say what this copy is called, as name = 'Ministry of Science'")
        languages = self._languages(document)
        terms, terms_text = self._terms(document)
        note, is_instead = self._note(document, languages)
        return Agency(
            name=self._words("name", document.get("name"), languages, LONGEST_NAME),
            languages=languages,
            home=self._home(document),
            peers=self._peers(document),
            contact=self._address("contact", document.get("contact")),
            terms=terms,
            terms_text=terms_text,
            accent=self._accent(document.get("accent")),
            logo=self._logo(document.get("logo")),
            note=note,
            note_is_instead=is_instead,
            digest=self.content.hexdigest(),
        )

    def _document(self) -> dict[str, Any] | None:
        data = self.bytes_of(self.path, LARGEST, "SCIDIP_AGENCY", str(self.path))
        text = None if data is None else self.text_of("SCIDIP_AGENCY", data, self.path.name)
        if text is None:
            return None
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"not valid TOML: {error}")
            return None

    def _words(self, key: str, given: Any, languages: tuple[str, ...], most: int) -> Words:
        """Return a text in one language or several."""
        if isinstance(given, dict):
            offered = languages or tuple(self.held)
            for code in sorted(given.keys() - set(offered)):
                self.fault(f"{key}.{code}", f"this language is not offered; {remedy(code, offered)}", given[code])
            said = {code: text for code, text in given.items() if self._is_line(f"{key}.{code}", text, most)}
            if offered[0] not in given:
                self.fault(key, f"the text in the usual language is missing; add {key}.{offered[0]}")
            return Words(said, said.get(offered[0], ""))
        if given is None or not self.is_kind(given, str, key, "a text, or a table of language and text,"):
            return Words()
        return Words({}, given) if self._is_line(key, given, most) else Words()

    def _is_line(self, key: str, text: Any, most: int) -> bool:
        if not self.is_kind(text, str, key, "a text"):
            return False
        if not text.strip() or len(text) > most:
            self.fault(key, f"a text of 1 to {most} letters is meant, and this has {len(text.strip())}", text)
        elif not text.isprintable():
            self.fault(key, "one line is meant, without control characters", text)
        else:
            return True
        return False

    def _languages(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        given = document.get("languages")
        codes = self.codes("languages", given, "codes of languages")
        for code in codes:
            if code not in self.held:
                known = ", ".join(self.held)
                self.fault("languages", f"this language is not held; choose of {known}, or add its file", code)
        if given == []:
            self.fault("languages", "name one language at least, or take the key out", given)
        return tuple(code for code in codes if code in self.held)

    def _home(self, document: Mapping[str, Any]) -> str:
        given = document.get("home")
        if not self.is_kind(given, str, "home", "the code of a country in three letters"):
            return ""
        return given if self._is_area("home", given) else ""

    def _peers(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        codes = self.codes("peers", document.get("peers"), "codes of countries in three letters")
        if len(codes) > MOST_PEERS:
            self.fault("peers", f"{len(codes)} countries; {MOST_PEERS} are the most")
        if document.get("home") in codes:
            self.fault("peers", "the home country is no peer of itself; take it out", document["home"])
        return tuple(code for code in codes if self._is_area("peers", code))

    def _is_area(self, key: str, code: str) -> bool:
        """Return whether a code is of an area that exists today."""
        table = self.areas.table
        known = frozenset(table.loc[table["kind"] != "former", "ref_area"])
        if code in known:
            return True
        meant = self.areas.resolve("", code, "name").ref_area
        words = f"write {meant!r}" if meant in known else remedy(code, known)
        self.fault(key, f"there is no country of this code; {words}", code)
        return False

    def _address(self, key: str, given: Any) -> str:
        if not self.is_kind(given, str, key, "an address"):
            return ""
        if not is_address(given):
            self.fault(key, "an address like https://example.org or mailto:office@example.org is meant", given)
        return str(given)

    def _terms(self, document: Mapping[str, Any]) -> tuple[str, tuple[Block, ...]]:
        """Return the address of the terms, or what they say."""
        given = document.get("terms")
        if not self.is_kind(given, str, "terms", "an https address, or the name of a text beside this file,"):
            return "", ()
        if is_address(given, mail=False):
            return str(given), ()
        if ":" in given or not given.endswith((".md", ".txt")):
            words = "an address like https://example.org/terms, or a file that ends in .md beside this one, is meant"
            self.fault("terms", words, given)
            return "", ()
        data = self.beside("terms", given, LARGEST)
        text = None if data is None else self.text_of("terms", data, given)
        for line, address in refused_links(text or ""):
            words = f"line {line} links to {short(address)}; only https, mailto and paths of this site are followed"
            self.fault("terms", words, given)
        if text is not None and not text.strip():
            self.fault("terms", "the file is empty; write the terms, or take the name out", given)
        return "", blocks(text or "")

    def _accent(self, given: Any) -> dict[Theme, str]:
        words = "a colour for each theme, as accent = { light = '#1F4E8C', dark = '#7FB2F0' },"
        if not self.is_kind(given, dict, "accent", words):
            return {}
        self.unknown(given, THEMES, "accent.")
        for theme in THEMES:
            if theme not in given:
                self.fault(f"accent.{theme}", "missing: no one colour can be read on light and on dark paper; add it")
            elif not isinstance(given[theme], str) or not COLOUR.fullmatch(given[theme]):
                self.fault(f"accent.{theme}", "a colour like #1F4E8C is meant", given[theme])
            else:
                self._readable(theme, given[theme])
        return {theme: given[theme] for theme in THEMES if isinstance(given.get(theme), str)}

    def _readable(self, theme: Theme, colour: str) -> None:
        for name, ratio in too_pale(colour, self.grounds[theme]):
            shade = "darker" if theme == "light" else "lighter"
            words = f"its contrast on the {theme} {name} is {ratio:.1f}, and text needs {LEAST}; take a {shade} one"
            self.fault(f"accent.{theme}", words, colour)
            return

    def _logo(self, given: Any) -> dict[Theme, Logo]:
        if isinstance(given, str):
            given = {"light": given}
        if not self.is_kind(given, dict, "logo", "the name of a file, or one for each theme,"):
            return {}
        self.unknown(given, THEMES, "logo.")
        if "light" not in given:
            self.fault("logo.light", "missing: a logo for dark paper alone would not be seen on light paper; add it")
        read = {theme: self._picture(f"logo.{theme}", given[theme]) for theme in THEMES if theme in given}
        return {theme: logo for theme, logo in read.items() if logo is not None}

    def _picture(self, key: str, given: Any) -> Logo | None:
        if not self.is_kind(given, str, key, "the name of a file"):
            return None
        data = self.beside(key, given, LARGEST_LOGO)
        logo = None if data is None else logo_of(data)
        if data is not None and logo is None:
            self.fault(key, "it is neither SVG nor PNG; save it as one of both", given)
        for fault in logo_faults(logo) if logo else ():
            self.fault(key, fault, given)
        return logo

    def _note(self, document: Mapping[str, Any], languages: tuple[str, ...]) -> tuple[Words, bool]:
        given = document.get("note")
        if not self.is_kind(given, dict, "note", "a table of text and place"):
            return Words(), False
        self.unknown(given, ("text", "place"), "note.")
        if "text" not in given:
            self.fault("note.text", "missing: say what is printed under maps, or take [note] out")
        place = given.get("place", "after")
        if place not in PLACES:
            self.fault("note.place", f"one of {', '.join(map(repr, PLACES))} is meant", place)
        return self._words("note.text", given.get("text"), languages, LONGEST_NOTE), place == "instead"
