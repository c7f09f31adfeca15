"""Reference documents written from the catalogue: every indicator, every source, every term."""

from collections.abc import Iterator, Mapping

from scidip.indicators.glossary import TERMS
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec, SourceSpec
from scidip.indicators.units import UNITS

GLOSSARY_HEADER = "<!-- Written by `scidip docs` from indicators/glossary.py; do not edit. -->"
HEADER = "<!-- Written by `scidip docs` from the catalogue; do not edit. -->"


def documents(catalogue: Catalogue, sources: Mapping[str, SourceSpec]) -> dict[str, str]:
    """Return the text of each generated document by file name."""
    return {
        "indicators.md": "\n".join(indicators(catalogue, sources)) + "\n",
        "sources.md": "\n".join(source_list(catalogue, sources)) + "\n",
        "glossary.md": "\n".join(glossary()) + "\n",
    }


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
