"""Panels: what is shown beside the index by the nouns of a text, each with one answer."""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from scidip.indicators.language.current import N_
from scidip.indicators.model.base import Model

Answer = Literal["figure", "proxy", "not_measured"]
ANSWERS: Final[Mapping[str, str]] = {
    "figure": N_("figures"),
    "proxy": N_("a proxy"),
    "not_measured": N_("not measured"),
}
"""How a noun is answered."""
TEXTS: Final[Mapping[str, str]] = {
    "science": N_("Cooperation in science"),
    "universities": N_("Cooperation between universities"),
}
"""Which of UNESCO's texts names a noun."""


class Programme(Model):
    """A noun of a panel's texts, a programme or an aim, with one answer: figures, a proxy, or why there is none."""

    code: str
    name: str
    text: Literal["science", "universities"] = "science"
    """Which of the texts names it."""
    indicators: tuple[str, ...] = ()
    proxy: str = ""
    """For what the indicators stand only in part; empty where they are figures of it."""
    compared: tuple[str, ...] = ()
    """Indicators of which the distance from the world median is shown."""
    not_measured: str = ""
    supply: str = ""
    """The indicator that a user may supply figures for, of what is not measured."""

    @property
    def answer(self) -> Answer:
        """How the noun is answered."""
        if self.not_measured:
            return "not_measured"
        return "proxy" if self.proxy else "figure"


class Panel(Model):
    """Indicators shown beside the index, grouped by programme, and not scored in it."""

    code: str
    name: str
    description: str
    reference: str
    programme: tuple[Programme, ...]

    def with_supplied(self, codes: Collection[str]) -> "Panel":
        """Return the panel with what the supplied indicators among *codes* measure as measured."""
        told = (
            p.model_copy(update={"indicators": (p.supply,), "not_measured": "", "supply": ""})
            if p.supply in codes
            else p
            for p in self.programme
        )
        return self.model_copy(update={"programme": tuple(told)})
