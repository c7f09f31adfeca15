"""The trends of a pair: joint publications and their intensity, students both ways."""

import pandas as pd

from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Block, Chart, Part, Series
from scidip.publish.briefs.country.subject import plain
from scidip.publish.briefs.pair.sections import Pair

COLOURS = ("ink", "accent")
"""Of two countries face to face."""


def joint(pair: Pair) -> Part | None:
    """Return joint publications by year, and how strong the tie is for the size of both; None without any."""
    view = pair.view
    series = view.ties["copublications"].layer.series(view.a, view.b)
    if series.empty:
        return None
    a, b = view.spoken
    counts = _chart(
        _("Joint publications of {a} and {b} by year.").format(a=a, b=b), [(_("Joint publications"), series)],
        _("Works with authors in both"), 0,
    )  # fmt: skip
    found = pair_sentences.intensities(view)
    finding = _("From {first} joint publications in {from_year} to {last} in {to_year}").format(
        first=numbers.number(series.iloc[0]), from_year=int(series.index[0]),
        last=numbers.number(series.iloc[-1]), to_year=int(series.index[-1]),
    )  # fmt: skip
    blocks: tuple[Block, ...]
    shares: tuple[float, ...]
    if found.empty:
        blocks, shares, more = (counts,), (1.0,), ""
    else:
        names = [_("Seen from {name}").format(name=n) for n in view.names]
        strength = _chart(
            _("Relative intensity of the joint publications of {a} and {b} by year; 1 is neutral.").format(a=a, b=b),
            list(zip(names, (found["there"], found["back"]), strict=True)), _("Relative intensity; 1 is neutral"), 2,
        )  # fmt: skip
        blocks, shares = (counts, strength), (0.5, 0.5)
        more = pair_sentences.intensity_words(view, found) + "."
    return Part(
        "joint", finding, _("Works by year; relative intensity: the partner’s share in its joint publications "
                            "over its share in those of all others"),
        blocks, shares, pair.source("copublications"), pair.link,
        pair.notes(more, _("A work with authors in many countries counts once for each pair of them.")),
    )  # fmt: skip


def students(pair: Pair) -> Part | None:
    """Return the students who go each way, by year; None with fewer than two figures."""
    view = pair.view
    layer = view.ties["student_flow"].layer
    there, back = layer.series(view.a, view.b), layer.series(view.b, view.a)
    if len(there) + len(back) < 2:
        return None
    a, b = view.names
    named = [(_("{a} → {b}").format(a=a, b=b), there), (_("{a} → {b}").format(a=b, b=a), back)]
    chart = _chart(
        _("Students of each country enrolled in the other, by year."), [n for n in named if len(n[1])], _("Students"), 0
    )  # fmt: skip
    subtitle = _(
        "Students of the first enrolled in the second, by year; years without a figure are left open"
    )
    told = pair_sentences.breaks(view)
    return Part(
        "students", _students_words(view, there, back).rstrip("."),
        " ".join([f"{subtitle}.", *told]) if told else subtitle,
        (chart,), (1.0,), pair.source("student_flow"), pair.link,
        pair.notes(_("Only the largest flows are published: no figure does not mean that nobody goes."),
        codes=("student_flow",)),
    )  # fmt: skip


def _students_words(view: PairView, there: pd.Series, back: pd.Series) -> str:
    """Return who sends more, or how many go the one way that is published."""
    if len(there) and len(back):
        return pair_sentences.students(view)
    a, b = view.spoken if len(there) else reversed(view.spoken)
    known = there if len(there) else back
    words = _("{n} from {a} to {b} in {year}; the other way is not published")
    n = numbers.value(float(known.iloc[-1]), "students")
    return words.format(n=n, a=a, b=b, year=int(known.index[-1]))


def _chart(alt: str, named: list[tuple[str, pd.Series]], axis: str, decimals: int) -> Chart:
    years = sorted({int(y) for _n, series in named for y in series.index})
    every = list(range(years[0], years[-1] + 1))
    lines = [
        Series(name, tuple(plain(v) for v in series.reindex(every)), COLOURS[k])
        for k, (name, series) in enumerate(named)
    ]
    return Chart("lines", alt, tuple(map(str, every)), tuple(lines), axis, decimals=decimals)
