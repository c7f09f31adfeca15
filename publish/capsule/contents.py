"""What a capsule holds, section by section: each file with its place, the words that lead to it, and its bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from scidip.findings import terms
from scidip.findings.claims import check
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import (
    country_moves,
    event_years,
    events,
    expected,
    fields,
    openings,
    openness_fields,
    treaties,
)
from scidip.findings.exhibits.cooperation import unesco as unesco_exhibits
from scidip.findings.exhibits.pair import EXHIBITS
from scidip.findings.pair import PairView
from scidip.findings.stories.told import tell
from scidip.indicators.language.current import ENGLISH, _, speaking
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.stories.files import load_stories
from scidip.publish.api.exhibit_records import frame_of
from scidip.publish.briefs.brief import Brief
from scidip.publish.briefs.making import FORMATS, Maker
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.story import story_brief
from scidip.publish.capsule.packing import settled_office, settled_pdf
from scidip.publish.citation import styles, works
from scidip.publish.export import tables
from scidip.publish.export.data_package import write_package
from scidip.publish.export.provenance import methodology_digest
from scidip.publish.export.tables import Table
from scidip.publish.formats import csv
from scidip.publish.render.browser import NoBrowser
from scidip.publish.render.table_files import as_csv
from scidip.publish.reports import methodology_doc
from scidip.store.table_rows import Chosen

OF_COUNTRY: Final[Sequence[Callable[[Any, str, int], Exhibit | None]]] = (
    expected.of_area,
    openings.openings,
    openings.missed,
    country_moves.country_moves,
    lambda desk, area, _year: treaties.of_one(desk, area),
    events.of_country,
    event_years.of_country,
    *fields.OF_COUNTRY.values(),
    *openness_fields.OF_COUNTRY.values(),
    *unesco_exhibits.OF_COUNTRY.values(),
)
"""What the page of a country shows, as values."""
PACKAGE: Final = "data/package.zip"


@dataclass(frozen=True)
class Item:
    """A file of a capsule, and the words that lead to it."""

    path: str
    label: str
    content: bytes


@dataclass(frozen=True)
class Section:
    """Files of one kind; `note` says what is not among them."""

    title: str
    items: tuple[Item, ...]
    note: str = ""


@dataclass(frozen=True)
class Order:
    """What a capsule is asked for: the desk, the year and the site, one area or two, the data folder, who draws."""

    asked: Asked
    areas: tuple[str, ...]
    folder: Path
    """Of catalogue, documents and stories."""
    maker: Maker


def briefing(order: Order, brief: Brief) -> Section:
    """Return the briefing as a document, two pages and slides; the pages are left out where no browser prints them."""
    names = {"html": _("Document"), "pdf": _("Two pages for print (PDF)"), "pptx": _("Slides (PPTX)")}
    settle = {"pdf": settled_pdf, "pptx": settled_office}
    items, note = [], ""
    for code, label in names.items():
        try:
            content = order.maker.make(brief, code)
        except NoBrowser:
            note = _(
                "Without pictures and the two pages for print, which a browser makes: none was at hand, or asked for."
            )
            continue
        items.append(Item(f"briefing/briefing.{code}", label, settle.get(code, bytes)(content)))
    return Section(_("Briefing"), tuple(items), note)


def stories(order: Order) -> Section:
    """Return every story as a document, each sentence held against the figures."""
    known, items = check.evidence_of(order.asked.desk), []
    for name, story in load_stories(order.folder / "stories").items():
        told = tell(story, known)
        made = FORMATS["html"].make(story_brief(order.asked, told), Maker())
        items.append(Item(f"stories/{name}.html", told.title, made))
    return Section(_("Stories"), tuple(items))


def method(order: Order, page: Callable[[str, str], bytes]) -> Section:
    """Return the methodology, in English, as *page* sets it."""
    with speaking(ENGLISH):
        text = methodology_doc.document(order.folder / "documents", order.asked.desk)
    return Section(_("Method"), (Item("method/methodology.html", _("Methodology (in English)"), page("en", text)),))


def figures(order: Order) -> Section:
    """Return scores with their ranges and every figure, then what is shown of the country or the pair, as CSV."""
    desk, areas = order.asked.desk, list(order.areas)
    engine, catalogue = desk.engine, desk.catalogue
    scores = Chosen({"ref_area": areas, "framework": list(catalogue.frameworks)})
    named = (
        ("scores", _("Scores and ranks with their ranges, every year"), tables.scores(engine, catalogue, scores)),
        (
            "figures",
            _("Every figure with year, source and licence"),
            tables.observations(engine, catalogue, Chosen({"ref_area": areas})),
        ),
        ("ties", _("Every figure of ties with year, source and licence"), _ties(order)),
    )
    with speaking(ENGLISH):
        items = [Item(f"tables/{n}.csv", words, b"".join(csv.FORMAT.pieces(table))) for n, words, table in named]
    return Section(_("Tables (CSV)"), (*items, *_exhibits(order)))


def _ties(order: Order) -> Table:
    """Return figures of pairs: those of the two with each other, or those of the one country with any, either way."""
    first, last = order.areas[0], order.areas[-1]
    there = {"ref_area": [first]} | ({"counterpart_area": [last]} if first != last else {})
    back = {"counterpart_area": [first]} | ({"ref_area": [last]} if first != last else {})
    engine, catalogue = order.asked.desk.engine, order.asked.desk.catalogue
    both = [tables.observations(engine, catalogue, Chosen(way), pairs=True) for way in (there, back)]
    return replace(both[0], rows=lambda: (row for table in both for row in table.rows()))


def _exhibits(order: Order) -> Iterator[Item]:
    """Yield what the page of the country or the pair shows; without series that may not be passed on."""
    desk, year = order.asked.desk, order.asked.year
    held = {*terms.withheld(desk.engine, desk.catalogue)}
    if len(order.areas) == 2:
        view = PairView(desk, *order.areas, year)
        made = [make(view) for make in EXHIBITS.values()]
    else:
        made = [make(desk, order.areas[0], year) for make in OF_COUNTRY]
    for shown in made:
        if shown is None or (shown.series and not {*shown.series} - held):
            continue
        content = as_csv(frame_of(shown, held), _notes(order, shown, held))
        yield Item(f"tables/{shown.key}.csv", said(shown.table.caption), content)


def _notes(order: Order, shown: Exhibit, held: set[str]) -> list[tuple[str, str]]:
    desk = order.asked.desk
    with speaking(ENGLISH):
        codes = [c for c in shown.series if c in desk.catalogue.indicators and c not in held]
        each = works.series_works(desk.engine, desk.catalogue, codes, desk.data_version)
        named = dict.fromkeys(f"{title} ({work.licence})" for work in each for title, *_rest in work.producers)
        return [
            ("Table", said(shown.table.caption)),
            ("Source", "; ".join(named) or "scidip"),
            ("Data version", desk.data_version),
            ("Date", works.today().isoformat()),
        ]


def data(order: Order, declared: Catalogue) -> Section:
    """Return the data package that gives the ranking again: what the default framework is computed from, no more.

    *declared* is the catalogue by the methodology that serves, in English.
    """
    made = BytesIO()
    with speaking(ENGLISH):
        desk = order.asked.desk
        write_package(made, desk.engine, declared, desk.areas, small=True)
    words = _("Figures of all countries from which the ranking is computed again")
    note = _(
        "Holds the scored series of the default framework, all countries and years. Left out, to be small: series that "
        "are not scored, pairs of other countries, other frameworks, and the ranges of others' scores."
    )
    return Section(_("Data"), (Item(PACKAGE, words, made.getvalue()),), note)


def citations(order: Order) -> Section:
    """Return how scores, figures and each series are cited, as text, BibTeX and RIS."""
    desk = order.asked.desk
    with speaking(ENGLISH):
        catalogue, version = desk.catalogue, desk.data_version
        digest = methodology_digest(catalogue.methodology)
        cited = [works.table_work(what, version, digest) for what in ("scores", "observations")]
        cited += works.series_works(desk.engine, catalogue, sorted(catalogue.indicators), version)
        made = {end: "\n".join(write(w) for w in cited).encode() for write, _type, end in styles.TEXTS.values()}
    labels: Mapping[str, str] = {"txt": _("Text"), "bib": "BibTeX", "ris": "RIS"}
    items = tuple(Item(f"citations/citations.{end}", labels[end], content) for end, content in made.items())
    return Section(_("Citations"), items)
