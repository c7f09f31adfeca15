"""The parts of a briefing on a pair: headline, layers, dependence, complementarity, agreements, caveats, sources."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings import pair_exhibits, pair_rows, pair_sentences
from scidip.findings.counter_reading import signed
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.pair import LayerView, PairView
from scidip.findings.pair_rows import Dimension, Record
from scidip.indicators.language.current import N_, _, ngettext
from scidip.publish.briefs.brief import Block, Card, Cards, Chart, Grid, Part, Series, Words
from scidip.publish.briefs.origin import Asked, method_part, origins, source_line
from scidip.store.queries import pair_queries

EACH = 4
"""Dimensions named in which either is ahead."""
OLD = 3
"""From so many years before the year of the briefing on, a figure is told to be old."""
COMPARED = N_(
    "Comparable pairs: the 40 whose totals are nearest to those of this pair; their 10th–90th percentile is shown. "
    "The rule knows nothing of distance, language or history."
)


@dataclass(frozen=True)
class Pair:
    """The pair and what is asked of it."""

    asked: Asked
    view: PairView

    @property
    def link(self) -> str:
        """The address of its page."""
        return self.asked.link("/pair", a=self.view.a, b=self.view.b)

    def source(self, *codes: str) -> str:
        """Return the source line of some layers, of all without any named."""
        found = self.view.desk.query(pair_queries.sources, codes=codes or tuple(self.view.ties))
        return source_line(found)

    @property
    def caveat(self) -> str:
        """Which layers say nothing, and which speak of years long past."""
        empty = [_(v.spec.name).lower() for v in self.view.ties.values() if v.year is None]
        old = [
            _("{layer} ({year})").format(layer=_(v.spec.name).lower(), year=min(past))
            for v in self.view.ties.values()
            if (past := [y for y in v.years if y is not None and y <= self.view.year - OLD])
        ]
        told = [_("Caveat: each layer has its own year.")]
        if old:
            told.append(_("Old: {layers}.").format(layers=", ".join(old)))
        if empty:
            told.append(
                _("No figure for this pair: {layers}; that is not zero.").format(
                    layers=", ".join(empty)
                )
            )
        return " ".join(told)

    @property
    def counter(self) -> str:
        """The counter-reading: large numbers may be a weak tie, small ones a strong one."""
        found = pair_sentences.intensities(self.view)
        if found.empty:
            words = _(
                "Counter-reading: no joint publication is in the source, and the source does not hold every work."
            )
            return words
        last, year = found.iloc[-1], int(found.index[-1])
        words = _(
            "Counter-reading: for the size of both, the tie in research weighs {there} times (seen from {a}) "
            "and {back} times (seen from {b}) what it weighs for all others in {year}; the count alone says little."
        )
        a, b = self.view.spoken
        return words.format(
            there=numbers.number(float(last["there"])),
            back=numbers.number(float(last["back"])),
            a=a,
            b=b,
            year=year,
        )

    def notes(self, *own: str, codes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the notes of a part: its own, then caveat, counter-reading, and terms of the series it shows."""
        return (*filter(None, own), self.caveat, self.counter, *self.asked.terms(codes))


def headline(pair: Pair) -> Part:
    """Return the opening: how close the two are, and four figures."""
    view = pair.view
    there, back = (view.ties["copublications"].exposure(back=turned) for turned in (False, True))
    tie = view.ties["copublications"]
    cards = []
    if there is not None and back is not None:
        cards.append(
            Card(
                _("Joint publications"),
                numbers.value(there.value, "count"),
                _("in {year}").format(year=tie.year),
                _(tie.spec.definition),
            )
        )
        for name, found, colour in ((view.names[0], there, "ink"), (view.names[1], back, "accent")):
            cards.append(Card(_("Share of the partner, seen from {name}").format(name=name),
            f"{numbers.fixed(100 * found.share)} %",
                              _("{place} of {of} partners").format(place=numbers.ordinal(found.place), of=found.of),
                              _("of all ties by joint publication, {year}").format(year=tie.year), colour))  # fmt: skip
    known = sum(v.year is not None for v in view.ties.values())
    cards.append(Card(_("Layers with a figure"), _("{n} of {all}").format(n=known, all=len(view.ties)), "",
                      _("Publications, students, visas, posts, organisations, projects, agreements")))  # fmt: skip
    return Part(
        "headline", pair_sentences.answer(view).rstrip("."),
        f"{pair_sentences.students(view)} {pair_sentences.posts(view)}".strip(),
        (Cards(tuple(cards)),), (1.0,), pair.source("copublications", "student_flow", "visa_rule"), pair.link,
        pair.notes(),
    )  # fmt: skip


