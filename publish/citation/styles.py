"""How a table or a series is cited: short, long, as BibTeX and as RIS. Pure: nothing is read here."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

NAME: Final = "Science and Technology Diplomacy Observatory"
_BIBTEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


@dataclass(frozen=True)
class Work:
    """What is cited: a table of the observatory, or a series of the producers it rests on."""

    key: str
    """Code of the series or table: what BibTeX calls it."""
    title: str
    version: str
    """Data version."""
    accessed: date
    licence: str
    producers: tuple[tuple[str, str, str, str], ...] = ()
    """Of a series: short title, publisher, citation asked for and vintage of each source; none for tables."""
    computed: bool = False
    """Whether the series is computed here from what the producers publish."""
    address: str = ""
    """Where it can be seen; empty when the program does not know its own address."""
    methodology: str = ""
    """Digest of the methodology, for scores."""
    holder: str = NAME
    """Whose the tables are: the observatory's, or the index of one's own by its name."""


def short(work: Work) -> str:
    """Return the citation for a footnote or a figure: who, by way of whom, data version, access date."""
    stamp = f"data version {work.version or 'empty'}, accessed {work.accessed.isoformat()}"
    if not work.producers:
        return f"{work.holder} (scidip), {work.title[:1].lower()}{work.title[1:]}, {stamp}"
    names = "; ".join(title for title, *_ in work.producers)
    return f"{names}, {'computed by' if work.computed else 'by way of'} scidip, {stamp}"


def long(work: Work) -> str:
    """Return the citation for a list of references."""
    version = f"Data version {work.version or 'empty'}"
    method = f", methodology {work.methodology}" if work.methodology else ""
    own = f"{work.holder} (scidip). {version}{method}. Accessed {_day(work.accessed)}."
    rest = f" Licence: {work.licence.rstrip('.')}." + (f" {work.address}" if work.address else "")
    if not work.producers:
        return f"{work.holder} (scidip). {work.title}. {version}{method}. Accessed {_day(work.accessed)}.{rest}"
    said = "; ".join(_producer(*p[2:]) for p in work.producers)
    what = f"{work.title} (series {work.key})"
    if work.computed:
        return f"{what}, computed from: {said}. In: {own}{rest}"
    return f"{said}. {what}. In: {own}{rest}"


def _producer(citation: str, vintage: str) -> str:
    return citation.rstrip(".") + (f" (vintage {vintage})" if vintage else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _authors(work: Work) -> list[str]:
    """Return who is named first: the publishers, or the observatory for what it computes itself."""
    if work.computed or not work.producers:
        return [work.holder]
    return list(dict.fromkeys(publisher for _, publisher, *_ in work.producers))


def bibtex(work: Work) -> str:
    """Return an entry for BibTeX: `@misc`, which every style knows."""
    fields = {
        "author": " and ".join(f"{{{_escaped(a)}}}" for a in _authors(work)),
        "title": f"{{{_escaped(work.title)}}}",
        "year": str(work.accessed.year),
        "howpublished": _escaped(f"{work.holder} (scidip), data version {work.version or 'empty'}"),
        "note": _escaped(long(work)),
    }
    if work.address:
        fields["url"] = re.sub(r"[\\{}\s]", lambda m: f"%{ord(m[0]):02X}", work.address)
    fields["urldate"] = work.accessed.isoformat()
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return f"@misc{{{_key(work)},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in _line(text))


def _line(text: str) -> str:
    """Return a text on one line, without characters that are no text."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _stem(work: Work) -> str:
    """Return how a key begins: with the program, or with the name of an index of one's own."""
    if work.holder == NAME:
        return "scidip"
    plain = unicodedata.normalize("NFKD", work.holder).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _key(work: Work) -> str:
    return re.sub(r"[^A-Za-z0-9_:-]", "", f"{_stem(work)}_{work.key}_{work.version or 'empty'}")


def ris(work: Work) -> str:
    """Return a record in RIS, lines ended as its specification asks."""
    tags = [("TY", "DATA"), ("ID", _key(work)), *(("AU", _plain_author(a)) for a in _authors(work))]
    tags += [
        ("TI", work.title),
        ("PY", str(work.accessed.year)),
        ("PB", f"{work.holder} (scidip)"),
        ("ET", f"Data version {work.version or 'empty'}"),
        ("Y2", f"{work.accessed:%Y/%m/%d}"),
        ("N1", long(work)),
    ]
    if work.address:
        tags.append(("UR", work.address))
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if _line(value)]
    return "\r\n".join([*lines, "ER  - ", ""])


def _plain_author(name: str) -> str:
    """Return a body's name as one name: a comma would part family from given names."""
    return name.replace(",", "")


def document(work: Work) -> Mapping[str, Any]:
    """Return every form of a citation, for JSON."""
    return {
        "key": work.key,
        "title": work.title,
        "data_version": work.version,
        "accessed": work.accessed.isoformat(),
        "licence": work.licence,
        "url": work.address,
        "citation": long(work),
        "citation_short": short(work),
        "bibtex": bibtex(work),
        "ris": ris(work),
    }


def _both(work: Work) -> str:
    return f"{long(work)}\n\n{short(work)}\n"


TEXTS: Final[Mapping[str, tuple[Callable[[Work], str], str, str]]] = {
    "text": (_both, "text/plain", "txt"),
    "bibtex": (bibtex, "application/x-bibtex", "bib"),
    "ris": (ris, "application/x-research-info-systems", "ris"),
}
"""Forms of a citation that are text: how it is written, its media type and extension."""
