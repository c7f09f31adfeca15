"""What the program's pages know of an index of one's own: its framework, indicators, methodology and units.

Codes of META and DATA may be anything; those of the pages stand in addresses and style sheets. `Workspace.codes` and
`Workspace.units` say which is which.
"""

import hashlib
import re
import unicodedata
from typing import Any, Final

import pandas as pd

from scidip.indicators.model.areas import Areas
from scidip.indicators.model.base import Model
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, DEFAULT_METHODOLOGY

SOURCE: Final = "own"
"""Id of the source of all figures of a workspace."""
DOCUMENT: Final = "workspace.json"
"""The file by which a folder is known to be a workspace."""

LONGEST_SLUG: Final = 40
"""Letters of an index's name that names of its files hold at most."""


class Unit(Model):
    """A unit of DATA."""

    ref_area: str
    """Its code on the pages: the uCode, as far as an address can hold it."""
    code: str
    """Its uCode."""
    name: str
    is_country: bool


class Workspace(Model):
    """An index of one's own, beside its figures and scores."""

    name: str
    framework: Framework
    indicators: tuple[IndicatorSpec, ...]
    methodology: Methodology
    """As far as the pages can say it; `steps` says all of it."""
    units: tuple[Unit, ...]
    codes: dict[str, str]
    """By iCode, the code of the indicator or node on the pages; the index is always `DEFAULT_INDEX`."""
    repeated: dict[str, str]
    """By code of the pages, the iCode of the node that a node repeats, because META has no level there."""
    steps: dict[str, Any]
    """The methodology as `scidip composite` writes it."""
    inputs: dict[str, str]
    """SHA-256 of the files by name."""
    notes: tuple[str, ...] = ()
    can_be_varied: bool = False
    """Whether scoring anew, as the page of robustness does, gives the scores that serve."""
    same_ranges: bool = False
    """Whether its ranges of ranks are those that serve, too."""

    @property
    def digest(self) -> str:
        """Sixteen digits that name all of this: what was made of another is not sent again."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @property
    def slug(self) -> str:
        """The name as names of files hold it: what is no letter or digit of ASCII is a hyphen."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "own-index"

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the pages."""
        indicators = {i.code: i for i in self.indicators}
        frameworks, methods = {DEFAULT_FRAMEWORK: self.framework}, {DEFAULT_METHODOLOGY: self.methodology}
        return Catalogue(
            indicators, frameworks, methods, own=self.name, files=self._in_files, is_drawn_again=self.can_be_varied
        ).under(DEFAULT_METHODOLOGY)

    @property
    def _in_files(self) -> dict[str, str]:
        """What files call the framework and the index: by the index's name, and by its own code."""
        top = next((own for own, code in self.codes.items() if code == DEFAULT_INDEX), DEFAULT_INDEX)
        others = {code for code in (*self.codes.values(), *self.repeated) if code != DEFAULT_INDEX}
        return {DEFAULT_FRAMEWORK: self.slug, DEFAULT_INDEX: f"{top}_index" if top in others else top}

    @property
    def sources(self) -> dict[str, SourceSpec]:
        """Whence all figures are: from the user."""
        spec = SourceSpec(
            id=SOURCE,
            kind="user",
            title=f"{self.name} (own index)",
            publisher="The user of this copy",
            homepage="",
            licence="as the user says",
            citation=f"{self.name}, an index of the user's own, scored by scidip",
        )
        return {SOURCE: spec}

    def areas(self, world: Areas) -> Areas:
        """Return the units as areas; those that are countries as the *world* has them."""
        known = world.table.set_index("ref_area", drop=False)
        rows = [known.loc[u.ref_area].to_dict() if u.is_country else _area(u, known) for u in self.units]
        table = pd.DataFrame(rows, columns=known.columns).sort_values("ref_area", ignore_index=True)
        here = {u.ref_area for u in self.units if u.is_country}
        aliases = {key: code for key, code in world.aliases.items() if code in here}
        tiles = {code: place for code, place in world.tiles.items() if code in here}
        return Areas(table, aliases, {}, {}, {}, world.editions, tiles)


def _area(unit: Unit, known: pd.DataFrame) -> dict[str, Any]:
    """Return the row of a unit that is no country: its name, and nothing that is known of it."""
    said = {"ref_area": unit.ref_area, "name": unit.name, "kind": "state", "ldc": "0", "lldc": "0", "sids": "0"}
    nowhere = {"latitude": float("nan"), "longitude": float("nan")}
    return dict.fromkeys(known.columns, "") | said | nowhere