def layers(pair: Pair) -> Part:
    """Return every layer in both directions, beside comparable pairs."""
    view = pair.view
    a, b = view.names
    shown = pair_exhibits.layers(view)
    listed = pair_rows.by_layer(shown)
    rows = [_layer_row(view.ties[code], ways) for code, ways in listed]
    known = sum(any(w["obs_value"] is not None for w in ways) for _code, ways in listed)
    readings = [ways[0]["reading"] for _code, ways in listed if ways[0]["reading"]]
    above = readings.count("above")
    if readings:
        words = ngettext("In one of {all} layers that can be compared, the tie is stronger than in nine of ten "
                         "comparable pairs",
                         "In {n} of {all} layers that can be compared, the tie is stronger than in nine of ten "
                         "comparable pairs", above)  # fmt: skip
        if not above:
            words = _(
                "In none of {all} layers that can be compared is the tie stronger than in nine of ten comparable pairs"
            )
        finding = words.format(n=sentences.count(above), all=sentences.count(len(readings)))
    elif known:
        words = ngettext(
            "One of {all} layers has a figure for this pair",
            "{n} of {all} layers have a figure for this pair",
            known,
        )
        finding = words.format(n=sentences.opening(sentences.count(known)), all=len(rows))
    else:
        finding = _("No layer has a figure for this pair")
    heads = (
        _("Tie"),
        _("{a} → {b}").format(a=a, b=b),
        _("{a} → {b}").format(a=b, b=a),
        _("Year"),
        _("Comparable pairs"),
        _("Reading"),
    )
    table = Grid(
        said(shown.table.caption),
        heads,
        tuple(rows),
        (3, 2, 2, 1.2, 1.7, 2.6),
    )
    return Part(
        "layers", finding, _("Seven layers, each in both directions where it has two; each figure of its own year"),
        (table,), (1.0,), pair.source(), pair.link, pair.notes(_(COMPARED), codes=tuple(view.ties)),
    )  # fmt: skip


def _layer_row(view: LayerView, ways: Sequence[Record]) -> tuple[str, ...]:
    there, *others = [pair_rows.value_words(w) for w in ways]
    known = any(w["obs_value"] is not None for w in ways)
    back = others[0] if others else _("both ways") if known else ""
    year = pair_rows.year_words(ways) or "–"
    return (
        _(view.spec.name), there, back, year, pair_rows.span_words(ways), pair_rows.reading_words(ways),
    )  # fmt: skip


def exposure(pair: Pair) -> Part:
    """Return how much each depends on the other, layer by layer, mirrored around the middle."""
    shown = pair_exhibits.exposure(pair.view)
    blocks: tuple[Block, ...]
    if shown is None:
        blocks = (
            Words((_("There is no layer in which either depends on the other."),), large=True),
        )
        finding = _("Neither depends on the other in what is published")
        codes: tuple[str, ...] = ()
    else:
        rows = pair_rows.by_layer(shown)
        blocks, finding = _exposure_blocks(pair.view, shown, rows), said(shown.finding)
        codes = tuple(code for code, _ways in rows)
    return Part(
        "exposure", finding, _("The partner’s share in each one’s ties with all partners, and its place among them"),
        blocks, (0.52, 0.48) if len(blocks) > 1 else (1.0,), pair.source(), pair.link,
        pair.notes(_("Students: share of those abroad whose host is published."), codes=codes),
    )  # fmt: skip


def _exposure_blocks(
    view: PairView, shown: Exhibit, rows: Sequence[tuple[str, Sequence[Record]]]
) -> tuple[Block, ...]:
    """Return the chart and the table of shares, a row for each layer."""
    of = [{w["ref_area"]: w for w in ways} for _code, ways in rows]
    sides = tuple(
        Series(name, tuple(ways[area]["share"] if area in ways else None for ways in of), colour)
        for area, name, colour in zip((view.a, view.b), view.names, ("ink", "accent"), strict=True)
    )
    alt = _("Share of the partner in the ties of {a} (left) and of {b} (right), layer by layer.")
    names = tuple(_(view.ties[code].spec.name) for code, _ways in rows)
    chart = Chart(
        "mirrored", alt.format(a=view.spoken[0], b=view.spoken[1]), names, sides,
        _("Share of the partner in all ties, %"),
    )  # fmt: skip
    lines = tuple(
        (name, view.ties[code].when, *(pair_rows.share_words(ways.get(a)) for a in (view.a, view.b)))
        for name, (code, _ways), ways in zip(names, rows, of, strict=True)
    )  # fmt: skip
    head = (_("Tie"), _("Year"), *view.names)
    return chart, Grid(said(shown.table.caption), head, lines, (2.4, 1.1, 1.9, 1.9))


def complementarity(pair: Pair) -> Part:
    """Return the dimensions of both side by side, and where one is strong and the other weak."""
    view, year = pair.view, min(pair.view.year, pair.view.desk.years[-1])
    shown = pair_exhibits.complementarity(view)
    if shown is None:
        words = Words(
            (_("There is no dimension in which both are scored: too few figures are published."),),
            large=True,
        )
        blocks: tuple[Block, ...] = (words,)
        finding = _("Nothing can be said of where they complement each other")
    else:
        rows = pair_rows.side_by_side(shown)
        blocks = (_side_by_side(view, rows, year), _gaps(view, rows))
        finding = said(shown.finding)
    return Part(
        "complementarity", finding, _("Score of each dimension, 0–100, {year}").format(year=year),
        blocks, (0.56, 0.44) if len(blocks) > 1 else (1.0,),
        pair.asked.score_source, pair.asked.link("/compare", areas=f"{view.a},{view.b}"),
        pair.notes(_("A score is not an offer: it does not say that either has, or wants, what the other lacks.")),
    )  # fmt: skip


