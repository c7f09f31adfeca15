"""Where a briefing's figures come from, what terms apply, and the addresses at which they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from scidip.findings import terms
from scidip.findings.session import Desk
from scidip.indicators.language.current import _
from scidip.publish.briefs import own
from scidip.publish.briefs.brief import Block, Grid, Part, Words
from scidip.publish.export.provenance import about
from scidip.store.queries import served


@dataclass(frozen=True)
class Asked:
    """What a briefing is asked for."""

    desk: Desk
    year: int
    site: str
    """The address of the site that its links point to, without a slash at the end."""

    def link(self, path: str, **query: Any) -> str:
        """Return the address of a page, with the year and the data version, so that it shows the same figures."""
        named = {k: v for k, v in query.items() if v} | {"year": self.year, "v": self.desk.data_version}
        return f"{self.site}{path}?{urlencode(named, safe=',')}"

    def stem(self, areas: Sequence[str]) -> str:
        """Return the name of the files on an area or a pair, without ending; it says whose index it is."""
        mine = self.desk.own
        return f"{mine.slug if mine else 'scidip'}-brief-{'-'.join(areas)}-{self.year}"

    @property
    def score_source(self) -> str:
        """The source line of scores."""
        if self.desk.own is not None:
            words = _("Source: {index}, an index of the user’s own, score of {year}; licence: {licence}.")
            licence = _(self.desk.catalogue.scores_licence)
            return words.format(index=self.desk.own.name, year=self.year, licence=licence)
        words = _("Source: scidip, score 0–100 of {year}, from the sources on the last page; licence: CC BY 4.0.")
        return words.format(year=self.year) + self._supplied

    @property
    def score_name(self) -> str:
        """What scores are called, with the ends of their scale where it has these."""
        return _("Score 0–100") if own.is_to_hundred(self.desk.own) else _("Score")

    @property
    def _supplied(self) -> str:
        names = [spec.name.lower() for code, spec in self.desk.catalogue.indicators.items() if code in self.supplied]
        words = _("Contains figures supplied by the user of this copy: {names}.")
        return " " + words.format(names=_(", ").join(names)) if names else ""

    @property
    def supplied(self) -> frozenset[str]:
        """Codes of the indicators with figures supplied by a user."""
        return frozenset(self.desk.query(served.supplied_indicators))

    def terms(self, codes: Iterable[str]) -> list[str]:
        """Return, for series that may not be passed on in bulk, the sentence that says so."""
        refused: Mapping[str, str] = self.desk.cache.get(
            ("refusals", self.desk.data_version), lambda: terms.refusals(self.desk.engine, self.desk.catalogue)
        )
        return [refused[code] for code in dict.fromkeys(codes) if code in refused]


def source_line(frame: pd.DataFrame) -> str:
    """Return "Sources: title (licence); …" of rows with source_title and licence, each once."""
    found = frame[["source_title", "licence"]].dropna().drop_duplicates()
    said = "; ".join(f"{r.source_title} ({r.licence})" for r in found.itertuples())
    return _("Sources: {sources}.").format(sources=said) if said else ""


Origin = tuple[str, str, str]
"""Title, release and licence."""


def origins(frame: pd.DataFrame) -> list[Origin]:
    """Return each source once, by title, from rows with source_title, vintage and licence.

    What was derived from several names them with plus signs; it is taken apart.
    """
    found: dict[str, Origin] = {}
    for row in frame[["source_title", "vintage", "licence"]].dropna().itertuples(index=False):
        parts = [str(text).split(" + ") for text in row]
        parts = [p * len(parts[0]) if len(p) == 1 else p for p in parts]
        whole = len({len(p) for p in parts}) == 1
        for title, release, licence in zip(*parts, strict=True) if whole else [tuple(map(str, row))]:
            if title not in found or release > found[title][1]:
                found[title] = (title, release, licence)
    return [found[k] for k in sorted(found)]


def method_part(asked: Asked, finding: str, rows: list[Origin], notes: tuple[str, ...]) -> Part:
    """Return the last part: the sources in two columns, the method, and how to cite."""
    told = about(asked.desk.engine, asked.desk.catalogue)
    mine = asked.desk.own
    if mine is not None:
        method = own.method(mine, told.licence, told.citation, told.methodology_digest)
        listed = Grid(_("Sources"), (_("Source"), _("Licence")), own.files(mine, told.licence), (2.9, 1.7))
        return _last(asked, finding, (Words(method), listed), notes)
    name = _(asked.desk.catalogue.methodology.name)
    words = (
        _(
            "Method|Figures are treated for outliers, set on a scale from 0 to 100 over all countries and years, and "
            "averaged to dimensions, factors and the index. Ranges repeat this with other weights, scales and means."
        ),
        _("Licence|Scores: CC BY 4.0. Figures: the terms of each source."),
        _("Cite as|{citation}").format(citation=told.citation),
        _("Methodology|{name}, digest {digest}").format(name=name, digest=told.methodology_digest),
    )
    half = (len(rows) + 1) // 2
    tables = (_listed(part) for part in (rows[:half], rows[half:]) if part)
    return _last(asked, finding, (Words(words), *tables), notes)


def _last(asked: Asked, finding: str, blocks: tuple[Block, ...], notes: tuple[str, ...]) -> Part:
    return Part(
        "sources",
        finding,
        _("Sources, licences, method and how to cite"),
        blocks,
        {1: (1.0,), 2: (0.4, 0.6), 3: (0.24, 0.38, 0.38)}[len(blocks)],
        asked.score_source,
        asked.link("/methodology"),
        notes,
    )


def _listed(rows: list[Origin]) -> Grid:
    texts = tuple((f"{title}, {release}", licence) for title, release, licence in rows)
    return Grid(_("Sources"), (_("Source and release"), _("Licence")), texts, (2.9, 1.7))
