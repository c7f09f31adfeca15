"""The parts of a briefing on a pair: headline, layers, dependence, complementarity, agreements, caveats, sources."""

from collections.abc import Sequence

from scidip.figures.text import numbers, sentences
from scidip.findings import pair_sentences
from scidip.findings.counter_reading import signed
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits import pair as pair_exhibits
from scidip.findings.exhibits import pair_rows
from scidip.findings.exhibits.pair_rows import Dimension, Record
from scidip.findings.pair import LayerView, PairView
from scidip.indicators.language.current import _, ngettext
from scidip.publish.briefs.brief import Block, Card, Cards, Chart, Grid, Part, Series, Words
from scidip.publish.briefs.pair.subject import COMPARED, Pair

EACH = 4
"""Dimensions named in which either is ahead."""


def headline(pair: Pair) -> Part:
    """Return the opening: how close the two are, and four figures."""
    view = pair.view
    known = sum(v.year is not None for v in view.ties.values())
    layers_known = Card(
        _("Layers with a figure"),
        _("{n} of {all}").format(n=known, all=len(view.ties)),
        "",
        _("Publications, students, researchers, visas, posts, organisations, projects, agreements"),
    )
    return Part(
        "headline",
        pair_sentences.answer(view).rstrip("."),
        f"{pair_sentences.students(view)} {pair_sentences.posts(view)}".strip(),
        (Cards((*_publication_cards(view), layers_known)),),
        (1.0,),
        pair.source("copublications", "student_flow", "visa_rule"),
        pair.link,
        pair.notes(),
    )


def _publication_cards(view: PairView) -> list[Card]:
    """Return the joint publications and the share of the partner on either side; nothing without a figure."""
    tie = view.ties["copublications"]
    there, back = (tie.exposure(back=turned) for turned in (False, True))
    if there is None or back is None:
        return []
    joint = Card(
        _("Joint publications"),
        numbers.value(there.value, "count"),
        _("in {year}").format(year=tie.year),
        _(tie.spec.definition),
    )
    shares = [
        Card(
            _("Share of the partner, seen from {name}").format(name=name),
            f"{numbers.fixed(100 * found.share)} %",
            _("{place} of {of} partners").format(place=numbers.ordinal(found.place), of=found.of),
            _("of all ties by joint publication, {year}").format(year=tie.year),
            colour,
        )
        for name, found, colour in ((view.names[0], there, "ink"), (view.names[1], back, "accent"))
    ]
    return [joint, *shares]


def layers(pair: Pair) -> Part:
    """Return every layer in both directions, beside comparable pairs."""
    view = pair.view
    a, b = view.names
    shown = pair_exhibits.layers(view)
    listed = pair_rows.by_layer(shown)
    rows = [layer_row(view.ties[code], ways) for code, ways in listed]
    heads = (
        _("Tie"),
        _("{a} → {b}").format(a=a, b=b),
        _("{a} → {b}").format(a=b, b=a),
        _("Year"),
        _("Comparable pairs"),
        _("Reading"),
    )
    table = Grid(said(shown.table.caption), heads, tuple(rows), (3, 2, 2, 1.2, 1.7, 2.6))
    return Part(
        "layers",
        _layers_finding(listed),
        _("Each layer in both directions where it has two; each figure of its own year"),
        (table,),
        (1.0,),
        pair.source(),
        pair.link,
        pair.notes(_(COMPARED), codes=tuple(view.ties)),
    )


def _layers_finding(listed: Sequence[tuple[str, Sequence[Record]]]) -> str:
    """Return in how many layers the tie is stronger than in comparable pairs, or how many have a figure at all."""
    readings = [ways[0]["reading"] for _code, ways in listed if ways[0]["reading"]]
    if readings:
        above = readings.count("above")
        words = ngettext(
            "In one of {all} layers that can be compared, the tie is stronger than in nine of ten comparable pairs",
            "In {n} of {all} layers that can be compared, the tie is stronger than in nine of ten comparable pairs",
            above,
        )
        if not above:
            words = _(
                "In none of {all} layers that can be compared is the tie stronger than in nine of ten comparable pairs"
            )
        return words.format(n=sentences.count(above), all=sentences.count(len(readings)))
    known = sum(any(w["obs_value"] is not None for w in ways) for _code, ways in listed)
    if not known:
        return _("No layer has a figure for this pair")
    words = ngettext(
        "One of {all} layers has a figure for this pair", "{n} of {all} layers have a figure for this pair", known
    )
    return words.format(n=sentences.opening(sentences.count(known)), all=len(listed))


def layer_row(view: LayerView, ways: Sequence[Record]) -> tuple[str, ...]:
    """Return the row of a layer: its name, both figures, year, comparable pairs and how it lies among them."""
    there, *others = [pair_rows.value_words(w) for w in ways]
    known = any(w["obs_value"] is not None for w in ways)
    back = others[0] if others else _("both ways") if known else ""
    year = pair_rows.year_words(ways) or "–"
    return (_(view.spec.name), there, back, year, pair_rows.span_words(ways), pair_rows.reading_words(ways))