def _side_by_side(view: PairView, rows: Sequence[Dimension], year: int) -> Chart:
    sides = tuple(
        Series(name, tuple(r.scores[area] for r in rows), colour)
        for area, name, colour in zip((view.a, view.b), view.names, ("ink", "accent"), strict=True)
    )
    alt = _("Score of each dimension of {a} and of {b}, {year}.")
    return Chart(
        "bars", alt.format(a=view.spoken[0], b=view.spoken[1], year=year), tuple(r.name for r in rows), sides,
        _("Score 0–100"),
    )  # fmt: skip


def _gaps(view: PairView, rows: Sequence[Dimension]) -> Grid:
    """Return the dimensions in which either is furthest ahead."""
    gaps = sorted(
        ((r.scores[view.a] - r.scores[view.b], r) for r in rows), key=lambda g: g[0], reverse=True
    )
    ends = gaps if len(gaps) <= 2 * EACH else [*gaps[:EACH], *gaps[-EACH:]]
    lines = tuple(
        (r.name, *(numbers.score(r.scores[a]) for a in (view.a, view.b)), signed(gap))
        for gap, r in ends
    )
    return Grid(
        _("Where either is furthest ahead"), (_("Dimension"), *view.names, _("Gap")), lines, (3, 1.3, 1.3, 1),
        (1, 2, 3), tuple(r.factor for _gap, r in ends),
    )  # fmt: skip


CODES = ("bilateral_agreements", "shared_igos", "joint_projects", "diplomatic_posts", "visa_rule")


def agreements(pair: Pair) -> Part:
    """Return what governments have built: agreements, organisations, projects, posts, rules of entry."""
    view = pair.view
    ties = [view.ties[c] for c in CODES]
    listed = dict(pair_rows.by_layer(pair_exhibits.layers(view)))
    rows = tuple(
        (*_layer_row(v, listed[v.code])[:4], _(v.spec.definition)) for v in ties
    )  # fmt: skip
    shared, agreed = view.ties["shared_igos"], view.ties["bilateral_agreements"]
    if shared.year is None and agreed.year is None:
        finding = _("Neither shared organisations nor agreements are published for this pair")
    else:
        finding = _("Shared organisations: {shared}; agreements in the list: {agreed}").format(
            shared=_told(shared), agreed=_told(agreed)
        )
    table = Grid(
        _("What governments have built"), (_("Tie"), _("{a} → {b}").format(a=view.names[0], b=view.names[1]),
        _("{a} → {b}").format(a=view.names[1], b=view.names[0]), _("Year"), _("What is counted")), rows, (2.4,
        1.8, 1.8, 1.2, 4.6),
    )  # fmt: skip
    return Part(
        "agreements", finding, _("Agreements, organisations, projects, posts and rules of entry, each of its own year"),
        (table,), (1.0,), pair.source(*CODES), pair.link, pair.notes(codes=CODES),
    )  # fmt: skip


def _told(view: LayerView) -> str:
    if view.year is None:
        return view.write(float("nan"))
    return _("{n} ({year})").format(n=numbers.value(view.value(), "count"), year=view.when)


def caveats(pair: Pair) -> Part:
    """Return what speaks against reading too much into these figures."""
    view = pair.view
    years = [y for v in view.ties.values() for y in v.years if y is not None]
    if years and min(years) < view.year:
        finding = _("The oldest of these figures is of {year}, and counts alone say little").format(
            year=min(years)
        )
    elif years:
        finding = _("Counts alone say little")
    else:
        finding = _("Nothing is published on this pair; that does not mean that nothing exists")
    told = [
        pair.counter.partition(": ")[2], pair.caveat.partition(": ")[2],
        _("Of students only the largest flows are published; of projects only those of one programme."),
        _(COMPARED),
    ]  # fmt: skip
    told = [sentences.opening(s) for s in told]
    return Part(
        "caveats", finding, _("Main caveats: size, age, gaps in the sources"),
        (Words(tuple(told), large=True),), (1.0,), pair.source(), pair.link, pair.notes(),
    )  # fmt: skip


def sources(pair: Pair) -> Part:
    """Return who published the layers, the method, and how to cite."""
    frame: pd.DataFrame = pair.view.desk.query(pair_queries.sources, codes=tuple(pair.view.ties))
    rows = origins(frame)
    finding = _("Seven layers from {n} sources, each under its own licence").format(n=len(rows))
    return method_part(pair.asked, finding, rows, pair.notes(codes=tuple(pair.view.ties)))
