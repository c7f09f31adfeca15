"""Reference documents written from the catalogue: every indicator, every source, every term."""

from collections.abc import Iterator, Mapping

from scidip.indicators.glossary import TERMS
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.panel import ANSWERS, TEXTS, Panel, Programme
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.shortfall import FORMULA
from scidip.indicators.units import UNITS

GLOSSARY_HEADER = "<!-- Written by `scidip docs` from indicators/glossary.py; do not edit. -->"
HEADER = "<!-- Written by `scidip docs` from the catalogue; do not edit. -->"


def documents(catalogue: Catalogue, sources: Mapping[str, SourceSpec]) -> dict[str, str]:
    """Return the text of each generated document by file name."""
    return {
        "indicators.md": "\n".join(indicators(catalogue, sources)) + "\n",
        "sources.md": "\n".join(source_list(catalogue, sources)) + "\n",
        **{
            f"{code}.md": "\n".join(panel_document(catalogue, panel)) + "\n" for code, panel in catalogue.panels.items()
        },
        "glossary.md": "\n".join(glossary()) + "\n",
    }


def panel_document(catalogue: Catalogue, panel: Panel) -> Iterator[str]:
    """Yield a panel: every noun of its texts with its answer."""
    told = [p.answer for p in panel.programme]
    yield from (HEADER, "", f"# {panel.name}", "", panel.description, "", f"Texts: {panel.reference}.", "")
    yield (
        f"{len(told)} nouns: {told.count('figure')} have figures, {told.count('proxy')} a proxy, "
        f"{told.count('not_measured')} are not measured. What is not measured can be supplied by the user of a copy: "
        "`scidip template INDICATOR` or the page `/unesco` writes the table to fill in, `scidip ingest user --file` "
        "reads it, and from then on the noun has figures, marked as supplied."
    )
    for text, title in TEXTS.items():
        yield from ("", f"## {title}", "", "| noun | answer | what shows it | remark |", "|---|---|---|---|")
        yield from (_noun(catalogue, p) for p in panel.programme if p.text == text)
    compared = [catalogue.indicators[code].name for p in panel.programme for code in p.compared]
    if compared:
        yield from ("", "## The knowledge gap", "", f"Elements: {'; '.join(compared)}.", "", FORMULA, "")
        yield (
            "It is the poverty gap of Foster, Greer & Thorbecke (Econometrica 52, 761–766, 1984; alpha = 1) with the "
            "world median for the line (`indicators/shortfall.py`). A sceptic says first: the median moves with the "
            "world, so that a country can rise and its gap with it; means of countries rest on the elements that are "
            "known of each; elements count the same, and a country of a million as one of a billion."
        )


def _noun(catalogue: Catalogue, programme: Programme) -> str:
    shown = [f"{catalogue.indicators[c].name} (`{c}`)" for c in programme.indicators]
    if programme.supply:
        shown = [f"template `{programme.supply}`"]
    remark = programme.proxy or programme.not_measured
    return f"| {programme.name} | {ANSWERS[programme.answer]} | {'; '.join(shown)} | {remark} |"


def glossary() -> Iterator[str]:
    """Yield the terms, one line each."""
    yield from (GLOSSARY_HEADER, "", "# Glossary", "")
    yield (
        "One word per thing, from the catalogue to the screen. Statistical terms are those of the OECD/JRC *Handbook "
        "on Constructing Composite Indicators* and of SDMX. The page `/glossary` of the dashboard shows the same."
    )
    yield from ("", "| term | meaning here |", "|---|---|")
    for term in TERMS:
        yield f"| {term.name} | {term.meaning} |"