def exposure(pair: Pair) -> Part:
    """Return how much each depends on the other, layer by layer, mirrored around the middle."""
    shown = pair_exhibits.exposure(pair.view)
    blocks: tuple[Block, ...]
    if shown is None:
        blocks = (Words((_("There is no layer in which either depends on the other."),), large=True),)
        finding = _("Neither depends on the other in what is published")
        codes: tuple[str, ...] = ()
    else:
        rows = pair_rows.by_layer(shown)
        blocks, finding = _exposure_blocks(pair.view, shown, rows), said(shown.finding)
        codes = tuple(code for code, _ways in rows)
    return Part(
        "exposure",
        finding,
        _("The partner’s share in each one’s ties with all partners, and its place among them"),
        blocks,
        (0.52, 0.48) if len(blocks) > 1 else (1.0,),
        pair.source(),
        pair.link,
        pair.notes(_("Students: share of those abroad whose host is published."), codes=codes),
    )


def _exposure_blocks(view: PairView, shown: Exhibit, rows: Sequence[tuple[str, Sequence[Record]]]) -> tuple[Block, ...]:
    """Return the chart and the table of shares, a row for each layer."""
    of = [{w["ref_area"]: w for w in ways} for _code, ways in rows]
    sides = tuple(
        Series(name, tuple(ways[area]["share"] if area in ways else None for ways in of), colour)
        for area, name, colour in zip((view.a, view.b), view.names, ("ink", "accent"), strict=True)
    )
    alt = _("Share of the partner in the ties of {a} (left) and of {b} (right), layer by layer.")
    names = tuple(_(view.ties[code].spec.name) for code, _ways in rows)
    chart = Chart(
        "mirrored",
        alt.format(a=view.spoken[0], b=view.spoken[1]),
        names,
        sides,
        _("Share of the partner in all ties, %"),
    )
    lines = tuple(
        (name, view.ties[code].when, *(pair_rows.share_words(ways.get(a)) for a in (view.a, view.b)))
        for name, (code, _ways), ways in zip(names, rows, of, strict=True)
    )
    head = (_("Tie"), _("Year"), *view.names)
    return chart, Grid(said(shown.table.caption), head, lines, (2.4, 1.1, 1.9, 1.9))


def complementarity(pair: Pair) -> Part:
    """Return the dimensions of both side by side, and where one is strong and the other weak."""
    view, year = pair.view, min(pair.view.year, pair.view.desk.years[-1])
    shown = pair_exhibits.complementarity(view)
    if shown is None:
        words = Words(
            (_("There is no dimension in which both are scored: too few figures are published."),), large=True
        )
        blocks: tuple[Block, ...] = (words,)
        finding = _("Nothing can be said of where they complement each other")
    else:
        rows = pair_rows.side_by_side(shown)
        blocks = (_side_by_side(view, rows, year), _gaps(view, rows))
        finding = said(shown.finding)
    return Part(
        "complementarity",
        finding,
        _("Score of each dimension, 0–100, {year}").format(year=year),
        blocks,
        (0.56, 0.44) if len(blocks) > 1 else (1.0,),
        pair.asked.score_source,
        pair.asked.link("/compare", areas=f"{view.a},{view.b}"),
        pair.notes(_("A score is not an offer: it does not say that either has, or wants, what the other lacks.")),
    )


def _side_by_side(view: PairView, rows: Sequence[Dimension], year: int) -> Chart:
    sides = tuple(
        Series(name, tuple(r.scores[area] for r in rows), colour)
        for area, name, colour in zip((view.a, view.b), view.names, ("ink", "accent"), strict=True)
    )
    alt = _("Score of each dimension of {a} and of {b}, {year}.")
    return Chart(
        "bars",
        alt.format(a=view.spoken[0], b=view.spoken[1], year=year),
        tuple(r.name for r in rows),
        sides,
        _("Score 0–100"),
    )


def _gaps(view: PairView, rows: Sequence[Dimension]) -> Grid:
    """Return the dimensions in which either is furthest ahead."""
    gaps = sorted(((r.scores[view.a] - r.scores[view.b], r) for r in rows), key=lambda g: g[0], reverse=True)
    ends = gaps if len(gaps) <= 2 * EACH else [*gaps[:EACH], *gaps[-EACH:]]
    lines = tuple((r.name, *(numbers.score(r.scores[a]) for a in (view.a, view.b)), signed(gap)) for gap, r in ends)
    return Grid(
        _("Where either is furthest ahead"),
        (_("Dimension"), *view.names, _("Gap")),
        lines,
        (3, 1.3, 1.3, 1),
        (1, 2, 3),
        tuple(r.factor for _gap, r in ends),
    )
