"""From an order to the files of a capsule: sections, first page, manifest, signature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scidip.findings import terms
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import _
from scidip.indicators.model.catalogue import Catalogue
from scidip.publish.briefs.brief import Brief
from scidip.publish.briefs.making import brief_of
from scidip.publish.capsule import contents, index, minisign, packing
from scidip.publish.capsule.contents import Order, Section
from scidip.publish.capsule.minisign import SecretKey
from scidip.publish.citation.styles import NAME
from scidip.publish.export.provenance import About, about_table
from scidip.store import table_rows


@dataclass(frozen=True)
class Capsule:
    """A capsule: its files by path, the same as one zip file, and the name of its folder."""

    stem: str
    files: dict[str, bytes]
    zipped: bytes


def capsule_of(
    order: Order, declared: Catalogue, key: SecretKey | None, program: str, tell: Callable[[str], None]
) -> Capsule:
    """Return the capsule of *order*, signed when there is a *key*; *tell* is told what is being made.

    *declared* is the catalogue by the methodology that serves, in English; *program* what made it. Raises ScidipError
    when it would be larger than `packing.LARGEST`.
    """
    brief, sections = brief_of(order.asked, order.areas), []
    makers: tuple[tuple[str, Callable[[], Section]], ...] = (
        ("briefing", lambda: contents.briefing(order, brief)),
        ("stories", lambda: contents.stories(order)),
        ("method", lambda: contents.method(order, index.method_page)),
        ("tables", lambda: contents.figures(order)),
        ("data", lambda: contents.data(order, declared)),
        ("citations", lambda: contents.citations(order)),
    )
    for name, make in makers:
        tell(name)
        sections.append(make())
    stem = f"scidip-capsule-{'-'.join(order.areas)}"
    told = about_table(order.asked.desk.engine, declared, "scores")
    files = {item.path: item.content for section in sections for item in section.items}
    files["index.html"] = index.index(_facts(order, declared, brief, told, key, program), sections)
    files |= _sealed(order, brief, key, program, files)
    zipped = packing.packed(stem, files)
    if len(zipped) > packing.LARGEST:
        raise ScidipError(
            f"the capsule would have {len(zipped):,} bytes, and at most {packing.LARGEST:,} are written; "
            f"leave the pictures out (--no-pictures)"
        )
    return Capsule(stem, files, zipped)


def _facts(
    order: Order, declared: Catalogue, brief: Brief, told: About, key: SecretKey | None, program: str
) -> index.Facts:
    method, year = order.asked.desk.catalogue.methodology, order.asked.year
    edition = _("Edition {year}") if year == method.period.edition else _("Year {year}")
    rows = (
        (_("Figures"), edition.format(year=year)),
        (_("Data version"), told.data_version),
        (_("Made on"), brief.made.isoformat()),
        (_("Method"), f"{_(method.name)} ({told.methodology_digest})"),
        (_("Made by"), " · ".join(filter(None, (brief.publisher, NAME, program)))),
        (_("Cite as"), told.citation),
    )
    return index.Facts(brief.title, rows, told.sources, _withheld(order, declared), key.public.name if key else "")


def _withheld(order: Order, declared: Catalogue) -> list[tuple[str, str, str, str]]:
    """Return, by source, its licence, the names of its series that may not be passed on, and where to get them."""
    desk = order.asked.desk
    closed = table_rows.closed_sources(desk.engine)
    series: dict[str, list[str]] = {}
    for code, source in terms.withheld(desk.engine, declared).items():
        series.setdefault(source, []).append(desk.catalogue.indicators[code].name)
    return [(*closed[source][:2], _("; ").join(names), closed[source][2]) for source, names in sorted(series.items())]


def _sealed(
    order: Order, brief: Brief, key: SecretKey | None, program: str, files: dict[str, bytes]
) -> dict[str, bytes]:
    """Return the manifest and, with a *key*, its signature and the public key."""
    version, made = order.asked.desk.data_version, brief.made.isoformat()
    told: dict[str, Any] = {"areas": list(order.areas), "year": order.asked.year, "language": brief.language}
    told |= {"data_version": version, "made": made, "program": program, "key": key.public.name if key else ""}
    public = {packing.KEY: key.public.text.encode()} if key else {}
    listed = packing.manifest(files | public, told)
    sealed = {packing.MANIFEST: listed, **public}
    if key:
        comment = f"scidip capsule {' '.join(order.areas)}, data version {version}, made on {made}"
        sealed[packing.SIGNATURE] = minisign.sign(listed, key, comment).encode()
    return sealed