def indicators(catalogue: Catalogue, sources: Mapping[str, SourceSpec]) -> Iterator[str]:
    """Yield the reference of indicators, in the order of the framework, then all others."""
    yield from (HEADER, "", "# Indicators", "")
    yield f"Framework: {catalogue.framework.name}. {catalogue.framework.reference}."
    named: set[str] = set()
    for factor in catalogue.framework.level("factor"):
        yield from ("", f"## {factor.name}")
        for node in catalogue.framework.children(factor.code):
            yield from ("", f"### {node.name} (`{node.code}`)", "")
            if node.not_measured:
                yield f"Not measured. {node.not_measured}"
            listed = (*node.indicators, *catalogue.framework.shown(node.code))
            named.update(listed)
            for code in listed:
                yield from _entry(catalogue, sources, code, code in node.indicators)
    yield from ("", "## Other series", "", "Inputs of derived indicators, pair layers, panels and cross-checks.", "")
    for code in catalogue.indicators:
        if code not in named:
            yield from _entry(catalogue, sources, code, False)


def _entry(catalogue: Catalogue, sources: Mapping[str, SourceSpec], code: str, scored: bool) -> Iterator[str]:
    spec = catalogue.indicators[code]
    unit = UNITS[spec.unit] or "number"
    marks = [
        "scored" if scored else "not scored",
        *(["proxy"] if spec.proxy else []),
        *(["less is better"] if spec.direction < 0 else []),
        *(["a total"] if spec.size == "total" else []),
    ]
    yield f"- **{spec.name}** (`{code}`; {', '.join(marks)}). {spec.definition}"
    yield f"  Unit: {unit}. {_origin(catalogue, sources, spec)} {_limits(spec)}".rstrip()
    if spec.note:
        yield f"  {spec.note}"


def _origin(catalogue: Catalogue, sources: Mapping[str, SourceSpec], spec: IndicatorSpec) -> str:
    if spec.derive is None:
        return f"From {sources[spec.source].title}, series `{spec.series}`."
    params = ", ".join(f"{k} = {v}" for k, v in spec.derive.params.items())
    how = f"`{spec.derive.measure}` of {', '.join(f'`{c}`' for c in spec.derive.of)}"
    return f"Derived: {how}{f' ({params})' if params else ''}."


def _limits(spec: IndicatorSpec) -> str:
    words = [f"Carried at most {spec.max_age} years." if spec.max_age else "Never carried."]
    if spec.plausible:
        words.append(f"Plausible: {spec.plausible[0]:g} to {spec.plausible[1]:g}.")
    if spec.absent == "none_in_edition":
        words.append("A complete list: in a year with an edition, what is absent is none.")
    if spec.absent == "none_in_dated_edition":
        words.append("A complete list whose rows have years of their own: who has no row had none in the last of them.")
    if spec.absent == "none_in_span":
        words.append("A complete list of events: between its first and last year, what is absent is none.")
    if spec.absent == "none_among_named":
        words.append("Complete among the areas it names: between its first and last year, what is absent is none.")
    if spec.breaks:
        words.append(f"Another edition from {', '.join(map(str, spec.breaks))} on: not compared with earlier years.")
    if spec.jump is not None:
        words.append(f"Checked against the area's own years from {spec.jump.floor:g} on.")
    return " ".join(words)


def source_list(catalogue: Catalogue, sources: Mapping[str, SourceSpec]) -> Iterator[str]:
    """Yield the reference of sources, in the order of their ids."""
    yield from (HEADER, "", "# Sources")
    for code, spec in sorted(sources.items()):
        used = [i.code for i in catalogue.of_source(code)]
        terms = f"[{spec.licence}]({spec.licence_url})" if spec.licence_url else spec.licence
        yield from ("", f"## {spec.title} (`{code}`)", "")
        yield f"Publisher: {spec.publisher}. Licence: {terms}. Updated: {spec.cadence}."
        if spec.homepage:
            yield f"Home: <{spec.homepage}>."
        if not spec.redistributable:
            yield f"Not passed on in bulk. {spec.where_to_get}".rstrip()
        yield f"Cite as: {spec.citation}."
        yield f"Series: {', '.join(f'`{c}`' for c in used) or 'none in the catalogue'}."
