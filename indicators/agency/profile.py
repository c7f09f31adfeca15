"""What an agency says of its copy of the observatory: pure values, all of them checked when they are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from scidip.indicators.agency.plain_text import Block
from scidip.indicators.language.current import Language, current

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Words:
    """A text in one language or several; empty when the agency says nothing."""

    by_language: Mapping[str, str] = field(default_factory=dict)
    """Language code to text; empty where one text is said in all languages."""
    usual: str = ""
    """Said in languages that have no text of their own."""

    def said(self) -> str:
        """Return the text in the language that is spoken now."""
        return self.by_language.get(current().code, self.usual)


@dataclass(frozen=True)
class Logo:
    """A picture of the agency, an SVG without scripts and references or a PNG."""

    data: bytes
    kind: Literal["svg", "png"]
    name: str
    """Of its address; another picture has another name."""


@dataclass(frozen=True)
class Agency:
    """An agency; of a copy that has none, every part is empty and all is as the project has it."""

    name: Words = Words()
    languages: tuple[str, ...] = ()
    """Codes of those that are offered, the usual one first; empty for all."""
    home: str = ""
    """Alpha-3 code."""
    peers: tuple[str, ...] = ()
    """Alpha-3 codes, in the order given."""
    contact: str = ""
    """An https or mailto address."""
    terms: str = ""
    """An https address, or nothing."""
    terms_text: tuple[Block, ...] = ()
    """What the page of terms says, or nothing."""
    accent: Mapping[Theme, str] = field(default_factory=dict)
    """Theme to #RRGGBB; both themes or none."""
    logo: Mapping[Theme, Logo] = field(default_factory=dict)
    """The light one, or both."""
    note: Words = Words()
    """On names and boundaries."""
    note_is_instead: bool = False
    """Whether it stands in the place of the project's note, or follows it."""
    digest: str = ""
    """Names everything here: SHA-256 of the file and of what it names; empty when there is no file."""

    def offered(self, held: Mapping[str, Language]) -> dict[str, Language]:
        """Return the languages that are offered, of those *held*; the usual one first."""
        return {code: held[code] for code in self.languages} if self.languages else dict(held)

    def calling(self, name: str) -> "Agency":
        """Return the profile of a copy that shows one thing of that *name*; the agency's own name goes before it."""
        return self if self.name.said() else replace(self, name=Words(usual=name))

    def named(self, code: str) -> str:
        """Return the name of the *code* that runs with this file: what was made with another is not sent again."""
        return f"{code}-{self.digest[:16]}" if self.digest else code


NO_AGENCY = Agency()
"""The profile of a copy that has no file."""
